import type { CreateServer, ServerAction } from '../contract/server.ts';
import { AppError, toAppError } from '../errors.ts';
import { type CloudServer, cloudName, type GpuCloud, type GpuOffer, NoCapacity } from '../ports/gpu-cloud.ts';
import type { Holder } from '../process-holder.ts';
import { checkAction, RULES } from './actions.ts';
import { type Choice, choose, demandCandidates, priceOf } from './gpus.ts';
import { NEW_METER } from './meter.ts';
import { observe } from './observe.ts';
import { type Intent, isOver, type ServerRecord } from './record.ts';
import type { Changed, ServerStore } from './store.ts';
import { type FleetTimes, MOST_SERVERS } from './times.ts';
import type { UseStore } from './uses.ts';

export interface OperatorParts {
  readonly store: ServerStore;
  readonly uses: UseStore;
  readonly cloud: GpuCloud;
  readonly times: FleetTimes;
  /** Container of servers that name none; null: none is configured. */
  readonly image: string | null;
  /** Of timed servers, and of those behind a load balancer; that of requests first. */
  readonly ports: readonly string[];
  readonly me: Holder;
  readonly now: () => Date;
  /** Ends early, and resolves, with the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly newId: (prefix: string) => string;
  /** Hears of every change that was made. */
  readonly changed: (change: Changed) => void;
  /** Aborted when this process has no more time: what was begun is left to the next one. */
  readonly closing: AbortSignal;
}

export interface ActOptions {
  readonly force?: boolean;
  readonly why?: Intent['why'];
  readonly config?: Partial<ServerRecord['config']>;
  /** Once it is allowed, before the provider is asked. */
  readonly before?: () => Promise<void>;
  /** For being idle: used after that, it is left alone. */
  readonly idleSince?: Date;
}

const IN_BETWEEN: readonly ServerRecord['state'][] = ['pending', 'starting', 'stopping', 'updating'];
/** A creation whose answer was lost is looked for so often. */
const LOOKS = 3;

/**
 * Asks the provider to do things. Each is written down before, so that whatever becomes of this process, the next one knows
 * what was asked and what may be there.
 */
export class Operator {
  private readonly parts: OperatorParts;

  constructor(parts: OperatorParts) {
    this.parts = parts;
  }

  /** What may be had of what is asked for; throws where nothing. */
  async choose(given: CreateServer): Promise<Choice> {
    const { type, config, fallback_gpu_types: others, max_price: maxPrice } = given;
    const offers = await this.ask((signal) => this.parts.cloud.catalog(type, signal));
    const wish = { type, names: [config.gpu_type, ...others], count: config.gpu_count, maxPrice };
    const choice = choose(offers, wish);
    demandCandidates(choice, offers, wish);
    return choice;
  }

  /** Its id, once the provider has it. */
  async create(given: CreateServer, before: (id: string) => Promise<void>): Promise<string> {
    const image = given.config.image ?? this.parts.image;
    if (image === null) {
      throw new AppError('VALIDATION_001', {
        message: 'No container image is named.',
        advice: 'Give "config.image", or set H200_SERVER_IMAGE.',
        details: { field: 'config.image' },
      });
    }
    if (given.config.min_instances > given.config.max_instances) throw minAboveMax();
    const { candidates } = await this.choose(given);
    await this.demandRoom();
    const id = this.parts.newId('srv');
    await before(id);
    const intent = this.intent('create', 'asked', 'pending');
    await this.parts.store.add(newRecord(id, { ...given, config: { ...given.config, image } }, intent));
    const server = await this.firstToBeHad(id, intent, given, image, candidates);
    const record = await this.accepted(id, intent, server);
    await this.checkPrice(record, server, given.max_price);
    return id;
  }

  /** The record once the provider took it. Throws SERVER_002 and what the provider says. */
  async act(id: string, action: ServerAction, options: ActOptions = {}): Promise<void> {
    const { force = false, why = 'asked', config = {} } = options;
    const rule = RULES[action];
    const begun = await this.change(id, (record) => {
      if (isOver(record)) throw unknown(id);
      checkAction(record, action, force);
      const merged = { ...record.config, ...config };
      if (merged.min_instances > merged.max_instances) throw minAboveMax();
      return {
        ...record,
        config: merged,
        state: rule.during,
        goal: rule.goal === 'as before' ? record.goal : rule.goal,
        intent: this.intent(action, why, record.state),
        error: null,
      };
    });
    if (begun === null) throw unknown(id);
    const { intent } = begun.after;
    if (intent === null) throw new AppError('SYSTEM_003');
    try {
      if (rule.spares && !force) await this.demandUnused(id, action, options.idleSince);
      await options.before?.();
    } catch (thrown) {
      await this.takeBack(id, intent, begun.before, null);
      throw thrown;
    }
    let server: CloudServer | null;
    try {
      server = await this.carryOut(begun.after, action);
    } catch (thrown) {
      throw await this.failed(id, intent, begun.before, thrown);
    }
    if (server !== null) await this.accepted(id, intent, server);
    else if (action === 'terminate') await this.gone(id, intent);
  }

