import type { CloudServer } from '../ports/gpu-cloud.ts';
import type { Meter, Span } from './meter.ts';

/** Whether it costs something at this moment. */
export function isOn({ type, state, costPerHour, instances }: CloudServer): boolean {
  if (type === 'serverless') return (instances ?? 0) > 0;
  if (state === 'stopped' || state === 'terminated') return false;
  return costPerHour === null ? state === 'running' : costPerHour > 0;
}

export interface Looked {
  readonly now: Date;
  /** The last request; null: none is known. In use: now. */
  readonly usedAt: Date | null;
  /** What changed since the last look in a longer time than this changed nobody knows when. */
  readonly shortMs: number;
}

/** What the last look and this one together say of the time between them. */
export function spanOf(meter: Meter, seen: CloudServer | null, saving: boolean, looked: Looked): Span {
  const { now, usedAt, shortMs } = looked;
  const at = meter.at === null ? now : new Date(meter.at);
  const on = seen !== null && isOn(seen);
  const started = dateOf(seen?.startedAt ?? null) ?? (meter.on ? null : dateOf(seen?.createdAt ?? null));
  const begunSince = started !== null && started > at && started <= now;
  const price = seen?.type === 'timed' && seen.costPerHour !== 0 ? seen.costPerHour : null;
  const common = { until: now, usedAt, on, saving, nextPrice: price };
  const isShort = now.getTime() - at.getTime() <= shortMs;
  if (on && meter.on) {
    if (begunSince && !isShort) return { ...common, ranFrom: started, unseen: true, price };
    return { ...common, ranFrom: at, unseen: false, price: seen.type === 'timed' ? (meter.last_price ?? price) : null };
  }
  if (on) return { ...common, ranFrom: begunSince ? started : now, unseen: false, price };
  if (meter.on) {
    return { ...common, ranFrom: isShort ? at : null, unseen: !isShort, price: meter.last_price };
  }
  return { ...common, ranFrom: null, unseen: begunSince, price: null };
}

function dateOf(text: string | null): Date | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms);
}
