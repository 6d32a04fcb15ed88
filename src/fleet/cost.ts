import type { CostReport, ServerCost } from '../contract/server.ts';
import type { Bill } from './bills.ts';
import type { LastBills } from './fleet-notes.ts';
import { priceOf } from './gpus.ts';
import type { Hour } from './meter.ts';
import { isOver, type ServerRecord } from './record.ts';

const HOUR_MS = 3_600_000;
/** A month of 365 ÷ 12 days. */
const MONTH_HOURS = 730;
const WINDOW_MS = 7 * 24 * HOUR_MS;

export interface Spent {
  readonly record: ServerRecord;
  readonly name: string;
  readonly hours: readonly Hour[];
  readonly bills: readonly Bill[];
}

/** What was spent from `since` (its full hour) until now. */
export function costReport(
  spent: readonly Spent[],
  since: Date,
  now: Date,
  billing: LastBills,
): Omit<CostReport, 'simulated'> {
  const from = fullHour(since);
  const servers = spent.map((one) => costOf(one, from, now));
  const told = servers.filter(({ usd }) => usd !== null && usd > 0);
  const ofType = (type: ServerCost['type']) =>
    sum(servers.filter((one) => one.type === type).map(({ usd }) => usd ?? 0));
  return {
    since: from.toISOString(),
    until: now.toISOString(),
    usd: money(sum(told.map(({ usd }) => usd ?? 0))),
    not_billed_yet: servers.filter(({ type, usd }) => type === 'serverless' && usd === null).length,
    usd_by_type: { serverless: money(ofType('serverless')), timed: money(ofType('timed')) },
    saved_usd: sumOrNull(servers.filter(({ type }) => type === 'timed').map(({ saved_usd }) => saved_usd)),
    cost_per_hour_now: sumOrNull(spent.filter(({ record }) => !isOver(record)).map(({ record }) => nowPrice(record))),
    servers,
    projection: projectionOf(spent, now),
    billing,
  };
}

function costOf({ record, name, hours, bills }: Spent, from: Date, now: Date): ServerCost {
  const { id, type } = record;
  const counted = hours.filter(({ hour }) => Date.parse(hour) >= from.getTime());
  const billed = bills.filter(({ start }) => Date.parse(start) >= from.getTime());
  const billed_usd = billed.length === 0 ? null : money(sum(billed.map(({ usd }) => usd)));
  const common = { server_id: id, type, name, billed_usd };
  if (type === 'serverless') {
    const unknown = { running_hours: null, idle_hours: null, unseen_hours: null, saved_usd: null, saved_hours: null };
    return { ...common, usd: billed_usd, ...unknown, difference_usd: null };
  }
  const hoursOf = (field: 'running_s' | 'idle_s' | 'unseen_s' | 'saved_s') =>
    time(sum(counted.map((one) => one[field])) / 3600);
  return {
    ...common,
    usd: isUntold(record) ? null : money(sum(counted.map(({ usd }) => usd))),
    running_hours: hoursOf('running_s'),
    idle_hours: hoursOf('idle_s'),
    unseen_hours: hoursOf('unseen_s'),
    saved_hours: hoursOf('saved_s'),
    saved_usd: sumOrNull(counted.map(({ saved_usd }) => saved_usd)),
    difference_usd: differenceOf(record, counted, billed, now),
  };
}

/** Billed less counted, over bills whose time is over and in which it was counted from the beginning. */
function differenceOf(record: ServerRecord, hours: readonly Hour[], bills: readonly Bill[], now: Date): number | null {
  const begun = record.adopted === null ? 0 : Date.parse(record.created_at);
  const over = bills.filter(({ start, end }) => Date.parse(end) <= now.getTime() && Date.parse(start) >= begun);
  if (over.length === 0) return null;
  const within = (hour: number) => over.some(({ start, end }) => Date.parse(start) <= hour && hour < Date.parse(end));
  const counted = hours.filter(({ hour }) => within(Date.parse(hour)));
  return money(sum(over.map(({ usd }) => usd)) - sum(counted.map(({ usd }) => usd)));
}

/** Cost of the window ÷ its hours × 730. The window is the last 7 days, or since the first cost where that is later. */
function projectionOf(spent: readonly Spent[], now: Date): CostReport['projection'] {
  const least = fullHour(new Date(now.getTime() - WINDOW_MS)).getTime();
  const amounts = spent.flatMap(({ record, hours, bills }) =>
    record.type === 'timed'
      ? hours.map(({ hour, usd }) => ({ at: Date.parse(hour), usd }))
      : bills.map(({ start, usd }) => ({ at: Date.parse(start), usd })),
  );
  const recent = amounts.filter(({ at }) => at >= least);
  if (recent.length === 0) return null;
  // Whoever made the first server in the middle of an hour spent nothing before.
  const first = Math.min(...spent.map(({ record }) => Date.parse(record.created_at)));
  const start = Math.max(least, first);
  const hours = (now.getTime() - start) / HOUR_MS;
  if (hours < 1) return null;
  return {
    usd_per_month: money((sum(recent.map(({ usd }) => usd)) / hours) * MONTH_HOURS),
    window_hours: time(hours),
    formula: `cost of the last ${time(hours)} hours ÷ ${time(hours)} × ${MONTH_HOURS} hours of a month`,
  };
}

/** What it costs an hour at this moment; of serverless ones by the catalog's price when it was made. */
export function nowPrice({ type, state, gpu, config, instances, cost_per_hour }: ServerRecord): number | null {
  if (type === 'timed') return state === 'stopped' ? 0 : cost_per_hour;
  if (instances === 0) return 0;
  const price = gpu === null ? null : priceOf({ ...gpu }, type, config.gpu_count);
  return price === null || instances === null ? null : price * instances;
}

/** It ran, and nobody told a price yet. */
export const isUntold = ({ type, started_at, meter }: ServerRecord): boolean =>
  type === 'timed' && started_at !== null && meter.last_price === null;

export const fullHour = (time: Date): Date => new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);

const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);

const sumOrNull = (amounts: readonly (number | null)[]): number | null =>
  amounts.includes(null) ? null : money(sum(amounts.map((one) => one ?? 0)));

/** To a hundredth of a cent. */
const money = (usd: number): number => Math.round(usd * 10_000) / 10_000;
const time = (hours: number): number => Math.round(hours * 1000) / 1000;