  /** Goes on with what another process began and did not end. */
  async resume(record: ServerRecord, seen: CloudServer | null): Promise<void> {
    const { id, goal, intent } = record;
    if (seen === null || seen.state === 'terminated') return;
    if (goal === 'terminated') {
      await this.ask((signal) => this.parts.cloud.terminate(seen, signal));
      await this.gone(id, intent);
    } else if (goal === 'stopped' && intent?.action === 'stop' && seen.state !== 'stopped') {
      const server = await this.ask((signal) => this.parts.cloud.stop(seen, signal));
      await this.accepted(id, intent, server);
    }
  }

  /** What the provider has that is over here, or a second time. */
  async end(server: CloudServer): Promise<void> {
    await this.ask((signal) => this.parts.cloud.terminate(server, signal));
  }

  /** Looks at one server until it is where it should be, `waitMs` are over, or the signal ends. */
  async wait(id: string, signal: AbortSignal): Promise<ServerRecord> {
    const { store, now, sleep, times, closing } = this.parts;
    const until = now().getTime() + times.waitMs;
    const end = AbortSignal.any([signal, closing]);
    for (;;) {
      const record = await store.get(id);
      if (record === null) throw unknown(id);
      if (isOver(record) || !IN_BETWEEN.includes(record.state)) return record;
      if (end.aborted || now().getTime() >= until) return record;
      await sleep(times.pollMs, end);
      await this.look(id).catch(() => undefined);
    }
  }

  /** One look at the provider; null: nobody knows its id there yet. */
  async look(id: string): Promise<void> {
    const { store, cloud } = this.parts;
    const kept = await store.read(id);
    if (kept === null || isOver(kept.record) || kept.record.provider_id === null) return;
    const { type, provider_id } = kept.record;
    const server = await this.ask((signal) => cloud.get(type, provider_id, signal));
    await this.seen(id, server, kept.version);
  }

  /** What was seen, unless the record has changed since it was read. */
  async seen(id: string, server: CloudServer | null, version: number): Promise<Changed | null> {
    const usedAt = await this.usedAt(id);
    return this.change(id, (record) => observe(record, this.seenNow(server, usedAt)), version);
  }

  async change(id: string, next: (record: ServerRecord) => ServerRecord | null, version: number | null = null) {
    const changed = await this.parts.store.change(id, next, version);
    if (changed !== null) this.parts.changed(changed);
    return changed;
  }

