import type { Registry } from '../../ports/registry.ts';
import { lines, Notice } from './notice.ts';

const KIND = 'held_notice';
const AT_ONCE = 100;
const KEPT_MS = 7 * 86_400_000;

/** Notices of one channel that wait for the end of their owners' quiet hours. */
export class HeldNotices {
  private readonly registry: Registry;
  private readonly channel: string;

  constructor(registry: Registry, channel: string) {
    this.registry = registry;
    this.channel = channel;
  }

  /** Done twice it is the same. */
  async hold(notice: Notice, owner: string, now: Date): Promise<void> {
    await this.registry.add(KIND, {
      id: `${notice.id}.${this.channel}`,
      lookup: `${this.channel} ${now.toISOString()} ${notice.id}`,
      owner,
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
      version: 1,
      value: notice,
    });
  }

  /** Of the notices that have waited longest. */
  async owners(): Promise<string[]> {
    const found = await this.registry.under(KIND, this.channel, AT_ONCE);
    return [...new Set(found.map(({ owner }) => owner))];
  }

  /** All of an owner's as one, and away with them once it was posted; how many messages went out. */
  async release(owner: string, post: (notice: Notice) => Promise<void>): Promise<number> {
    const entries = (await this.registry.under(KIND, this.channel, AT_ONCE)).filter((one) => one.owner === owner);
    const notices = entries.flatMap(({ value }) => Notice.safeParse(value).data ?? []);
    const [first] = notices;
    if (first !== undefined) await post(notices.length === 1 ? first : together(first, notices));
    await Promise.all(entries.map(({ id }) => this.registry.remove(KIND, id)));
    return first === undefined ? 0 : 1;
  }
}

const ORDER = ['critical', 'error', 'warning', 'info', 'success'] as const;

function together(first: Notice, all: readonly Notice[]): Notice {
  const severity = ORDER.find((one) => all.some((notice) => notice.severity === one)) ?? first.severity;
  const told = all.flatMap((notice) => (notice.lines.length > 0 ? notice.lines : [notice.title]));
  const about = all.every(({ analysis_id }) => analysis_id === first.analysis_id) ? first.analysis_id : null;
  return {
    ...first,
    analysis_id: about,
    severity,
    title: `${all.length} messages of your quiet hours`,
    lines: lines(told),
  };
}
