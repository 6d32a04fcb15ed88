import { KnownConfig, type ServerType } from '../contract/server.ts';
import { isStoreGone, toAppError } from '../errors.ts';
import type { Lease } from '../lease.ts';
import { type CloudServer, idOfCloudName } from '../ports/gpu-cloud.ts';
import type { Holder } from '../process-holder.ts';
import type { Log } from '../telemetry/log.ts';
import type { Bills } from './bills.ts';
import type { FleetNotes } from './fleet-notes.ts';
import { idleness } from './idle.ts';
import { NEW_METER } from './meter.ts';
import { isAbandoned } from './observe.ts';
import { isNamed, type Operator, type OperatorParts } from './operator.ts';
import { isOver, type ServerRecord } from './record.ts';
import type { Kept } from './store.ts';
import { sayWatched } from './watched.ts';

export interface KeeperParts extends Pick<OperatorParts, 'store' | 'uses' | 'cloud' | 'times' | 'now' | 'newId'> {
  readonly operator: Operator;
  readonly notes: FleetNotes;
  readonly bills: Bills;
  readonly lease: Lease;
  /** This process, as others see that it watches. */
  readonly me: Holder;
  /** Servers that were not made here and are to be looked after, by their ids at the provider. */
  readonly adopt: Readonly<Partial<Record<ServerType, string>>>;
  /** Servers that a rollout works on, by their ids. */
  readonly held: () => Promise<ReadonlyMap<string, string>>;
  /** The provider was lost. */
  readonly alert: (message: string) => void;
  readonly log: Log;
}

/** A GPU that is busy for this share of the time works for somebody. */
const WORKING = 0.05;
/** Of those that are not ours, told at most. */
const MOST_UNKNOWN = 50;

/** Looks after all servers, in one process at a time: what the provider has, what is idle, what is billed. */
export class Keeper {
  private readonly parts: KeeperParts;
  /** When it last saw everything, by this process. */
  private sawAt: number | null = null;

  constructor(parts: KeeperParts) {
    this.parts = parts;
  }

  /** One round; false: another process does it. Never throws for the provider. */
  async round(): Promise<boolean> {
    const { lease, times, now } = this.parts;
    if (!(await lease.holds(times.everyMs))) {
      this.sawAt = null;
      return false;
    }
    await sayWatched(this.parts.notes, this.parts.me, now());
    const isWatching = this.sawAt !== null && now().getTime() - this.sawAt <= 3 * times.everyMs;
    if (!(await this.reconcile())) return true;
    this.sawAt = now().getTime();
    await this.stopIdle(isWatching);
    await this.parts.bills.readIfDue();
    return true;
  }

  /** Compares what is kept with what the provider has; false: it could not be asked. */
  async reconcile(): Promise<boolean> {
    const { store, operator, cloud, log } = this.parts;
    // Read first: what changes while the provider is asked is left for the next round.
    const kept = await store.all();
    const seen = await operator.ask((signal) => cloud.list(signal)).catch((thrown: unknown) => thrown);
    if (!Array.isArray(seen)) {
      await this.lost(seen);
      return false;
    }
    const servers = seen as CloudServer[];
    for (const one of kept) {
      await this.look(one, servers).catch((err: unknown) => {
        if (isStoreGone(err)) throw err;
        log.warn({ err, server: one.record.id }, 'a server could not be looked after; it is tried again');
      });
    }
    await this.adopt(kept, servers);
    await this.found(kept, servers);
    return true;
  }

  private async look({ record, version }: Kept, servers: readonly CloudServer[]): Promise<void> {
    const { operator } = this.parts;
    const mine = servers.filter((one) => isOf(record, one) && one.state !== 'terminated').toSorted(older);
    if (isOver(record)) {
      // Nothing runs that is over here.
      for (const one of mine) await operator.end(one);
      return;
    }
    const known = mine.find(({ id }) => id === record.provider_id) ?? mine[0] ?? null;
    for (const one of mine) if (one !== known) await operator.end(one);
    if (isWorking(known)) await this.parts.uses.sawWork(record.id);
    const changed = await operator.seen(record.id, known, version);
    const after = changed?.after;
    if (after === undefined || isOver(after)) return;
    const { intent, goal } = record;
    const isLeft = intent === null || isAbandoned(intent, { now: this.parts.now(), askMs: this.parts.times.askMs });
    if ((goal === 'terminated' && (isLeft || intent.accepted)) || (goal === 'stopped' && intent !== null && isLeft)) {
      await operator.resume({ ...after, intent }, known);
    }
  }

