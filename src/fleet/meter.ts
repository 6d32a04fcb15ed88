import * as z from 'zod';

const Time = z.iso.datetime();
const HOUR_MS = 3_600_000;
/** After a request it is not called idle yet. */
const BUSY_MS = 60_000;
/** No two clocks are so far apart. */
export const WRONG_CLOCK_MS = 60_000;

/** What a server did within one hour of the clock (UTC). Amounts are US dollars, times seconds. */
export const Hour = z.object({
  hour: Time,
  usd: z.number(),
  running_s: z.number(),
  /** That it ran longer than a minute after its last request. */
  idle_s: z.number(),
  /** That nobody knows whether it ran. */
  unseen_s: z.number(),
  /** That it stood still because it had been stopped for being idle. */
  saved_s: z.number(),
  /** The same × the price that it ran at before; null: that was not told. */
  saved_usd: z.number().nullable(),
});
export type Hour = z.infer<typeof Hour>;

/** Counts on from what was written last, so that a restart neither loses nor repeats anything. */
export const Meter = z.object({
  /** Up to when it is counted; null: it has not begun. */
  at: Time.nullable(),
  /** Whether it cost something then. */
  on: z.boolean(),
  usd: z.number(),
  hour: Hour.nullable(),
  /** Hours that are over and not yet written elsewhere. */
  done: z.array(Hour),
  /** Price while it last ran, US dollars per hour. */
  last_price: z.number().nullable(),
  /** It stands still because it was stopped for being idle. */
  saving: z.boolean(),
});
export type Meter = z.infer<typeof Meter>;

export const NEW_METER: Meter = { at: null, on: false, usd: 0, hour: null, done: [], last_price: null, saving: false };

/** What is known of the time since the meter was read last. */
export interface Span {
  readonly until: Date;
  /** From then on it ran, at the latest from `until` on; null: it did not run. */
  readonly ranFrom: Date | null;
  /** Whether it ran in the time before `ranFrom` is not known. */
  readonly unseen: boolean;
  /** US dollars per hour; null: not told, or billed otherwise. */
  readonly price: number | null;
  /** From then on; null: as before. */
  readonly nextPrice: number | null;
  /** The last request; null: none is known. */
  readonly usedAt: Date | null;
  readonly on: boolean;
  /** Whether it stands still from then on because it was stopped for being idle. */
  readonly saving: boolean;
}

/** Δt × price while it ran, split by hours of the clock. A clock that went back counts nothing. */
export function countOn(meter: Meter, span: Span): Meter {
  const { until } = span;
  const next = {
    ...meter,
    on: span.on,
    last_price: span.nextPrice ?? meter.last_price,
    saving: span.saving,
  };
  if (meter.at === null) return { ...next, at: until.toISOString() };
  let from = new Date(meter.at).getTime();
  const end = until.getTime();
  // One that is far ahead was written by a clock that was wrong.
  if (from - end > WRONG_CLOCK_MS) return { ...next, at: until.toISOString() };
  if (end <= from) return next;
  const done = [...meter.done];
  let hour = meter.hour;
  let total = meter.usd;
  while (from < end) {
    const start = Math.floor(from / HOUR_MS) * HOUR_MS;
    const to = Math.min(end, start + HOUR_MS);
    const name = new Date(start).toISOString();
    if (hour !== null && hour.hour !== name) {
      if (!isEmpty(hour)) done.push(hour);
      hour = null;
    }
    const before = hour ?? emptyHour(name);
    hour = addTo(before, meter, span, from, to);
    total += hour.usd - before.usd;
    from = to;
  }
  return { ...next, at: until.toISOString(), usd: total, hour, done };
}

function addTo(hour: Hour, meter: Meter, span: Span, from: number, to: number): Hour {
  const ranFrom = span.ranFrom === null ? to : Math.min(to, Math.max(from, span.ranFrom.getTime()));
  const ran = (to - ranFrom) / 1000;
  const rest = (ranFrom - from) / 1000;
  const idleFrom = Math.min(to, Math.max(ranFrom, (span.usedAt?.getTime() ?? 0) + BUSY_MS));
  const saved = !span.unseen && meter.saving ? rest : 0;
  return {
    ...hour,
    usd: hour.usd + (span.price === null ? 0 : (ran / 3600) * span.price),
    running_s: hour.running_s + ran,
    idle_s: hour.idle_s + (to - idleFrom) / 1000,
    unseen_s: hour.unseen_s + (span.unseen ? rest : 0),
    saved_s: hour.saved_s + saved,
    saved_usd: savedUsd(hour.saved_usd, saved, meter.last_price),
  };
}

function savedUsd(before: number | null, saved: number, price: number | null): number | null {
  if (saved === 0) return before;
  return before === null || price === null ? null : before + (saved / 3600) * price;
}

const emptyHour = (hour: string): Hour => ({
  hour,
  usd: 0,
  running_s: 0,
  idle_s: 0,
  unseen_s: 0,
  saved_s: 0,
  saved_usd: 0,
});

const isEmpty = ({ running_s, unseen_s, saved_s }: Hour) => running_s + unseen_s + saved_s === 0;
