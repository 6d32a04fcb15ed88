import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type {
  ControlAnswer,
  ControlServerInput,
  CreateServerInput,
  ServerInfo,
  ServerTarget,
} from '../contract/server.ts';
import { SERVER_TYPES, type ServerType } from '../contract/server.ts';
import { priceSource, type ServerPlan } from '../contract/server-plan.ts';
import { AppError } from '../errors.ts';
import { checkAction, checkType } from './actions.ts';
import { minAboveMax, unknown } from './operator.ts';
import type { FleetService } from './service.ts';

/** What somebody wants of a server, which need not be there yet: to start a type that there is none of is to create one. */
export interface Wish {
  readonly action: 'start' | 'stop' | 'restart' | 'scale';
  readonly target: ServerTarget;
  /** Of one that is created. */
  readonly create?: Omit<CreateServerInput, 'type' | 'max_price' | 'wait_for_completion'>;
  /** US dollars an hour for one instance; dearer is refused. */
  readonly max_price?: number | null;
  readonly min_instances?: number;
  readonly max_instances?: number;
  readonly force?: boolean;
  readonly wait?: boolean;
}

export interface Considered {
  /** Null: it begins to cost nothing. */
  readonly plan: ServerPlan | null;
  /** Null: there is none yet. */
  readonly server: ServerInfo | null;
}

const isType = (target: ServerTarget): target is ServerType => (SERVER_TYPES as readonly string[]).includes(target);

/**
 * What the wish would begin to cost. Throws AUTH_003 for who may not have it, SERVER_001, SERVER_004 where nothing is to be had,
 * VALIDATION_002 where it is dearer than `max_price` or says of a server that is there what only a new one takes.
 */
export async function consider(
  fleet: FleetService,
  ctx: CallContext,
  wish: Wish,
  now: () => Date = () => new Date(),
): Promise<Considered> {
  demand(ctx.principal, 'servers:control');
  const server = await existing(fleet, ctx, wish);
  if (server === null) return { plan: await creation(fleet, ctx, wish, now), server };
  if (wish.create?.config !== undefined) throw ofNewOnes(server);
  demandPossible(wish, server);
  return { plan: await costing(fleet, ctx, wish, server, now), server };
}

/** Does what was considered: nothing dearer than the plan shows is created, and no other server is meant than the one that was. */
export function carryOut(
  fleet: FleetService,
  ctx: CallContext,
  wish: Wish,
  { plan, server }: Considered,
): Promise<ControlAnswer> {
  const { action, force = false, wait = true, min_instances, max_instances, create } = wish;
  if (server === null) {
    if (plan === null || !isType(wish.target)) throw new AppError('SERVER_001');
    return fleet.create(ctx, {
      ...create,
      type: wish.target,
      max_price: ceiling(plan, wish.max_price),
      wait_for_completion: wait,
    });
  }
  const request: ControlServerInput = {
    action,
    force,
    wait_for_completion: wait,
    ...(min_instances !== undefined && { min_instances }),
    ...(max_instances !== undefined && { max_instances }),
  };
  return fleet.control(ctx, server.id, request);
}

/** The dearest that was shown: a candidate that became dearer since is not taken. */
export function ceiling({ candidates }: ServerPlan, wanted: number | null = null): number | null {
  const prices = candidates.map(({ price_per_hour }) => price_per_hour);
  if (prices.length === 0 || prices.includes(null)) return wanted;
  const dearest = Math.max(...(prices as number[]));
  return wanted === null ? dearest : Math.min(wanted, dearest);
}

async function existing(fleet: FleetService, ctx: CallContext, { action, target }: Wish): Promise<ServerInfo | null> {
  try {
    return await fleet.get(ctx, target);
  } catch (thrown) {
    const none = thrown instanceof AppError && thrown.code === 'SERVER_001';
    if (none && action === 'start' && isType(target)) return null;
    throw thrown;
  }
}

async function creation(fleet: FleetService, ctx: CallContext, wish: Wish, now: () => Date): Promise<ServerPlan> {
  demand(ctx.principal, 'servers:deploy');
  const type = wish.target as ServerType;
  return creationPlan(fleet, ctx, { ...wish.create, type, max_price: wish.max_price ?? null }, now);
}

