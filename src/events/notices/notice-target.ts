import { randomUUID } from 'node:crypto';
import type { Channel, NotificationPreferences, OutgoingEvent, Severity } from '../../contract/notification.ts';
import { readPreferences } from '../../notifications/preferences.ts';
import type { Registry } from '../../ports/registry.ts';
import { DeliveryError, type Target } from '../outbox/target.ts';
import { compose, placeOf, TOLD } from './compose.ts';
import { HeldNotices } from './held-notices.ts';
import type { Notice, PictureLink, PostedNotice } from './notice.ts';
import { isQuiet } from './quiet-hours.ts';
import { ToldStates } from './told-states.ts';

/** Brings one notice to people. */
export interface NoticeChannel {
  readonly name: Channel;
  /** Throws DeliveryError. */
  post(notice: PostedNotice, signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

export interface NoticeParts {
  readonly registry: Registry;
  /** Told here of owners who said nothing else. */
  readonly severities: readonly Severity[];
  /** Absent: nobody is shown a picture. */
  readonly picture?: (analysisId: string, owner: string, signal: AbortSignal) => Promise<PictureLink | null>;
  readonly now: () => Date;
}

/** A channel whose readers are people: they hear of what changed, by what the owner of it prefers, and not by night. */
export function noticeTarget(channel: NoticeChannel, { registry, severities, picture, now }: NoticeParts): Target {
  const { name } = channel;
  const held = new HeldNotices(registry, name);

  async function post(notice: Notice, owner: string, signal: AbortSignal): Promise<void> {
    const { analysis_id: id } = notice;
    await channel.post({ ...notice, picture: (id !== null && (await picture?.(id, owner, signal))) || null }, signal);
  }

  /** Whether anything went out. */
  async function tell(event: OutgoingEvent, signal: AbortSignal): Promise<boolean> {
    const preferences = await readPreferences(registry, event.owner);
    const states = await ToldStates.read(registry, name, event.owner, placeOf(event));
    const allowed = preferences.channels[name] ?? severities;
    const at = now();
    const { notice, statements, told, right, changes } = compose(event, states, allowed, preferences, at.getTime());
    const place = placeOf(event);
    const covered = await held.overtake(event.owner, place, changes, event.event_id, event.timestamp);
    const isHeld = notice !== null && waits(notice.severity, preferences, at);
    if (isHeld) {
      const rest = statements.filter(
        ({ about, state }) => !(state === 'right' && about !== null && covered.has(about)),
      );
      if (rest.length > 0) await held.hold({ ...notice, place, statements: rest }, event.owner, at);
    } else if (notice !== null) await post(notice, event.owner, signal);
    await Promise.all([
      ...told.map((about) => states.told(about, at)),
      ...right.map((about) => states.cameRight(about)),
    ]);
    return notice !== null && !isHeld;
  }

  return {
    name,
    batch: 1,
    takes: ({ event_type, data }) =>
      TOLD.some((one) => one === event_type) &&
      (event_type !== 'positioning_analyzed' || (Array.isArray(data.rules) && data.rules.length > 0)),
    async deliver(events, signal) {
      let sent = 0;
      for (const event of events) sent += Number(await tell(event, signal));
      return sent;
    },
    async tend(mayDeliver, signal) {
      let sent = 0;
      let refused: DeliveryError | undefined;
      for await (const owner of held.owners()) {
        const { quiet_hours } = await readPreferences(registry, owner);
        if (isQuiet(quiet_hours, now()) || !(await mayDeliver())) continue;
        try {
          sent += await held.release(owner, quiet_hours?.time_zone ?? 'UTC', (notice) => post(notice, owner, signal));
        } catch (thrown) {
          // What is refused of one is no reason for others to wait.
          if (!(thrown instanceof DeliveryError && thrown.isFinal)) throw thrown;
          refused ??= thrown;
        }
      }
      if (refused !== undefined && sent === 0) throw refused;
      return sent;
    },
    test: (signal) => channel.post({ ...testNotice(now()), picture: null }, signal),
    ...(channel.close && { close: () => channel.close!() }),
  };
}

const waits = (severity: Severity, { quiet_hours }: NotificationPreferences, at: Date) =>
  severity !== 'critical' && isQuiet(quiet_hours, at);

const testNotice = (now: Date): Notice => ({
  id: `evt_${randomUUID()}`,
  severity: 'info',
  title: 'A test of h200-mug',
  lines: ['Messages arrive here.'],
  timestamp: now.toISOString(),
  analysis_id: null,
});
