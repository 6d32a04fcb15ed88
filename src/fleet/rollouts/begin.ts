import type { CallContext } from '../../contract/call-context.ts';
import { CANARY, KEEP_S, type Overlap, type Strategy } from '../../contract/deployment.ts';
import { CreateServer, type CreateServerInput, type ServerType } from '../../contract/server.ts';
import { AppError } from '../../errors.ts';
import { isOver } from '../record.ts';
import type { RolloutParts } from './parts.ts';
import type { RolloutRecord, Swap } from './record.ts';
import type { RolloutTimes } from './times.ts';

export interface NewRollout {
  readonly strategy: Strategy;
  /** Its `max_price` is what was shown. */
  readonly create: CreateServerInput;
  readonly olds: readonly string[];
  /** Percent of all analyses; null: what the old ones have. */
  readonly traffic: number | null;
  readonly health: string | null;
  readonly canaryPercent: number | null;
  readonly canaryS: number | null;
  readonly keepS: number | null;
  readonly overlap: Overlap;
}

/** Written down: from now on it goes on, in whichever process. */
export async function beginRollout(parts: RolloutParts, ctx: CallContext, wanted: NewRollout): Promise<RolloutRecord> {
  const { rollouts, newId, now } = parts;
  const { strategy, olds, overlap } = wanted;
  const { entries: base } = await parts.routing.table.get();
  const swaps = await swapsOf(parts, wanted, base);
  const at = now().toISOString();
  const { steps, stepMs } = stepsOf(wanted);
  if (strategy === 'recreate') await demandSomebody(parts, swaps, base);
  const create = CreateServer.parse(wanted.create);
  const record: RolloutRecord = {
    ...{ id: newId('dep'), type: create.type, strategy, since: at, outcome: null, created_at: at, ended_at: null },
    phase: strategy === 'recreate' && olds.length > 0 ? 'parking' : 'creating',
    ...{ created_by: ctx.principal.id, client: ctx.client ?? null, create, health_check: wanted.health },
    ...{ steps, stepMs, keepMs: keepOf(wanted) * 1000, overlap, swaps, at: 0, step: 0, base },
    ...{ moved_at: null, retry_at: null, health: null, smoke: null, judgement: null, failure: null, wish: null },
    notes: [{ at, text: `It began: ${strategy}.` }],
  };
  if (await rollouts.add(record)) return record;
  const other = await rollouts.open(create.type);
  throw anotherGoesOn(create.type, other?.id ?? null);
}

export const anotherGoesOn = (type: ServerType, id: string | null) =>
  new AppError('SERVER_002', {
    message: `Another deployment of a ${type} server goes on${id === null ? '' : `: ${id}`}.`,
    advice: 'Wait until it is over, or promote it or roll it back. Nothing was changed.',
    details: { type, ...(id !== null && { deployment_id: id }) },
  });

export const keepOf = ({ strategy, keepS }: Pick<NewRollout, 'strategy' | 'keepS'>): number =>
  keepS ?? (strategy === 'recreate' ? 0 : KEEP_S);

/** The share of the old one that the new one gets, step by step. */
export function stepsOf({
  strategy,
  canaryPercent,
  canaryS,
}: Pick<NewRollout, 'strategy' | 'canaryPercent' | 'canaryS'>) {
  if (strategy !== 'canary') return { steps: [100], stepMs: 0 };
  const first = canaryPercent ?? CANARY.percent;
  const steps = [...new Set([first, Math.max(50, first), 100])];
  return { steps, stepMs: ((canaryS ?? CANARY.durationS) * 1000) / (steps.length - 1) };
}

/** How long two may run at once, seconds. */
export function longestS(
  wanted: Parameters<typeof stepsOf>[0] & Pick<NewRollout, 'keepS'>,
  count: number,
  times: RolloutTimes,
) {
  const { steps, stepMs } = stepsOf(wanted);
  const each = times.createMs + times.bootMs + times.checkMs + 2 * stepMs * (steps.length - 1) + times.drainMs;
  return Math.round((each * count) / 1000) + keepOf(wanted);
}

async function swapsOf({ store }: RolloutParts, wanted: NewRollout, base: RolloutRecord['base']): Promise<Swap[]> {
  const { olds, traffic, strategy } = wanted;
  const weight = (id: string) => base.find((one) => one.id === id)?.weight ?? 0;
  const has = olds.reduce((sum, id) => sum + weight(id), 0);
  if (traffic !== null && has > 0 && traffic !== has) throw otherTraffic(has);
  const fresh = { fresh: null, moved: 0, parked: false, isChecked: false, stays: false } as const;
  const swaps: Swap[] = olds.length === 0 ? [{ ...fresh, old: null, oldRan: false, share: traffic ?? 0 }] : [];
  for (const [at, old] of olds.entries()) {
    const record = await store.get(old);
    if (record === null || isOver(record)) throw new AppError('SERVER_001', { details: { server_id: old } });
    if (record.protected) throw isProtected(old);
    // One that had nothing is given what is asked for, the first of several.
    const share = has > 0 ? weight(old) : at === 0 ? (traffic ?? 0) : 0;
    swaps.push({ ...fresh, old, oldRan: record.goal === 'running', share });
  }
  const all = swaps.reduce((sum, { share }) => sum + share, 0);
  if (strategy === 'canary' && all < 2) throw nothingToMeasure(olds, all);
  return swaps;
}

/** While nothing runs, this program computes: it must be able to. */
async function demandSomebody(
  { routing, closing, times }: RolloutParts,
  swaps: readonly Swap[],
  base: RolloutRecord['base'],
) {
  const moves = swaps.some(({ old, share }) => old !== null && share > 0);
  const others = base.some(({ id, weight }) => weight > 0 && !swaps.some(({ old }) => old === id));
  if (!moves || others) return;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(times.probeMs)]);
  const { ok, detail } = await routing.probe.health(routing.home, signal);
  if (ok) return;
  throw new AppError('SERVER_002', {
    message: `While no server runs, nobody would analyse: this program cannot (${detail}).`,
    advice: 'Use "blue-green", which keeps the old server until the new one computes. Nothing was changed.',
  });
}

const isProtected = (id: string) =>
  new AppError('SERVER_002', {
    message: `${id} is protected: it is not replaced.`,
    advice: 'Take the protection off first ("protected": false, or "h200-mug deploy unprotect"). Nothing was changed.',
    details: { server_id: id },
  });

const otherTraffic = (has: number) =>
  new AppError('VALIDATION_002', {
    message: `The new server takes over the ${has} % of what it replaces.`,
    advice: 'Leave "traffic" out. Nothing was changed.',
    details: { field: 'traffic', has },
  });

const nothingToMeasure = (olds: readonly string[], share: number) =>
  new AppError('VALIDATION_002', {
    message: `${olds.join(', ') || 'The new server'} has ${share} % of the analyses: there is nothing to divide and to measure.`,
    advice: 'Use "blue-green", or give "traffic" (at least 2). Nothing was changed.',
    details: { field: 'strategy' },
  });
