import { createHash } from 'node:crypto';
import type { WatchEvent } from '../../contract/watch.ts';
import type { DaySummary, Memory, Pending } from '../cameras/camera-memory.ts';
import type { KeptCamera } from '../cameras/camera-store.ts';
import { ruleNames } from '../cameras/rule-names.ts';
import { brokenSpans } from '../cameras/timeline.ts';
import { localTime, minuteOf } from '../core/local-time.ts';
import type { WatchParts } from './watch-parts.ts';

/** What is to be told of the day, once its hour has come; null: nothing now. */
export async function summaryDue(
  { log, rules }: WatchParts,
  { owner, camera }: KeptCamera,
  memory: Memory,
  at: Date,
): Promise<Pending[] | null> {
  const { summary_at, time_zone, camera_id, name } = camera;
  if (summary_at === null) return null;
  const { date: day, minute } = localTime(at, time_zone);
  if (memory.summed === day || minute < minuteOf(summary_at)) return null;
  // A camera that was made after that hour has seen no day yet.
  if (memory.last_at === null) return [];
  const events = await log.events(camera_id, day);
  const named = ruleNames(
    await rules({ principal: { id: owner, kind: 'user', role: 'viewer', permissions: ['rules:read'] } }),
  );
  const summary: DaySummary = {
    summary_id: `wev_${createHash('sha256').update(`${camera_id} summary ${day}`).digest('hex').slice(0, 24)}`,
    camera: name,
    day,
    at: at.toISOString(),
    counts: memory.counts,
    rules: brokenSpans(events, at).map(({ rule_id, times, seconds }) => ({
      rule_id,
      name: named.get(rule_id) ?? rule_id,
      broken: times,
      broken_s: seconds,
    })),
    objects: objectsOf(events),
  };
  return [{ what: 'summary', summary }];
}

const FIELD = { object_entered: 'entered', object_left: 'left', object_moved: 'moved' } as const;

function objectsOf(events: readonly WatchEvent[]): DaySummary['objects'] {
  const counts = new Map<string, { entered: number; left: number; moved: number }>();
  for (const { kind, objects } of events) {
    const field = FIELD[kind as keyof typeof FIELD];
    if (field === undefined) continue;
    for (const { class: name } of objects) {
      const count = counts.get(name) ?? { entered: 0, left: 0, moved: 0 };
      count[field] += 1;
      counts.set(name, count);
    }
  }
  return [...counts].map(([name, count]) => ({ class: name, ...count })).slice(0, 50);
}