/** What creating would cost. Throws SERVER_004 where none of the candidates is to be had, or all are too dear. */
export async function creationPlan(
  fleet: FleetService,
  ctx: CallContext,
  request: CreateServerInput,
  now: () => Date,
): Promise<ServerPlan> {
  const quoted_at = now().toISOString();
  const [quote, { idle_timeout_seconds: usual, provider }] = await Promise.all([
    fleet.quote(ctx, request),
    fleet.list(ctx),
  ]);
  const { candidates, refused, price_per_hour, highest_price_per_hour, image, env } = quote;
  if (candidates.length === 0) {
    throw new AppError('SERVER_004', {
      message: 'None of the GPUs asked for can be had so.',
      advice:
        'Name another GPU or a higher max_price; GET /api/v1/servers/gpus or "h200-mug deploy list-gpus" lists them.',
      details: { refused },
    });
  }
  const { type, config = {} } = request;
  const always = type === 'timed' ? 1 : (config.min_instances ?? 0);
  return {
    ...{ action: 'create', type, server_id: null, candidates, refused, image, env, price_per_hour },
    highest_price_per_hour: times(highest_price_per_hour, 1),
    always_per_hour: times(price_per_hour, always),
    idle_timeout_seconds: config.idle_timeout_seconds ?? usual[type] ?? 600,
    ...{ price_source: priceSource(provider), quoted_at },
  };
}

async function costing(
  fleet: FleetService,
  ctx: CallContext,
  wish: Wish,
  server: ServerInfo,
  now: () => Date,
): Promise<ServerPlan | null> {
  const action = beginsToCost(wish, server);
  if (action === null) return null;
  const { type, config, gpu } = server;
  const quoted_at = now().toISOString();
  const named = gpu?.id ?? config.gpu_type;
  const [offers, { provider }] = await Promise.all([
    fleet.offers(ctx, { type, gpu_type: named, gpu_count: config.gpu_count, max_price: null }),
    fleet.list(ctx),
  ]);
  const offer = offers.find(({ gpu_id }) => gpu_id === gpu?.id) ?? offers[0] ?? null;
  const price = offer?.price_per_hour ?? null;
  const most = wish.max_price ?? null;
  if (most !== null && (price === null || price > most)) throw tooDear(price, most);
  const { min, max } = instances(wish, server);
  return {
    ...{ action, type, server_id: server.id, candidates: offer === null ? [] : [offer], refused: [] },
    ...{ image: config.image, env: config.env },
    price_per_hour: price,
    highest_price_per_hour: times(price, max),
    always_per_hour: times(price, min),
    idle_timeout_seconds: config.idle_timeout_seconds,
    ...{ price_source: priceSource(provider), quoted_at },
  };
}

/** It costs what it costs already. */
const RUNS: ReadonlySet<ServerInfo['state']> = new Set(['pending', 'starting', 'running', 'updating']);

/** Null: what runs goes on, stops, or shrinks. */
function beginsToCost(wish: Wish, server: ServerInfo): 'start' | 'scale' | null {
  const { action } = wish;
  const runs = RUNS.has(server.state);
  if (action === 'scale') {
    const { min, max } = instances(wish, server);
    return min > server.config.min_instances || max > server.config.max_instances ? 'scale' : null;
  }
  return (action === 'start' || action === 'restart') && !runs ? 'start' : null;
}

/** Nobody is asked to pay for what is refused whatever they say; what force or time may change is left to the act itself. */
function demandPossible(wish: Wish, server: ServerInfo): void {
  const { action } = wish;
  checkType(server.type, action);
  if (action === 'scale') {
    const { min, max } = instances(wish, server);
    if (min > max) throw minAboveMax();
  }
  if (server.state === 'terminated') throw unknown(server.id);
  checkAction({ ...server, state: server.state, intent: null }, action, true);
}

function instances({ min_instances, max_instances }: Wish, { type, config }: ServerInfo): { min: number; max: number } {
  if (type === 'timed') return { min: 1, max: 1 };
  return { min: min_instances ?? config.min_instances, max: max_instances ?? config.max_instances };
}

const times = (price: number | null, count: number): number | null => {
  if (count === 0) return 0;
  return price === null ? null : Number((price * count).toFixed(4));
};

const tooDear = (price: number | null, most: number) =>
  new AppError('VALIDATION_002', {
    message:
      price === null
        ? 'The price of this server is not known, so nobody can say that it is within max_price.'
        : `It would cost $${price} an hour, more than max_price ($${most}).`,
    advice: 'Give a higher max_price, or leave the server as it is. Nothing was changed.',
    details: { field: 'max_price', price_per_hour: price },
  });

const ofNewOnes = ({ id, type }: ServerInfo) =>
  new AppError('VALIDATION_002', {
    message: `There is a ${type} server already (${id}); GPU and image are of new ones.`,
    advice: 'Leave them out to start it as it is. Nothing was changed.',
    details: { server_id: id },
  });
