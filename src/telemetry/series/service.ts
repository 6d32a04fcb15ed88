import { demand, INTERNALS } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { ModelSeries, RuleSeries, Series, SeriesName, Steps, TimeRange } from '../../contract/series.ts';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { COARSE, FINE, RULES_COARSE, RULES_FINE } from './chunks.ts';
import { DEFINITIONS, type Definition, ofModel, ofRule } from './definitions.ts';
import { joined, MISSED, type Point, stepOf } from './point.ts';
import type { SeriesRecorder } from './recorder.ts';
import { modelKey } from './sampler.ts';
import { type Found, storedPoints } from './stored-points.ts';

/** Throws AUTH_003. Where the store does not answer, what this start of this server measured. */
export interface SeriesService {
  read(ctx: CallContext, name: SeriesName, range: TimeRange): Promise<Series>;
  /** How the rule came out in the caller's own stored analyses; throws RULES_001 where it is not the caller's. */
  ofRule(ctx: CallContext, ruleId: string, range: TimeRange): Promise<RuleSeries>;
  /** Throws VALIDATION_002 where it is neither installed nor was used in this time. */
  ofModel(ctx: CallContext, model: string, range: TimeRange): Promise<ModelSeries>;
}

interface SeriesDeps {
  readonly registry: Registry;
  readonly recorder: SeriesRecorder;
  /** Throws RULES_001 where the caller never had the rule. */
  readonly findRule: (ctx: CallContext, ruleId: string) => Promise<unknown>;
  readonly isInstalled: (model: string) => boolean;
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
/** Verdicts are kept in steps of five minutes. */
const RULE_RANGES: Readonly<Record<TimeRange, Range>> = { ...RANGES, '1h': { steps: 12, stepS: 300, tier: 'fine' } };
const TIERS = { fine: FINE, coarse: COARSE } as const;
const RULE_TIERS = { fine: RULES_FINE, coarse: RULES_COARSE } as const;

const NOTHING = 'nothing was measured in this time';
const NOT_COUNTED = 'more rules were judged at once than are counted one by one';
const NOWHERE: Found = { points: [], servers: 0, missing: null };

export function createSeriesService({ registry, recorder, findRule, isInstalled, now }: SeriesDeps): SeriesService {
  const { run } = recorder;

  function timesOf({ steps, stepS }: Range): readonly number[] {
    const last = stepOf(Math.floor(now().getTime() / 1000), stepS);
    return Array.from({ length: steps }, (_, i) => last - (steps - 1 - i) * stepS);
  }

  const measured = ({ tier }: Range, from: number): Promise<Found> =>
    storedPoints({ registry, tier: TIERS[tier], owner: null, from, own: { run, chunks: recorder[tier] } });

  /** As a table: a step without a point was measured by nobody. */
  function told(
    range: TimeRange,
    { stepS }: Range,
    times: readonly number[],
    { unit, columns, values, never }: Definition,
    found: Found,
  ): Steps {
    const byStep = inSteps(found.points, stepS);
    const shown = (point: Point | undefined) => {
      if (point === undefined) return null;
      const read = values(point);
      return Object.fromEntries(columns.map((column, i) => [column, read[i] ?? null]));
    };
    return {
      unit,
      time_range: range,
      step_s: stepS,
      columns: [...columns],
      points: times.map((t) => ({ time: new Date(t * 1000).toISOString(), values: shown(byStep.get(t)) })),
      servers: found.servers,
      complete: found.missing === null,
      reason: never ?? found.missing ?? (byStep.size === 0 ? NOTHING : null),
    };
  }

  return {
    async read({ principal }, name, range) {
      demand(principal, INTERNALS.metrics);
      const definition = DEFINITIONS[name];
      const asked = RANGES[range];
      const times = timesOf(asked);
      const found = definition.never === undefined ? await measured(asked, times[0]!) : NOWHERE;
      return { name, ...told(range, asked, times, definition, found) };
    },
    async ofModel({ principal }, model, range) {
      demand(principal, INTERNALS.metrics);
      const asked = RANGES[range];
      const times = timesOf(asked);
      const found = await measured(asked, times[0]!);
      const key = `${modelKey(model)}.n`;
      if (!isInstalled(model) && !found.points.some(({ sums }) => sums[key] !== undefined)) throw noModel();
      return { model, ...told(range, asked, times, ofModel(model), found) };
    },
    async ofRule(ctx, ruleId, range) {
      demand(ctx.principal, 'rules:read');
      await findRule(ctx, ruleId);
      const asked = RULE_RANGES[range];
      const times = timesOf(asked);
      const from = times[0]!;
      const owner = ctx.principal.id;
      const chunks = recorder.rules.of(owner)?.[asked.tier] ?? null;
      const [verdicts, all] = await Promise.all([
        storedPoints({ registry, tier: RULE_TIERS[asked.tier], owner, from, own: { run, chunks } }),
        measured(asked, from),
      ]);
      const left = verdicts.points.some(({ sums }) => (sums[MISSED] ?? 0) > 0) ? NOT_COUNTED : null;
      const missing = verdicts.missing ?? all.missing ?? left;
      // Where a server measured and nothing was judged, that is 0 and not unknown.
      const empty = all.points.map(({ t }) => ({ t, sums: {}, peaks: {} }));
      const found = { points: [...verdicts.points, ...empty], servers: all.servers, missing };
      return { rule_id: ruleId, ...told(range, asked, times, ofRule(ruleId), found) };
    },
  };
}

const noModel = () =>
  new AppError('VALIDATION_002', {
    message: 'No model of this name is installed, or was used in this time.',
    advice: 'GET /api/v1/models lists those that are installed.',
    details: { fields: ['model'] },
  });

function inSteps(points: readonly Point[], stepS: number): ReadonlyMap<number, Point> {
  const byStep = new Map<number, Point>();
  for (const point of points) {
    const t = stepOf(point.t, stepS);
    const there = byStep.get(t);
    byStep.set(t, there === undefined ? { ...point, t } : joined(there, point));
  }
  return byStep;
}
