import type { Routing, RoutingEntry } from '../../contract/routing.ts';
import type { ServerRecord } from '../record.ts';
import type { RolloutParts } from './parts.ts';
import type { RolloutRecord, Swap } from './record.ts';
import { dividedShare, isSameTable, withWeights } from './weights.ts';

/** Moves analyses as a rollout says: in one write, and only as long as nobody else drives it. */
export class Moves {
  private readonly parts: Pick<RolloutParts, 'routing' | 'store' | 'rollouts'>;

  constructor(parts: Pick<RolloutParts, 'routing' | 'store' | 'rollouts'>) {
    this.parts = parts;
  }

  /** `false`: try again. `same`: it was so already. */
  async ensure(record: RolloutRecord, version: number): Promise<Routing | 'same' | false> {
    const { table, home } = this.parts.routing;
    const fixed = (await Promise.all(record.swaps.map((swap) => this.fixed(swap)))).flat();
    if (fixed.length === 0) return 'same';
    const current = await table.get();
    const wanted = withWeights(current.entries, record.base, fixed, home);
    if (isSameTable(wanted, current.entries)) return 'same';
    // Whoever was slow has lost it to somebody else by now.
    if ((await this.parts.rollouts.read(record.id))?.version !== version) return false;
    const done = await table.replace(current.revision, wanted, record.id);
    return done === 'conflict' ? false : done;
  }

  /** It is nobody's table any more. */
  async letGo(id: string): Promise<void> {
    const { table } = this.parts.routing;
    const current = await table.get();
    if (current.rollout_id === id) await table.replace(current.revision, current.entries, null);
  }

  async weightOf(id: string): Promise<number> {
    const { entries } = await this.parts.routing.table.get();
    return entries.find((one) => one.id === id)?.weight ?? 0;
  }

  async entry(id: string, weight: number): Promise<RoutingEntry> {
    return entryOf(id, await this.parts.store.get(id), weight);
  }

  private async fixed({ old, fresh, share, moved, parked }: Swap): Promise<RoutingEntry[]> {
    if (share === 0) return [];
    const has = parked ? { fresh: 0, old: 0 } : dividedShare(share, moved);
    return [
      ...(fresh === null ? [] : [await this.entry(fresh, has.fresh)]),
      ...(old === null ? [] : [await this.entry(old, has.old)]),
    ];
  }
}

export function entryOf(
  id: string,
  record: Pick<ServerRecord, 'type' | 'serving'> | null,
  weight: number,
): RoutingEntry {
  const endpoint = record?.serving === 'queue' ? ('endpoint_jobs' as const) : ('endpoint_http' as const);
  return { id, kind: record?.type === 'serverless' ? endpoint : 'pod', server_id: id, weight };
}
