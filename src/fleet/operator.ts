import type { ServerAction } from '../contract/server.ts';
import { AppError, toAppError } from '../errors.ts';
import { type CloudServer, cloudName, type GpuCloud, NoCapacity } from '../ports/gpu-cloud.ts';
import type { Holder } from '../process-holder.ts';
import { checkAction, RULES } from './actions.ts';
import { isAbandoned, observe } from './observe.ts';
import { type Intent, isOver, type ServerRecord } from './record.ts';
import { newSalt, tokenEnvironment } from './server-token.ts';
import type { Changed, ServerStore } from './store.ts';
import type { FleetTimes } from './times.ts';
import type { UseStore } from './uses.ts';

export interface OperatorParts {
  readonly store: ServerStore;
  readonly uses: UseStore;
  /** Writes what this process knows of the use of a server. */
  readonly sayUse: (id: string) => Promise<void>;
  readonly cloud: GpuCloud;
  /** What tokens of servers are made of, as it is now; undefined: they get none. */
  readonly secret: () => string | undefined;
  readonly times: FleetTimes;
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
  /** Waits a little for requests under way; for actions during which no new ones come. */
  readonly drains?: boolean;
  /** For being idle: used after that, it is left alone. */
  readonly idleSince?: Date;
}

/** Between two looks whether its requests are done, ms. */
const DRAIN_LOOK_MS = 500;
const IN_BETWEEN: readonly ServerRecord['state'][] = ['pending', 'starting', 'stopping', 'updating'];
/** On its way from one state to another. */
export const isInBetween = (record: ServerRecord): boolean => !isOver(record) && IN_BETWEEN.includes(record.state);

/**
 * Has the provider do things to servers that there are. Each is written down before, so that whatever becomes of this process, the next one knows
 * what was asked and what may be there.
 */
export class Operator {
  private readonly parts: OperatorParts;
  private listing: Promise<CloudServer[]> | null = null;

  constructor(parts: OperatorParts) {
    this.parts = parts;
  }

