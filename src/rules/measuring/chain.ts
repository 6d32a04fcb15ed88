import type { VerdictKind } from '../../contract/verdict.ts';

/** A link between two things of a group and how it is judged. */
export interface GroupLink {
  readonly a: number;
  readonly b: number;
  readonly kind: VerdictKind;
  readonly length: number;
}

const RANK: Readonly<Record<VerdictKind, number>> = { satisfied: 0, not_applicable: 0, uncertain: 1, violated: 2 };

/** Whether one link is better than another: by verdict, then by length. */
const better = (p: GroupLink, q: GroupLink) =>
  RANK[p.kind] !== RANK[q.kind] ? RANK[p.kind] < RANK[q.kind] : p.length < q.length;

/**
 * The weakest link of the best chain that joins all members (minimum spanning tree, Prim, in n² steps): where it is satisfied,
 * every member is near another and all hang together; where it is violated, no chain joins them. `a` is what hangs on `b`.
 */
export function weakestLink(members: readonly number[], link: (a: number, b: number) => GroupLink): GroupLink | null {
  const [first, ...others] = members;
  if (first === undefined || others.length === 0) return null;
  const best = new Map(others.map((m) => [m, link(m, first)]));
  let weakest: GroupLink | null = null;
  while (best.size > 0) {
    let next: GroupLink | null = null;
    for (const one of best.values()) if (next === null || better(one, next)) next = one;
    best.delete(next!.a);
    if (weakest === null || better(weakest, next!)) weakest = next;
    for (const m of best.keys()) {
      const other = link(m, next!.a);
      if (better(other, best.get(m)!)) best.set(m, other);
    }
  }
  return weakest;
}
