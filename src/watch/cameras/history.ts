import type { CallContext } from '../../contract/call-context.ts';
import type { Permission } from '../../contract/principal.ts';
import type { WatchEvent } from '../../contract/watch.ts';
import { AppError } from '../../errors.ts';
import type { Memory } from './camera-memory.ts';
import type { CameraParts } from './camera-parts.ts';
import type { KeptCamera } from './camera-store.ts';
import { daysBetween } from './days-between.ts';
import { CELL_MM } from './heat.ts';
import { ruleNames } from './rule-names.ts';
import type { CameraService, Span } from './service.ts';
import { brokenSpans } from './timeline.ts';

const DAY_MS = 86_400_000;
/** Of one answer. */
const MOST_DAYS = 31;
const MOST_CELLS = 500;
const MOST_SPANS = 200;
/** Before the span: what broke then may still have been broken in it. */
const LOOK_BACK_MS = 2 * DAY_MS;

type Own = (ctx: CallContext, named: string, permission: Permission) => Promise<KeptCamera>;

/** What a camera has seen. */
export function history(
  { log, memories, rules: rulesOf, now }: Pick<CameraParts, 'log' | 'memories' | 'rules' | 'now'>,
  own: Own,
): Pick<CameraService, 'events' | 'timeline' | 'heat'> {
  async function eventsOf({ camera }: KeptCamera, from: Date, to: Date): Promise<WatchEvent[]> {
    const found: WatchEvent[] = [];
    for (const day of daysBetween(from, to, camera.time_zone, MOST_DAYS + 3)) {
      found.push(...(await log.events(camera.camera_id, day)));
    }
    return found.filter(({ at }) => at >= from.toISOString() && at <= to.toISOString());
  }

  return {
    async events(ctx, named, { limit, ...span }) {
      const kept = await own(ctx, named, 'analysis:read');
      const { from, to } = spanOf(span, now(), MOST_DAYS);
      const [events, names] = await Promise.all([eventsOf(kept, from, to), rulesOf(ctx).then(ruleNames)]);
      const newest = events.reverse().slice(0, limit);
      return newest.map((event) => ({ ...event, rule: names.get(event.rule_id ?? '') ?? null }));
    },
    async timeline(ctx, named, span) {
      const kept = await own(ctx, named, 'analysis:read');
      const { from, to } = spanOf(span, now(), 1);
      const [events, names, { memory }] = await Promise.all([
        eventsOf(kept, new Date(from.getTime() - LOOK_BACK_MS), to),
        rulesOf(ctx).then(ruleNames),
        memories.read(kept.camera.camera_id),
      ]);
      const begin = from.toISOString();
      // What was broken before the span counts from its begin.
      const cut = events.map((event) => (event.since < begin ? { ...event, since: begin } : event));
      const isOver = (until: string | null) => until !== null && until <= begin;
      const rules = brokenSpans(cut, to, seenUntil(memory, to)).map(({ rule_id, seconds, unseen, spans }) => {
        const within = spans.filter((one) => !isOver(one.to));
        return {
          rule_id,
          rule: names.get(rule_id) ?? null,
          broken: within.length,
          broken_s: seconds,
          unseen_s: unseen,
          spans: within.slice(-MOST_SPANS).map(({ objects, from: since, to: until }) => ({
            objects: [...objects],
            from: since,
            to: until,
          })),
        };
      });
      const days = await daysOf(kept, from, to);
      return {
        from: begin,
        to: to.toISOString(),
        rules: rules.filter(({ broken }) => broken > 0),
        days: days.map(({ day, counts }) => ({ day, counts })),
      };
    },
    async heat(ctx, named, span) {
      const kept = await own(ctx, named, 'analysis:read');
      const { from, to } = spanOf(span, now(), 7);
      const sum = new Map<string, number>();
      for (const { heat } of await daysOf(kept, from, to)) {
        for (const [cell, seconds] of Object.entries(heat)) sum.set(cell, (sum.get(cell) ?? 0) + seconds);
      }
      const all = [...sum].toSorted((a, b) => b[1] - a[1]);
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        cell_mm: CELL_MM,
        cells: all.slice(0, MOST_CELLS).map(([cell, seconds]) => {
          const [column = 0, row = 0] = cell.split(',').map(Number);
          return [column * CELL_MM, row * CELL_MM, Math.round(seconds)] as [number, number, number];
        }),
        cells_not_listed: Math.max(0, all.length - MOST_CELLS),
        total_s: Math.round(all.reduce((total, [, seconds]) => total + seconds, 0)),
      };
    },
  };

  /** Whole days, the one that is not over with what is known of it. */
  async function daysOf({ camera }: KeptCamera, from: Date, to: Date) {
    const { memory } = await memories.read(camera.camera_id);
    const found = [];
    for (const day of daysBetween(from, to, camera.time_zone, MOST_DAYS)) {
      const kept = memory?.day === day ? memory : await log.day(camera.camera_id, day);
      if (kept !== null) found.push({ day, counts: kept.counts, heat: kept.heat });
    }
    return found;
  }
}

/** While nothing happens it is written once a minute: longer without a picture, and nobody sees. */
const UNWRITTEN_MS = 120_000;
function seenUntil(memory: Memory | null, to: Date): Date {
  const last = memory?.core.last_at ? Date.parse(memory.core.last_at) : to.getTime();
  return to.getTime() - last > UNWRITTEN_MS ? new Date(last) : to;
}

/** Throws VALIDATION_002 for one that ends before it begins, or is longer than is read at once. */
export function spanOf({ from, to }: Span, now: Date, usualDays: number): { readonly from: Date; readonly to: Date } {
  const end = to === undefined ? now : new Date(to);
  const begin = from === undefined ? new Date(end.getTime() - usualDays * DAY_MS) : new Date(from);
  const length = end.getTime() - begin.getTime();
  if (length >= 0 && length <= MOST_DAYS * DAY_MS) return { from: begin, to: end };
  throw new AppError('VALIDATION_002', {
    message: length < 0 ? '"to" lies before "from".' : `A span has at most ${MOST_DAYS} days.`,
    details: { fields: ['from', 'to'] },
  });
}