  private async stopIdle(mayStop: boolean): Promise<void> {
    const { store, uses, now, times, operator, log } = this.parts;
    const held = await this.parts.held();
    for (const { record, version } of await store.all()) {
      if (isOver(record) || record.state !== 'running' || held.has(record.id)) continue;
      await uses.settle(record.id);
      const { since, due } = idleness(record, await uses.get(record.id), now(), times.warnMs);
      if (since === null || due === 'nothing') continue;
      if (due === 'warning') {
        await operator.change(record.id, (one) => ({ ...one, warned_at: now().toISOString() }), version);
      } else if (mayStop && this.parts.lease.isHeld(0)) {
        const { goal } = record;
        await operator
          .act(record.id, 'stop', { why: 'idle', idleSince: since })
          .catch((err: unknown) => log.warn({ err, server: record.id, goal }, 'an idle server was not stopped'));
      }
    }
  }

  /** Those of the configuration that are kept nowhere yet. */
  private async adopt(kept: readonly Kept[], servers: readonly CloudServer[]): Promise<void> {
    const { adopt, store, newId, now, notes, operator } = this.parts;
    for (const id of Object.values(adopt)) {
      const server = servers.find((one) => one.id === id && one.state !== 'terminated');
      if (server === undefined || kept.some(({ record }) => record.provider_id === id)) continue;
      if (idOfCloudName(server.name) !== null) continue;
      const { idle_timeout_seconds } = await notes.get('defaults');
      const record = adopted(newId('srv'), server, idle_timeout_seconds[server.type] ?? 600, now());
      await store.add(record);
      const added = await store.read(record.id);
      if (added !== null) await operator.seen(record.id, server, added.version);
    }
  }

  private async found(kept: readonly Kept[], servers: readonly CloudServer[]): Promise<void> {
    const { notes, now, log, adopt } = this.parts;
    const unknown = servers
      .filter((one) => one.state !== 'terminated' && !kept.some(({ record }) => isOf(record, one)))
      .filter(({ id }) => !Object.values(adopt).includes(id))
      .slice(0, MOST_UNKNOWN)
      .map(({ id, type, name, state, costPerHour }) => ({
        provider_id: id,
        type,
        name: name.slice(0, 200),
        state,
        cost_per_hour: costPerHour,
      }));
    const before = (await notes.get('look')).error;
    await notes.change('look', () => ({ reconciled_at: now().toISOString(), error: null, refused: false, unknown }));
    if (before !== null) log.info('the GPU provider answers again');
  }

  private async lost(thrown: unknown): Promise<void> {
    const { notes, alert, log } = this.parts;
    const { code, message, advice, details } = toAppError(thrown);
    const said = typeof details.provider_says === 'string' ? `${message} ${details.provider_says}` : message;
    // Silence passes; a refusal is for somebody to mend.
    const error = code === 'SERVER_003' ? `${/[.!?]$/.test(said) ? said : `${said}.`} ${advice}` : said;
    const { error: before } = await notes.get('look');
    await notes.change('look', (look) => ({ ...look, error, refused: code === 'SERVER_003' }));
    if (before !== null) return;
    log.warn({ err: thrown }, 'the GPU provider cannot be asked');
    alert('The GPU provider cannot be asked: servers are neither compared nor stopped until it answers.');
  }
}

const isOf = ({ id, provider_id, adopted: name }: ServerRecord, server: CloudServer): boolean =>
  server.id === provider_id || (name === null && isNamed(server, id));

const isWorking = (server: CloudServer | null): boolean =>
  server?.gpus?.some(({ utilization }) => (utilization ?? 0) >= WORKING) ?? false;

const older = (a: CloudServer, b: CloudServer) => Date.parse(a.createdAt) - Date.parse(b.createdAt);

/** Taken as it was found. */
function adopted(id: string, server: CloudServer, idleTimeout: number, now: Date): ServerRecord {
  const { type, name, image, state, workers } = server;
  const at = now.toISOString();
  const within = (value: number | undefined, least: number, otherwise: number) =>
    Math.min(10, Math.max(least, value ?? otherwise));
  const config = KnownConfig.parse({
    idle_timeout_seconds: idleTimeout,
    image: image === '' ? null : image.slice(0, 512),
    min_instances: within(workers?.min, 0, 0),
    max_instances: within(workers?.max, 1, 3),
  });
  const isStopped = state === 'stopped';
  return {
    id,
    type,
    config,
    forgotten_env: [],
    token_salt: null,
    serving: 'load_balancer',
    protected: false,
    adopted: name,
    state: isStopped ? 'stopped' : 'starting',
    goal: isStopped ? 'stopped' : 'running',
    intent: null,
    provider_id: server.id,
    gpu: null,
    created_at: at,
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
    meter: { ...NEW_METER, at },
  };
}