  /** The record once the provider took it. Throws SERVER_002 and what the provider says. */
  async act(id: string, action: ServerAction, options: ActOptions = {}): Promise<void> {
    const { force = false, why = 'asked', config = {} } = options;
    const rule = RULES[action];
    const begun = await this.change(id, (record) => {
      if (isOver(record)) throw unknown(id);
      checkAction(record, action, force, this.isLeft(record));
      const merged = { ...record.config, ...config };
      if (merged.min_instances > merged.max_instances) throw minAboveMax();
      const next = {
        ...record,
        config: merged,
        forgotten_env: config.env === undefined ? record.forgotten_env : [],
      };
      return {
        ...next,
        token_salt: action === 'update' && givesEnvironment(next) ? saltOf(next) : record.token_salt,
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
      if (rule.spares && !force) await this.demandUnused(id, action, options);
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
    else if (action === 'terminate') await this.gone(id, intent, this.isSettled(begun.before));
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
      if (!isInBetween(record)) return record;
      if (end.aborted || now().getTime() >= until) return record;
      await sleep(times.pollMs, end);
      await this.advance(id).catch(() => undefined);
    }
  }

  /** One look, and one that was to be ended before it appeared is ended. */
  async advance(id: string): Promise<void> {
    await this.endFound(id, await this.look(id));
  }

  /** One look at the provider; null: it has none, or somebody is still asking for it. */
  async look(id: string): Promise<CloudServer | null> {
    const kept = await this.parts.store.read(id);
    if (kept === null || isOver(kept.record)) return null;
    const { provider_id, goal } = kept.record;
    // Whoever makes it hears its id there first.
    if (provider_id === null && goal !== 'terminated' && !this.isLeft(kept.record)) return null;
    const server = await this.locate(kept.record);
    await this.seen(id, server, kept.version);
    return server;
  }

  /** One that was to be ended before anybody knew its id at the provider, and has appeared. */
  private async endFound(id: string, server: CloudServer | null): Promise<void> {
    const record = await this.parts.store.get(id);
    if (record !== null && !isOver(record) && record.goal === 'terminated') await this.resume(record, server);
  }

  /** Whoever was at it is gone before the provider answered. */
  private isLeft({ intent }: ServerRecord): boolean {
    const { now, times } = this.parts;
    return intent !== null && isAbandoned(intent, { now: now(), askMs: times.askMs });
  }

  /** What was asked of the provider before would have shown by now. */
  private isSettled(record: ServerRecord): boolean {
    const { intent } = record;
    if (intent === null) return true;
    const { now, times } = this.parts;
    const isOld = now().getTime() - Date.parse(intent.at) >= times.settleMs;
    return isOld && (intent.action !== 'create' || this.isLeft(record));
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

  private async carryOut(record: ServerRecord, action: ServerAction): Promise<CloudServer | null> {
    const { cloud } = this.parts;
    const { config, id } = record;
    const workers = { min: config.min_instances, max: config.max_instances };
    const server = await this.locate(record);
    if (server !== null) await this.found(record, server);
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
        const { image } = config;
        const env = { ...tokenEnvironment(this.parts.secret(), record), ...config.env };
        const change = { ...(image !== null && { image }), ...(givesEnvironment(record) && { env }) };
        return this.ask((signal) => cloud.update(server, change, signal));
      }
      case 'terminate':
        await this.ask((signal) => cloud.terminate(server, signal));
        return null;
    }
  }

  private async locate({ id, type, provider_id }: ServerRecord): Promise<CloudServer | null> {
    const { cloud } = this.parts;
    if (provider_id !== null) return this.ask((signal) => cloud.get(type, provider_id, signal));
    const mine = (await this.list()).filter((one) => isNamed(one, id) && one.state !== 'terminated');
    return mine.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))[0] ?? null;
  }

  /** Whoever asks meanwhile gets the same answer. */
  private list(): Promise<CloudServer[]> {
    this.listing ??= this.ask((signal) => this.parts.cloud.list(signal)).finally(() => {
      this.listing = null;
    });
    return this.listing;
  }

  /** What it cost until now is counted, and its id at the provider written down, before anything is done to it. */
  private async found({ id, intent }: ServerRecord, server: CloudServer): Promise<void> {
    const usedAt = await this.usedAt(id);
    await this.change(id, (record) =>
      record.intent?.id === intent?.id
        ? { ...observe(record, this.seenNow(server, usedAt)), ...idleFacts(record) }
        : null,
    );
  }

  /** The record after what the provider answered. */
  async accepted(id: string, intent: Intent | null, server: CloudServer): Promise<ServerRecord> {
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

  /** The provider was told to end it, or has none: without an id there, one may still appear unless that `isSettled`. */
  private async gone(id: string, intent: Intent | null, isSettled = false): Promise<void> {
    const usedAt = await this.usedAt(id);
    await this.change(id, (record) => {
      const isMine = intent !== null && record.intent?.id === intent.id;
      if (!isMine || (record.provider_id === null && !isSettled)) return null;
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
            forgotten_env: changes ? before.forgotten_env : record.forgotten_env,
            token_salt: changes ? before.token_salt : record.token_salt,
            intent: earlier,
            error: error ?? before.error,
          }
        : null,
    );
  }

  private async demandUnused(
    id: string,
    action: ServerAction,
    { idleSince, drains = false }: ActOptions,
  ): Promise<void> {
    const { uses, sayUse, now, sleep, times, closing } = this.parts;
    // Whoever is done in another process says so within `useMs`.
    const until = now().getTime() + (drains ? times.useMs + times.pollMs : 0);
    for (;;) {
      await sayUse(id);
      const { underWay, lastAt } = await uses.get(id);
      const usedSince = idleSince !== undefined && lastAt !== null && lastAt > idleSince;
      if (underWay === 0 && !usedSince) return;
      if (now().getTime() >= until || closing.aborted) {
        throw new AppError('SERVER_002', {
          message: 'The server works on requests.',
          advice: 'Wait until they are done, or give "force": true.',
          details: { server_id: id, action, requests_under_way: underWay },
          retryAfterS: Math.ceil(times.useMs / 1000),
        });
      }
      await sleep(Math.min(times.pollMs, DRAIN_LOOK_MS), closing);
    }
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

  intent(action: Intent['action'], why: Intent['why'], from: ServerRecord['state']): Intent {
    const { newId, now, me } = this.parts;
    return { id: newId('act'), action, why, at: now().toISOString(), accepted: false, holder: me, from };
  }
}

/** What it was started with is not known of one that was not made here, or where values were forgotten: it stays. */
const givesEnvironment = ({ adopted, config, forgotten_env }: ServerRecord) =>
  (adopted === null || Object.keys(config.env).length > 0) && forgotten_env.length === 0;

/** One that an earlier version made gets a token of its own. */
const saltOf = ({ config, token_salt: salt }: ServerRecord) => {
  const fresh = newSalt(config.env);
  return fresh === null ? null : (salt ?? fresh);
};

/** What is asked for may fail: it is as idle as before then. */
const idleFacts = ({ watched_since, warned_at }: ServerRecord) => ({ watched_since, warned_at });

/** RunPod marks names of endpoints with FlashBoot in some places. */
export const isNamed = ({ name }: CloudServer, id: string): boolean =>
  name === cloudName(id) || name === `${cloudName(id)} -fb`;

export const unknown = (id: string) => new AppError('SERVER_001', { details: { server_id: id } });

export const minAboveMax = () =>
  new AppError('VALIDATION_002', {
    message: '"min_instances" is above "max_instances".',
    details: { field: 'min_instances' },
  });

/** In the provider's words where it gave some. */
export function wordsOf(thrown: unknown): string {
  if (thrown instanceof NoCapacity) return thrown.message;
  const { details, message } = toAppError(thrown);
  return typeof details.provider_says === 'string' ? details.provider_says : message;
}
