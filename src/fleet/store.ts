import { AppError } from '../errors.ts';
import { turnsOf } from '../one-after-another.ts';
import { cloudName } from '../ports/gpu-cloud.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import { Hour } from './meter.ts';
import { isOver, ServerRecord } from './record.ts';
import { KEPT_MS } from './times.ts';

const KIND = 'server';
const HOURS = 'server_hour';
/** Of the installation: nobody's in particular. */
const OWNER = 'system';
const PAGE = 200;
/** Of one server that a report looks at: 92 days. */
const MOST_HOURS = 2300;

export interface Kept {
  readonly record: ServerRecord;
  readonly version: number;
}

export interface Changed {
  readonly before: ServerRecord;
  readonly after: ServerRecord;
}

/** Servers as they are kept, each changed only as it was read, whichever process does it. */
export class ServerStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  async add(record: ServerRecord): Promise<void> {
    if (!(await this.registry.add(KIND, entryOf(record, 1)))) throw new AppError('SYSTEM_003');
  }

  async get(id: string): Promise<ServerRecord | null> {
    const found = await this.registry.get(KIND, id);
    return found && recordOf(found);
  }

  async read(id: string): Promise<Kept | null> {
    const found = await this.registry.get(KIND, id);
    return found && { record: recordOf(found), version: found.version };
  }

  /** Newest first; terminated ones too, as long as they are kept. */
  async all(): Promise<Kept[]> {
    const found: Kept[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await this.registry.list(KIND, null, { limit: PAGE, ...(cursor && { cursor }) });
      found.push(...page.items.map((entry) => ({ record: recordOf(entry), version: entry.version })));
      cursor = page.nextCursor;
    }
    return found;
  }

  /**
   * Null, and nothing is done, where there is none or `next` gives null. `next` may run more than once, and what it throws is
   * thrown. With `version`: only as long as nobody changed it since.
   */
  change(
    id: string,
    next: (record: ServerRecord) => ServerRecord | null,
    version: number | null = null,
  ): Promise<Changed | null> {
    return turnsOf(this.registry).until(`${KIND} ${id}`, async () => {
      const found = await this.registry.get(KIND, id);
      if (found === null || (version !== null && found.version !== version)) return { value: null };
      const before = recordOf(found);
      await this.keepHours(before);
      const after = next({ ...before, meter: { ...before.meter, done: [] } });
      if (after === null) return { value: null };
      const isDone = await this.registry.replace(KIND, entryOf(after, found.version + 1));
      return isDone ? { value: { before, after } } : null;
    });
  }

  /** Of one server, in their order; the hour that is not over is its last. */
  async hours(record: ServerRecord): Promise<Hour[]> {
    const found = await this.registry.under(HOURS, record.id, MOST_HOURS);
    const { done, hour } = record.meter;
    const kept = found.flatMap(({ value }) => Hour.safeParse(value).data ?? []);
    const known = new Set(kept.map((one) => one.hour));
    const others = [...done, ...(hour === null ? [] : [hour])].filter((one) => !known.has(one.hour));
    return [...kept, ...others].toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
  }

  /** What is over does not change any more: whoever is first writes the same as the others. */
  private async keepHours({ id, meter }: ServerRecord): Promise<void> {
    for (const hour of meter.done) {
      const name = `${id} ${hour.hour}`;
      const expires_at = new Date(Date.parse(hour.hour) + KEPT_MS).toISOString();
      const common = { lookup: name, owner: OWNER, created_at: hour.hour, expires_at, version: 1 };
      await this.registry.add(HOURS, { id: name, ...common, value: hour });
    }
  }
}

function entryOf(record: ServerRecord, version: number): RegistryEntry {
  const { id, created_at, terminated_at } = record;
  const expires_at = isOver(record) ? new Date(Date.parse(terminated_at ?? '') + KEPT_MS).toISOString() : null;
  return { id, lookup: cloudName(id), owner: OWNER, created_at, expires_at, version, value: record };
}

function recordOf({ id, value }: RegistryEntry): ServerRecord {
  const read = ServerRecord.safeParse(value);
  if (read.success) return read.data;
  throw new AppError('DB_003', { message: 'A stored server is damaged.', details: { server_id: id } });
}