  /** Of one call of the provider: ends after `askMs`, and when this process closes. */
  async ask<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { times, closing } = this.parts;
    const late = AbortSignal.timeout(times.askMs);
    try {
      return await call(AbortSignal.any([closing, late]));
    } catch (thrown) {
      if (!late.aborted || thrown instanceof NoCapacity) throw thrown;
      throw new AppError('SERVER_004', { message: 'The GPU provider gave no answer in time.', cause: thrown });
    }
  }

  private async firstToBeHad(
    id: string,
    intent: Intent,
    given: CreateServer,
    image: string,
    candidates: readonly GpuOffer[],
  ): Promise<CloudServer> {
    const tried: { gpu: string; provider_says: string | null }[] = [];
    for (const gpu of candidates) {
      const mine = await this.change(id, (record) => (record.intent?.id === intent.id ? { ...record, gpu } : null));
      if (mine === null) throw new AppError('SERVER_002', { message: 'It was ended before it was made.' });
      try {
        return await this.ask((signal) => this.parts.cloud.create(this.spec(id, given, image, gpu), signal));
      } catch (thrown) {
        if (!(thrown instanceof NoCapacity)) return await this.notMade(id, intent, thrown);
        tried.push({ gpu: gpu.id, provider_says: thrown.says });
      }
    }
    await this.drop(id, intent);
    throw new AppError('SERVER_004', {
      message: 'None of the GPUs asked for is to be had now.',
      details: { tried },
      retryAfterS: 60,
    });
  }

  private spec(id: string, { type, config, serving }: CreateServer, image: string, gpu: GpuOffer) {
    return {
      type,
      name: cloudName(id),
      image,
      gpu,
      gpuCount: config.gpu_count,
      env: config.env,
      ports: this.parts.ports,
      workers: { min: config.min_instances, max: config.max_instances },
      serving,
    };
  }

  /** What the provider made after all; else throws what it threw. */
  private async notMade(id: string, intent: Intent, thrown: unknown): Promise<CloudServer> {
    if (this.parts.closing.aborted) throw thrown;
    const mayExist = !(thrown instanceof AppError) || thrown.details.may_exist !== undefined;
    const found = mayExist ? await this.find(id).catch(() => null) : null;
    if (found !== null) return found;
    // The caller is told that it failed: should it appear, it is ended.
    await this.drop(id, intent);
    throw thrown;
  }

  private async find(id: string): Promise<CloudServer | null> {
    const { cloud, sleep, times, closing } = this.parts;
    for (let look = 0; look < LOOKS && !closing.aborted; look += 1) {
      await sleep(times.pollMs, closing);
      const found = (await this.ask((signal) => cloud.list(signal))).find((one) => isNamed(one, id));
      if (found !== undefined && found.state !== 'terminated') return found;
    }
    return null;
  }

  /** It never was. */
  private async drop(id: string, intent: Intent): Promise<void> {
    const at = this.parts.now().toISOString();
    await this.change(id, (record) =>
      record.intent?.id === intent.id
        ? { ...record, state: 'stopped', goal: 'terminated', intent: null, terminated_at: at }
        : null,
    );
  }

  /** A price that was raised since the catalog was read is not paid. */
  private async checkPrice(record: ServerRecord, server: CloudServer, most: number | null): Promise<void> {
    const { gpu, config, type } = record;
    const price = server.costPerHour ?? (gpu === null ? null : priceOf(gpu, type, config.gpu_count));
    if (most === null || type !== 'timed' || price === null || price <= most) return;
    await this.act(record.id, 'terminate', { force: true });
    throw new AppError('SERVER_004', {
      message: `It would have cost $${price} an hour, so it was ended at once.`,
      advice: 'Raise max_price, or name another GPU.',
      details: { max_price: most, price_per_hour: price },
    });
  }

  private async carryOut(record: ServerRecord, action: ServerAction): Promise<CloudServer | null> {
    const { cloud } = this.parts;
    const { config, id } = record;
    const workers = { min: config.min_instances, max: config.max_instances };
    const server = await this.locate(record);
    if (server === null) {
      if (action === 'terminate') return null;
      throw new AppError('SERVER_001', {
        message: 'The provider has this server no more.',
        advice: 'Terminate it here, and create another one.',
        details: { server_id: id },
      });
    }
    switch (action) {
      case 'start':
        return this.ask((signal) => cloud.start(server, workers, signal));
      case 'stop':
        return this.ask((signal) => cloud.stop(server, signal));
      case 'restart':
        return this.ask((signal) => cloud.restart(server, workers, signal));
      case 'scale':
        // One that stands still is started with it.
        return record.goal === 'stopped' ? server : this.ask((signal) => cloud.update(server, { workers }, signal));
      case 'update': {
        const { image, env } = config;
        return this.ask((signal) => cloud.update(server, { ...(image !== null && { image }), env }, signal));
      }
      case 'terminate':
        await this.ask((signal) => cloud.terminate(server, signal));
        return null;
    }
  }

  private async locate({ id, type, provider_id }: ServerRecord): Promise<CloudServer | null> {
    const { cloud } = this.parts;
    if (provider_id !== null) return this.ask((signal) => cloud.get(type, provider_id, signal));
    return (await this.ask((signal) => cloud.list(signal))).find((one) => isNamed(one, id)) ?? null;
  }

  private async accepted(id: string, intent: Intent | null, server: CloudServer): Promise<ServerRecord> {
    const usedAt = await this.usedAt(id);
    const changed = await this.change(id, (record) => {
      const isMine = intent !== null && record.intent?.id === intent.id;
      const known = { ...record, provider_id: record.provider_id ?? server.id };
      const mine = isMine
        ? { ...known, intent: { ...intent, accepted: true, at: this.parts.now().toISOString() } }
        : known;
      return observe(mine, this.seenNow(server, usedAt));
    });
    if (changed === null) throw unknown(id);
    // Somebody ended it while the provider was still making it.
    if (changed.after.goal === 'terminated') await this.end(server);
    return changed.after;
  }

  /** The provider was told to end it, or has none: without an id there, one may still appear. */
  private async gone(id: string, intent: Intent | null): Promise<void> {
    const usedAt = await this.usedAt(id);
    await this.change(id, (record) => {
      const isMine = intent !== null && record.intent?.id === intent.id;
      if (!isMine || record.provider_id === null) return null;
      return observe({ ...record, intent: { ...intent, accepted: true } }, this.seenNow(null, usedAt));
    });
  }

  private async failed(id: string, intent: Intent, before: ServerRecord, thrown: unknown): Promise<unknown> {
    if (this.parts.closing.aborted) return thrown;
    await this.takeBack(id, intent, before, wordsOf(thrown));
    if (!(thrown instanceof NoCapacity)) return thrown;
    return new AppError('SERVER_004', {
      message: 'Its GPU is not to be had now: others have rented it while the server was stopped.',
      advice: 'Try again later, or terminate it and create another one.',
      details: { server_id: id, provider_says: thrown.says },
      retryAfterS: 60,
    });
  }

  private async takeBack(id: string, intent: Intent, before: ServerRecord, error: string | null): Promise<void> {
    const { state, goal } = before;
    const changes = intent.action === 'scale' || intent.action === 'update';
    // What was under way before has been asked for: it may still come.
    const earlier = before.intent?.accepted === true ? before.intent : null;
    await this.change(id, (record) =>
      record.intent?.id === intent.id
        ? {
            ...record,
            state,
            goal,
            config: changes ? before.config : record.config,
            intent: earlier,
            error: error ?? before.error,
          }
        : null,
    );
  }

  private async demandUnused(id: string, action: ServerAction, idleSince: Date | undefined): Promise<void> {
    const { underWay, lastAt } = await this.parts.uses.get(id);
    const usedSince = idleSince !== undefined && lastAt !== null && lastAt > idleSince;
    if (underWay === 0 && !usedSince) return;
    throw new AppError('SERVER_002', {
      message: 'The server works on requests.',
      advice: 'Wait until they are done, or give "force": true.',
      details: { server_id: id, action, requests_under_way: underWay },
    });
  }

  private async demandRoom(): Promise<void> {
    const all = await this.parts.store.all();
    if (all.filter(({ record }) => !isOver(record)).length < MOST_SERVERS) return;
    throw new AppError('SERVER_002', {
      message: `There are ${MOST_SERVERS} servers.`,
      advice: 'Terminate those that are not needed.',
    });
  }

  private async usedAt(id: string): Promise<Date | null> {
    const { underWay, lastAt } = await this.parts.uses.get(id);
    return underWay > 0 ? this.parts.now() : lastAt;
  }

  private seenNow(server: CloudServer | null, usedAt: Date | null) {
    const { now, times } = this.parts;
    const { settleMs, askMs, everyMs } = times;
    return { server, usedAt, now: now(), settleMs, askMs, shortMs: 3 * everyMs };
  }

  private intent(action: Intent['action'], why: Intent['why'], from: ServerRecord['state']): Intent {
    const { newId, now, me } = this.parts;
    return { id: newId('act'), action, why, at: now().toISOString(), accepted: false, holder: me, from };
  }
}

