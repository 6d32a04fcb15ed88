import { demand, INTERNALS } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Series, SeriesName, TimeRange } from '../../contract/series.ts';
import { toAppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { type Chunks, StoredChunk, type Tier } from './chunks.ts';
import { DEFINITIONS } from './definitions.ts';
import { joined, type Point, stepOf } from './point.ts';
import type { SeriesRecorder } from './recorder.ts';

export interface SeriesService {
  /** Throws AUTH_003. Where the store does not answer, what this start of this server measured. */
  read(ctx: CallContext, name: SeriesName, range: TimeRange): Promise<Series>;
}

interface SeriesDeps {
  readonly registry: Registry;
  readonly recorder: SeriesRecorder;
  readonly now: () => Date;
}

interface Range {
  readonly steps: number;
  readonly stepS: number;
  readonly tier: 'fine' | 'coarse';
}

const RANGES: Readonly<Record<TimeRange, Range>> = {
  '1h': { steps: 60, stepS: 60, tier: 'fine' },
  '6h': { steps: 72, stepS: 300, tier: 'fine' },
  '24h': { steps: 96, stepS: 900, tier: 'fine' },
  '7d': { steps: 84, stepS: 7200, tier: 'coarse' },
  '30d': { steps: 120, stepS: 21_600, tier: 'coarse' },
};
const PAGE = 200;
/** Entries that are read for one answer; servers that are started very often write many. */
const MOST_ENTRIES = 2000;

interface Others {
  readonly points: readonly Point[];
  readonly runs: ReadonlySet<string>;
  /** Why something is missing. */
  readonly missing: string | null;
}

export function createSeriesService({ registry, recorder, now }: SeriesDeps): SeriesService {
  /** What other servers and earlier starts wrote. */
  async function others(tier: Tier, from: number): Promise<Others> {
    const points: Point[] = [];
    const runs = new Set<string>();
    const done = (missing: string | null): Others => ({ points, runs, missing });
    let cursor: string | null = '';
    let seen = 0;
    while (cursor !== null) {
      const page = await registry.list('series', tier.name, { limit: PAGE, ...(cursor && { cursor }) });
      for (const { created_at, value } of page.items) {
        if (Date.parse(created_at) / 1000 + tier.chunkS <= from) return done(null);
        const chunk = StoredChunk.safeParse(value).data;
        if (chunk === undefined || chunk.run === recorder.run) continue;
        const within = chunk.points.filter(({ t }) => t >= from);
        if (within.length > 0) runs.add(chunk.run);
        points.push(...within);
      }
      seen += page.items.length;
      if (seen >= MOST_ENTRIES) return done('servers were started so often that not all of it was read');
      cursor = page.nextCursor;
    }
    return done(null);
  }

  return {
    async read({ principal }, name, range) {
      demand(principal, INTERNALS.metrics);
      const { unit, columns, values, never } = DEFINITIONS[name];
      const { steps, stepS, tier } = RANGES[range];
      const last = stepOf(Math.floor(now().getTime() / 1000), stepS);
      const from = last - (steps - 1) * stepS;
      const own: Chunks = recorder[tier];
      const mine = own.all().filter(({ t }) => t >= from);
      const rest: Others =
        never === undefined
          ? await others(own.tier, from).catch((thrown: unknown) => ({
              points: [],
              runs: new Set(),
              missing: toAppError(thrown).message,
            }))
          : { points: [], runs: new Set(), missing: null };
      const byStep = new Map<number, Point>();
      for (const point of [...rest.points, ...mine]) {
        const t = stepOf(point.t, stepS);
        const there = byStep.get(t);
        byStep.set(t, there === undefined ? { ...point, t } : joined(there, point));
      }
      const shown = (t: number) => {
        const point = never === undefined ? byStep.get(t) : undefined;
        if (point === undefined) return null;
        const found = values(point);
        return Object.fromEntries(columns.map((column, i) => [column, found[i] ?? null]));
      };
      return {
        name,
        unit,
        time_range: range,
        step_s: stepS,
        columns: [...columns],
        points: Array.from({ length: steps }, (_, i) => from + i * stepS).map((t) => ({
          time: new Date(t * 1000).toISOString(),
          values: shown(t),
        })),
        servers: never === undefined ? rest.runs.size + (mine.length > 0 ? 1 : 0) : 0,
        complete: rest.missing === null,
        reason: never ?? rest.missing ?? (byStep.size === 0 ? 'nothing was measured in this time' : null),
      };
    },
  };
}
