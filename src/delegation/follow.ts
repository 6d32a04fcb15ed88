import { setTimeout as sleep } from 'node:timers/promises';
import { type Delegation, isOpen } from '../contract/delegation.ts';
import type { PeerSettings } from '../contract/peer-settings.ts';
import { AppError, toAppError } from '../errors.ts';
import type { PeerAgents, PeerMessage, PeerTask } from '../ports/peer-agents.ts';
import type { Log } from '../telemetry/log.ts';
import { MOST_FOLLOWED, Places } from './places.ts';
import type { DelegationStore, Kept } from './store.ts';

export interface FollowTimes {
  /** Between two looks at a task: the first, and the longest, ms. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Whoever follows a task has it for so long, ms: longer than a look and a pause. */
  readonly heldMs: number;
  /** Tasks that nobody follows are looked for so often, ms. */
  readonly adoptMs: number;
}

export const TIMES: FollowTimes = { firstMs: 500, longestMs: 10_000, heldMs: 90_000, adoptMs: 30_000 };

/** A peer that does not answer is asked so often in a row. */
const MOST_FAILURES = 6;

export interface FollowParts {
  readonly store: DelegationStore;
  readonly agents: PeerAgents;
  readonly peerOf: (name: string) => PeerSettings | undefined;
  readonly now: () => Date;
  readonly log: Log;
  readonly times: FollowTimes;
}

/** Brings each delegation to its end: hands it over, looks at the peer's task until it is over or the deadline is. */
export class Follower {
  private readonly parts: FollowParts;
  private readonly running = new Map<string, { readonly done: Promise<void>; readonly end: AbortController }>();
  private readonly places = new Places();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(parts: FollowParts) {
    this.parts = parts;
  }

  /** Kept for what is begun next; the function gives it back. Null: there is none. */
  place(owner: string, peer: string): (() => void) | null {
    return this.closed ? null : this.places.take(owner, peer);
  }

  /** Takes over what another run of the program left, now and from time to time. */
  adopt(): void {
    const look = () =>
      this.takeAbandoned().catch((err: unknown) => this.parts.log.warn({ err }, 'delegations were not looked for'));
    void look();
    this.timer ??= setInterval(look, this.parts.times.adoptMs).unref();
  }

  /** `giveBack`: its place, when it is over. */
  begin(kept: Kept, message: PeerMessage, giveBack: () => void): void {
    this.run(kept, giveBack, (signal) => this.handOver(kept, message, signal));
  }

  /** Resolves when it is over or after `ms`. */
  async settled(id: string, ms: number, signal?: AbortSignal): Promise<void> {
    const running = this.running.get(id);
    if (running === undefined || ms <= 0) return;
    const over = new AbortController();
    const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    await Promise.race([running.done, sleep(ms, undefined, { signal: stop, ref: false }).catch(() => {})]);
    over.abort();
  }

