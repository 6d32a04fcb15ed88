import { demand } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { ServerType } from '../../contract/server.ts';
import { AppError } from '../../errors.ts';
import { Holder, isGone } from '../../process-holder.ts';
import type { FleetNotes } from '../fleet-notes.ts';
import { isWatched } from '../watched.ts';
import { beginRollout, type NewRollout } from './begin.ts';
import { leaseName, type RolloutDriver } from './driver.ts';
import type { RolloutParts } from './parts.ts';
import { isDone, type RolloutRecord, serversOf } from './record.ts';
import { canPromote, canRollBack, shownRollout } from './shown.ts';

/** Rollouts of servers, as deployments that callers see. */
export interface Rollouts {
  /** Written down when it resolves; it goes on whoever waits. SERVER_002 where one of the type goes on. */
  begin(ctx: CallContext, wanted: NewRollout): Promise<Deployment>;
  /** servers:read. */
  get(ctx: CallContext, id: string): Promise<Deployment>;
  /** servers:read. The id of the one of the type that goes on; null: none does. */
  open(ctx: CallContext, type: ServerType): Promise<string | null>;
  /** servers:read. Newest first, 100 at most. */
  list(ctx: CallContext): Promise<Deployment[]>;
  /** servers:deploy. Everything goes to the new server, unjudged; where it has that already, the old one ends now. */
  promote(ctx: CallContext, id: string): Promise<Deployment>;
  /** servers:deploy. SERVER_002 where there is no way back any more. */
  rollBack(ctx: CallContext, id: string): Promise<Deployment>;
  /** servers:read. Until `reached`, the signal ends, or `limitMs` are over; it drives it where nobody else does. */
  wait(
    ctx: CallContext,
    id: string,
    reached: (one: Deployment) => boolean,
    limitMs: number | null,
  ): Promise<Deployment>;
}

export interface RolloutServiceParts extends RolloutParts {
  readonly driver: RolloutDriver;
  readonly notes: FleetNotes;
  /** Of who looks after the fleet. */
  readonly watchMs: number;
}

export function createRollouts(parts: RolloutServiceParts): Rollouts {
  const { rollouts, routing, driver, notes, registry, now, sleep, closing, times, audit, watchMs } = parts;

  async function attended({ id }: RolloutRecord): Promise<boolean> {
    if (driver.isStarted() || (await isWatched(notes, now(), watchMs))) return true;
    if (driver.isHeldHere(id)) return false;
    const held = await registry.get('delivery_lease', leaseName(id));
    const holder = Holder.safeParse(held?.value).data;
    return holder !== undefined && !isGone(holder);
  }

  async function shown(record: RolloutRecord): Promise<Deployment> {
    return shownRollout(record, await routing.table.get(), isDone(record) || (await attended(record)));
  }

  async function one(id: string): Promise<RolloutRecord> {
    const kept = await rollouts.read(id);
    if (kept !== null) return kept.record;
    throw new AppError('SERVER_001', {
      message: 'There is no such deployment.',
      advice: 'List them: GET /api/v1/deployments, or "h200-mug deploy status".',
      details: { deployment_id: id },
    });
  }

  async function tooLate(record: RolloutRecord, what: 'promote' | 'rollback'): Promise<AppError> {
    const { id, phase, outcome, wish: wished, swaps } = record;
    const state = outcome === null ? (wished === null ? phase : `to be ${WISHED[wished]}`) : `over (${outcome})`;
    const old = swaps[0]?.old ?? null;
    const was = what === 'rollback' && outcome === 'deployed' && old !== null ? await parts.store.get(old) : null;
    const { image = null, gpu_type: gpu } = was?.config ?? {};
    return new AppError('SERVER_002', {
      message: `The deployment is ${state}: it cannot be ${WISHED[what]} any more.`,
      advice:
        was === null
          ? 'Look how it ended, and begin another one.'
          : `Its old server is gone. Deploy what that was with a strategy: ${image ?? 'the configured image'} on ${gpu}.`,
      details: { deployment_id: id, phase },
    });
  }

  async function wish(ctx: CallContext, id: string, what: 'promote' | 'rollback'): Promise<Deployment> {
    demand(ctx.principal, 'servers:deploy');
    const may = what === 'promote' ? canPromote : canRollBack;
    const before = await one(id);
    if (!may(before)) throw await tooLate(before, what);
    const { principal, client } = ctx;
    await audit({
      ...{ event: 'server_controlled', actor: principal.id, target: id, client: client ?? null },
      details: { action: what, type: before.type },
    });
    const changed = await rollouts.change(id, (record) => (may(record) ? { ...record, wish: what } : null));
    if (changed === null) throw await tooLate(await one(id), what);
    driver.wake();
    return shown(changed.record);
  }

  return {
    async begin(ctx, wanted) {
      const record = await beginRollout(parts, ctx, wanted);
      driver.wake();
      return shown(record);
    },
    async get({ principal }, id) {
      demand(principal, 'servers:read');
      return shown(await one(id));
    },
    async open({ principal }, type) {
      demand(principal, 'servers:read');
      return (await rollouts.open(type))?.id ?? null;
    },
    async list({ principal }) {
      demand(principal, 'servers:read');
      return Promise.all((await rollouts.all()).map(shown));
    },
    promote: (ctx, id) => wish(ctx, id, 'promote'),
    rollBack: (ctx, id) => wish(ctx, id, 'rollback'),
    async wait({ principal, signal, progress }, id, reached, limitMs) {
      demand(principal, 'servers:read');
      const until = limitMs === null ? Number.POSITIVE_INFINITY : now().getTime() + limitMs;
      const end = AbortSignal.any([closing, ...(signal ? [signal] : [])]);
      for (let look = 0; ; look += 1) {
        await driver.pass(id).catch(() => undefined);
        const found = await shown(await one(id));
        progress?.(look, look + 1, found.message);
        if (reached(found) || end.aborted || now().getTime() >= until) return found;
        await sleep(times.everyMs, end);
      }
    },
  };
}

/** Servers that a rollout works on: stopped and started by it alone. */
export async function heldServers(
  { rollouts }: Pick<RolloutParts, 'rollouts'>,
  types: readonly ServerType[] = ['serverless', 'timed'],
): Promise<ReadonlyMap<string, string>> {
  const open = await Promise.all(types.map((type) => rollouts.open(type)));
  return new Map(open.flatMap((one) => (one === null ? [] : serversOf(one).map((id) => [id, one.id] as const))));
}

const WISHED = { promote: 'promoted', rollback: 'rolled back' } as const;