function newRecord(
  id: string,
  { type, config, serving, protected: isProtected }: CreateServer,
  intent: Intent,
): ServerRecord {
  return {
    id,
    type,
    config,
    serving,
    protected: isProtected,
    adopted: null,
    state: 'pending',
    goal: 'running',
    intent,
    provider_id: null,
    gpu: null,
    created_at: intent.at,
    started_at: null,
    stopped_at: null,
    terminated_at: null,
    endpoint_url: null,
    instances: null,
    cost_per_hour: null,
    error: null,
    drift: null,
    watched_since: null,
    warned_at: null,
    meter: { ...NEW_METER, at: intent.at },
  };
}

/** RunPod marks names of endpoints with FlashBoot in some places. */
export const isNamed = ({ name }: CloudServer, id: string): boolean =>
  name === cloudName(id) || name === `${cloudName(id)} -fb`;

export const unknown = (id: string) => new AppError('SERVER_001', { details: { server_id: id } });

const minAboveMax = () =>
  new AppError('VALIDATION_002', {
    message: '"min_instances" is above "max_instances".',
    details: { field: 'min_instances' },
  });

/** In the provider's words where it gave some. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof NoCapacity) return thrown.message;
  const { details, message } = toAppError(thrown);
  return typeof details.provider_says === 'string' ? details.provider_says : message;
}
