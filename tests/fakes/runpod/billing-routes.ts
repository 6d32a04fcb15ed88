import { type Call, ok, type Routes, when } from './call.ts';
import type { Meter } from './meter.ts';
import { bad, invalid } from './problem.ts';

const HOUR = 3_600_000;
const BUCKETS: Readonly<Record<string, number>> = { hour: HOUR, day: 24 * HOUR, week: 168 * HOUR };
/** What has no length of its own, and is counted from the first day. */
const CALENDAR = new Set(['month', 'year']);
const MOST_BUCKETS = 20_000;

export const billingRoutes: Routes = {
  'GET /billing/pods': (call) => {
    const { account, query } = call;
    const meters = new Map([...account.pods.values(), ...account.formerPods].map(({ id, meter }) => [id, [meter]]));
    const rows = amounts(call, meters, query.get('podId'));
    return answer(
      rows.records.map(({ of, ...one }) => ({ ...one, podId: of })),
      rows.window,
      {
        podId: query.get('podId'),
        unique: 'uniquePodCount',
        totals: totalsOf(rows.records),
      },
    );
  },
  'GET /billing/serverless': (call) => {
    const { account, query } = call;
    const all = [...account.endpoints.values(), ...account.formerEndpoints];
    const meters = new Map(
      all.map(({ id, workers, gone }) => [id, [...workers.values(), ...gone].map(({ meter }) => meter)]),
    );
    const rows = amounts(call, meters, query.get('serverlessId'));
    const fee = { feeAmount: 0 };
    return answer(
      rows.records.map(({ of, ...one }) => ({ ...one, ...fee, serverlessId: of })),
      rows.window,
      {
        serverlessId: query.get('serverlessId'),
        unique: 'uniqueServerlessCount',
        totals: { ...totalsOf(rows.records), ...fee },
      },
    );
  },
};

interface Window {
  readonly from: number;
  readonly to: number;
  readonly bucketSize: string;
  readonly edges: readonly number[];
}

function windowOf({ query, now }: Call): Window {
  const bucketSize = query.get('bucketSize') ?? 'day';
  if (!(bucketSize in BUCKETS) && !CALENDAR.has(bucketSize)) throw invalid(`bucketSize: unknown value '${bucketSize}'`);
  const lastN = query.get('lastN');
  const [start, end] = [query.get('startTime'), query.get('endTime')];
  if (lastN !== null && (start !== null || end !== null)) throw bad('lastN excludes startTime and endTime');
  if (lastN !== null && !/^[1-9]\d{0,4}$/.test(lastN)) throw invalid('lastN: must be at least 1');
  const to = ceil(end === null ? now : moment(end), bucketSize);
  let from = floor(start === null ? now - 30 * 24 * HOUR : moment(start), bucketSize);
  if (lastN !== null) {
    from = floor(now, bucketSize);
    for (let n = 1; n < Number(lastN); n++) from = floor(from - 1, bucketSize);
  }
  const edges: number[] = [];
  for (let at = from; at < to && edges.length < MOST_BUCKETS; at = after(at, bucketSize)) edges.push(at);
  return { from, to, bucketSize, edges: [...edges, to] };
}

function moment(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT/.test(text)) throw invalid('time: is no date-time');
  return at;
}

function floor(at: number, size: string): number {
  const day = new Date(at);
  if (size === 'month') return Date.UTC(day.getUTCFullYear(), day.getUTCMonth());
  if (size === 'year') return Date.UTC(day.getUTCFullYear(), 0);
  const length = BUCKETS[size] ?? HOUR;
  // Weeks begin on Monday; the first day of the epoch was a Thursday.
  const shift = size === 'week' ? -3 * 24 * HOUR : 0;
  return Math.floor((at - shift) / length) * length + shift;
}

function after(at: number, size: string): number {
  const day = new Date(at);
  if (size === 'month') return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1);
  if (size === 'year') return Date.UTC(day.getUTCFullYear() + 1, 0);
  return at + (BUCKETS[size] ?? HOUR);
}

const ceil = (at: number, size: string) => (floor(at, size) === at ? at : after(floor(at, size), size));

function amounts(call: Call, meters: ReadonlyMap<string, readonly Meter[]>, only: string | null) {
  const window = windowOf(call);
  const records = [...meters].flatMap(([of, all]) => {
    if (only !== null && of !== only) return [];
    return window.edges.slice(0, -1).flatMap((from, i) => {
      const to = window.edges[i + 1] ?? from;
      const parts = all.map((meter) => meter.between(from, to, call.now));
      const gpuAmount = parts.reduce((sum, { gpu }) => sum + gpu, 0);
      const diskAmount = parts.reduce((sum, { disk }) => sum + disk, 0);
      if (gpuAmount + diskAmount === 0) return [];
      const span = { startTime: when(from), endTime: when(to) };
      return [{ ...span, of, totalAmount: gpuAmount + diskAmount, gpuAmount, cpuAmount: 0, diskAmount }];
    });
  });
  return { records, window };
}

const totalsOf = (records: ReturnType<typeof amounts>['records']) => {
  const sum = (of: (one: (typeof records)[number]) => number) => records.reduce((all, one) => all + of(one), 0);
  return {
    totalAmount: sum(({ totalAmount }) => totalAmount),
    gpuAmount: sum(({ gpuAmount }) => gpuAmount),
    cpuAmount: 0,
    diskAmount: sum(({ diskAmount }) => diskAmount),
  };
};

function answer(
  records: readonly object[],
  { from, to, bucketSize }: Window,
  { unique, totals, ...ids }: { unique: string; totals: object } & Record<string, unknown>,
) {
  const count = new Set(
    records.map(
      (one) =>
        (one as { podId?: string; serverlessId?: string }).podId ?? (one as { serverlessId?: string }).serverlessId,
    ),
  ).size;
  return ok({
    records,
    metadata: {
      query: { startTime: when(from), endTime: when(to), bucketSize, ...ids },
      recordCount: records.length,
      [unique]: count,
      totals,
    },
  });
}