  /** Whoever follows it here stops; the peer is told where it has a task. */
  async cancel(kept: Kept): Promise<void> {
    const running = this.running.get(kept.shown.delegation_id);
    running?.end.abort();
    await running?.done;
    const now = (await this.parts.store.get(kept.shown.delegation_id)) ?? kept;
    if (!isOpen(now.shown.state)) return;
    await this.tellPeer(now);
    await this.save(now, { state: 'canceled' });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    for (const { end } of this.running.values()) end.abort();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private run(kept: Kept, giveBack: () => void, work: (signal: AbortSignal) => Promise<void>): void {
    const id = kept.shown.delegation_id;
    const end = new AbortController();
    const left = new Date(kept.shown.deadline).getTime() - this.parts.now().getTime();
    const late = setTimeout(() => end.abort(LATE), Math.max(0, left)).unref();
    const done = work(end.signal)
      .catch((thrown: unknown) => this.ended(id, thrown, end.signal))
      .catch((err: unknown) => this.parts.log.warn({ err, delegation: id }, 'a delegation was not followed to its end'))
      .finally(() => {
        clearTimeout(late);
        this.running.delete(id);
        giveBack();
      });
    this.running.set(id, { done, end });
  }

  private async handOver(kept: Kept, message: PeerMessage, signal: AbortSignal): Promise<void> {
    const task = await this.parts.agents.send(this.peer(kept), message, signal);
    await this.watch(await this.said(kept, task), signal);
  }

  private async watch(begun: Kept | null, signal: AbortSignal): Promise<void> {
    const { firstMs, longestMs } = this.parts.times;
    let failures = 0;
    let kept = begun;
    for (let pause = firstMs; kept !== null && isOpen(kept.shown.state); pause = Math.min(longestMs, pause * 1.5)) {
      await sleep(pause, undefined, { signal, ref: false });
      const task = await this.look(kept, signal).catch((thrown: unknown) => {
        failures += 1;
        if (signal.aborted || failures >= MOST_FAILURES) throw thrown;
        return null;
      });
      if (task !== null) failures = 0;
      kept =
        task === null
          ? await this.parts.store.change(kept, { held_until: this.heldUntil() })
          : await this.said(kept, task);
    }
  }

  private look(kept: Kept, signal: AbortSignal): Promise<PeerTask> {
    return this.parts.agents.get(this.peer(kept), kept.task_id ?? '', signal);
  }

  /** A task that is gone on without an id can be followed by nobody. */
  private said(kept: Kept, { taskId, state, says, artifacts }: PeerTask): Promise<Kept | null> {
    if (isOpen(state) && taskId === null && kept.task_id === null) throw new AppError('DELEGATION_004');
    return this.save(
      { ...kept, task_id: taskId ?? kept.task_id },
      { state, peer_says: says, artifacts: [...artifacts] },
    );
  }

  /** Null where another server has taken it over. */
  private save(kept: Kept, change: Partial<Delegation>): Promise<Kept | null> {
    const shown = { ...kept.shown, ...change, updated_at: this.parts.now().toISOString() };
    return this.parts.store.change(kept, { shown, task_id: kept.task_id, held_until: this.heldUntil() });
  }

  private async ended(id: string, thrown: unknown, signal: AbortSignal): Promise<void> {
    const kept = await this.parts.store.get(id);
    if (kept === null || !isOpen(kept.shown.state)) return;
    if (signal.aborted && signal.reason !== LATE) {
      // The server stops, or somebody cancels: whoever comes next goes on with it, if it can be.
      await this.parts.store.change(kept, { held_until: this.parts.now().toISOString() });
      return;
    }
    if (signal.aborted) {
      await this.tellPeer(kept);
      const error = { code: 'DELEGATION_004', message: 'The peer was not done at the deadline.' };
      await this.save(kept, { state: 'expired', error });
      return;
    }
    const { code, message } = toAppError(thrown);
    await this.save(kept, { state: 'failed', error: { code, message } });
  }

  private async tellPeer(kept: Kept): Promise<void> {
    if (kept.task_id === null) return;
    const peer = this.parts.peerOf(kept.shown.peer);
    if (peer === undefined) return;
    await this.parts.agents.cancel(peer, kept.task_id, AbortSignal.timeout(5000)).catch(() => undefined);
  }

  private async takeAbandoned(): Promise<void> {
    for (const one of await this.parts.store.abandoned(this.parts.now(), 2 * MOST_FOLLOWED)) {
      if (this.closed) return;
      if (this.running.has(one.shown.delegation_id)) continue;
      const giveBack = this.place(one.owner, one.shown.peer);
      if (giveBack !== null) await this.takeOver(one, giveBack);
    }
  }

  private async takeOver(one: Kept, giveBack: () => void): Promise<void> {
    let isRunning = false;
    try {
      const kept = await this.parts.store.change(one, { held_until: this.heldUntil() });
      if (kept === null) return;
      if (kept.task_id !== null) {
        this.run(kept, giveBack, (signal) => this.watch(kept, signal));
        isRunning = true;
      } else {
        const message = 'The server stopped before the peer had said that it took it.';
        await this.save(kept, { state: 'failed', error: { code: 'DELEGATION_004', message } });
      }
    } finally {
      if (!isRunning) giveBack();
    }
  }

  private peer({ shown }: Kept): PeerSettings {
    const peer = this.parts.peerOf(shown.peer);
    if (peer === undefined) throw new AppError('DELEGATION_003', { message: 'The peer is no longer configured.' });
    return peer;
  }

  private heldUntil(): string {
    return new Date(this.parts.now().getTime() + this.parts.times.heldMs).toISOString();
  }
}

const LATE = Symbol('the deadline');
