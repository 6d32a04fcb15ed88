import type { Forward, Step } from './forward.ts';
import type { Moves } from './moves.ts';
import type { RolloutParts } from './parts.ts';
import { noted, type RolloutRecord, type Swap } from './record.ts';
import type { RolloutServers } from './servers.ts';

/** The steps that end a rollout: the old servers go, or the new ones do. */
export class Backward {
  private readonly parts: RolloutParts;
  private readonly servers: RolloutServers;
  private readonly moves: Moves;
  private readonly forward: Forward;

  constructor(parts: RolloutParts, servers: RolloutServers, moves: Moves, forward: Forward) {
    this.parts = parts;
    this.servers = servers;
    this.moves = moves;
    this.forward = forward;
  }

  /** The old servers end. What got analyses again by hand, is protected, or is still in use after a time is left. */
  async retiring(record: RolloutRecord): Promise<Step> {
    if (!this.forward.isSeen(record)) return null;
    const left: string[] = [];
    let waits = false;
    for (const { old } of record.swaps) {
      if (old === null) continue;
      if ((await this.moves.weightOf(old)) > 0) {
        left.push(`${old} is kept: it has analyses again.`);
        continue;
      }
      const way = await this.servers.end(record, old);
      if (way === 'waits') waits = true;
      else if (way !== 'there') left.push(`${old} is kept: ${way.not}`);
    }
    if (waits && !this.forward.isLate(record, 'drainMs')) return null;
    if (waits) left.push('An old server did not end in time: look at the list of servers.');
    for (const { fresh } of record.swaps) if (fresh !== null && record.create.protected) await this.protect(fresh);
    return this.over(record, 'deployed', left);
  }

  /** The old servers compute again, then the new ones end. */
  async goingBack(record: RolloutRecord, version: number): Promise<Step> {
    const { swaps, waits: isComing } = await this.swapsBack(record);
    if (JSON.stringify(swaps) !== JSON.stringify(record.swaps)) return { ...record, swaps };
    const moved = await this.moves.ensure(record, version);
    if (moved === false) return null;
    if (moved !== 'same') {
      const after = { ...record, moved_at: this.forward.time() };
      this.parts.tell(after, 'The analyses go where they went before.', 'warning');
      return after;
    }
    if (isComing || !this.forward.isSeen(record)) return null;
    const left: string[] = [];
    let waits = false;
    for (const { fresh, stays, old } of swaps) {
      if (fresh === null) continue;
      if (stays) {
        left.push(`${fresh} stays: ${old} could not be started again.`);
        continue;
      }
      const way = await this.servers.end(record, fresh);
      if (way === 'waits') waits = true;
      else if (way !== 'there') left.push(`${fresh} is still there: ${way.not}`);
    }
    if (waits && !this.forward.isLate(record, 'endMs')) return null;
    if (waits) left.push('A new server did not end in time: look at the list of servers.');
    const gone = swaps.filter(({ parked }) => parked).map(({ old }) => `${old} could not be started again.`);
    const isBack = left.length === 0 && gone.length === 0;
    return this.over(record, isBack ? 'rolled_back' : 'failed', [...left, ...gone]);
  }

  /** Where each swap stands on the way back. */
  private async swapsBack(record: RolloutRecord): Promise<{ swaps: Swap[]; waits: boolean }> {
    let waits = false;
    const swaps: Swap[] = [];
    for (const swap of record.swaps) {
      const { old, fresh, moved, oldRan } = swap;
      if (swap.stays) swaps.push(swap);
      else if (old === null || !oldRan) swaps.push({ ...swap, moved: 0, parked: false });
      else {
        const way = await this.servers.start(record, old);
        const isUp = fresh !== null && (await this.servers.get(fresh))?.state === 'running';
        if (way === 'there') swaps.push({ ...swap, moved: 0, parked: false });
        else if (way === 'waits' && !this.forward.isLate(record, 'backMs')) {
          waits = true;
          swaps.push(isUp && moved > 0 ? swap : { ...swap, moved: 0, parked: true });
        } else if (isUp && swap.isChecked) swaps.push({ ...swap, moved: 100, parked: false, stays: true });
        else swaps.push({ ...swap, moved: 0, parked: true });
      }
    }
    return { swaps, waits };
  }

  private async over(record: RolloutRecord, outcome: 'deployed' | 'rolled_back' | 'failed', left: readonly string[]) {
    await this.moves.letGo(record.id);
    const ended_at = this.forward.time();
    const ended: RolloutRecord = { ...record, phase: 'over', since: ended_at, outcome, ended_at };
    const failure = outcome === 'failed' ? [record.failure, ...left].filter(Boolean).join(' ') : record.failure;
    const said = left.reduce((all, words) => noted(all, words, ended_at), { ...ended, failure });
    const severity = { deployed: 'success', rolled_back: 'warning', failed: 'error' } as const;
    this.parts.tell(said, [WORDS[outcome], record.failure ?? '', ...left].filter(Boolean).join(' '), severity[outcome]);
    return said;
  }

  private async protect(id: string): Promise<void> {
    await this.parts.operator.change(id, (one) => (one.protected ? null : { ...one, protected: true }));
  }
}

const WORDS = {
  deployed: 'The new server has taken over.',
  rolled_back: 'It is as it was before.',
  failed: 'It could not be brought back to what it was.',
} as const;
