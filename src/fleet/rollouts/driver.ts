import { isStoreGone } from '../../errors.ts';
import { Lease } from '../../lease.ts';
import { Backward } from './backward.ts';
import { Forward, type Step } from './forward.ts';
import { Moves } from './moves.ts';
import type { RolloutParts } from './parts.ts';
import { isDone, type RolloutRecord } from './record.ts';
import { RolloutServers } from './servers.ts';

/** Steps without a wait in between. */
const AT_ONCE = 30;

/**
 * Drives rollouts, each in one process at a time. What is kept says what is to be done, and what is there how far it is: whoever takes
 * over after a process was killed goes on.
 */
export class RolloutDriver {
  private readonly parts: RolloutParts;
  private readonly forward: Forward;
  private readonly backward: Backward;
  private readonly leases = new Map<string, Lease>();
  private readonly driven = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: RolloutParts) {
    this.parts = parts;
    const moves = new Moves(parts);
    const servers = new RolloutServers(parts);
    this.forward = new Forward(parts, servers, moves);
    this.backward = new Backward(parts, servers, moves, this.forward);
  }

  /** Drives all that there are from now on. */
  start(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.wake(), 3 * this.parts.times.everyMs).unref();
    this.wake();
  }

  /** Looks for what is to be driven; nothing where this process drives none. */
  wake(): void {
    if (this.timer === undefined || this.parts.closing.aborted) return;
    void this.openOnes()
      .then((ids) => {
        for (const id of ids) this.drive(id);
      })
      .catch((err: unknown) => this.parts.log.warn({ err }, 'deployments could not be looked for; it is tried again'));
  }

  /** One look at each that is open; for whoever drives no other way. */
  async passAll(): Promise<void> {
    for (const id of await this.openOnes()) await this.pass(id);
  }

  /** As far as it gets without waiting. `elsewhere`: another process drives it. Never throws for the provider. */
  async pass(id: string): Promise<'over' | 'waits' | 'elsewhere'> {
    for (let step = 0; step < AT_ONCE; step += 1) {
      if (!(await this.lease(id).holds(0))) return 'elsewhere';
      const kept = await this.parts.rollouts.read(id);
      if (kept === null || isDone(kept.record)) {
        await this.release(id);
        return 'over';
      }
      const after = await this.step(kept.record, kept.version).catch((err: unknown) => {
        if (isStoreGone(err)) throw err;
        this.parts.log.warn({ err, rollout: id }, 'a step of a deployment failed; it is tried again');
        return null;
      });
      if (after === null) return 'waits';
      // Changed by somebody meanwhile: it is read anew.
      await this.parts.rollouts.change(id, () => after, kept.version);
    }
    return 'waits';
  }

  /** This process drives whatever there is, also when nobody waits. */
  isStarted(): boolean {
    return this.timer !== undefined;
  }

  /** This process has it, as long as somebody waits. */
  isHeldHere(id: string): boolean {
    return this.leases.get(id)?.isHeld(0) === true;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.driven.values());
    for (const id of [...this.leases.keys()]) await this.release(id).catch(() => undefined);
  }

  private async step(record: RolloutRecord, version: number): Promise<Step> {
    const { forward, backward } = this;
    const { phase, wish } = record;
    if (wish === 'rollback' && phase !== 'retiring' && phase !== 'going_back') {
      return forward.back(record, 'It was rolled back by hand.');
    }
    switch (phase) {
      case 'parking':
        return forward.parking(record, version);
      case 'creating':
        return forward.creating(record);
      case 'checking':
        return forward.checking(record);
      case 'shifting':
        return forward.shifting(record, version);
      case 'canary':
        return forward.canary(record);
      case 'draining':
        return forward.draining(record);
      case 'keeping':
        return forward.keeping(record);
      case 'retiring':
        return backward.retiring(record);
      case 'going_back':
        return backward.goingBack(record, version);
      case 'over':
        return null;
    }
  }

  private drive(id: string): void {
    if (this.driven.has(id)) return;
    const { sleep, times, closing, log } = this.parts;
    const run = async () => {
      while (!closing.aborted && (await this.pass(id)) === 'waits') await sleep(times.everyMs, closing);
    };
    const driven = run()
      .catch((err: unknown) => log.warn({ err, rollout: id }, 'a deployment could not be driven; it is tried again'))
      .finally(() => this.driven.delete(id));
    this.driven.set(id, driven);
  }

  private async openOnes(): Promise<string[]> {
    const open = await Promise.all((['serverless', 'timed'] as const).map((type) => this.parts.rollouts.open(type)));
    return open.flatMap((one) => one?.id ?? []);
  }

  private lease(id: string): Lease {
    const { registry, times, clock } = this.parts;
    const found =
      this.leases.get(id) ?? new Lease(registry, leaseName(id), { leaseMs: times.leaseMs, ...(clock && { clock }) });
    this.leases.set(id, found);
    return found;
  }

  private async release(id: string): Promise<void> {
    const lease = this.leases.get(id);
    this.leases.delete(id);
    await lease?.release();
  }
}

export const leaseName = (id: string): string => `rollout ${id}`;
