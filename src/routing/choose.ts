import { createHash } from 'node:crypto';
import type { Asked } from '../analysis/backend.ts';
import type { RoutingEntry } from '../contract/routing.ts';

/**
 * Backends with weight in the order in which an analysis goes to them: the first gets it, the next where that fails. Weighted
 * rendezvous hashing: each is first for its share of all, the same analysis meets the same one, and where weights change, only as
 * many analyses go elsewhere as must.
 */
export function orderFor({ image, principal }: Asked, entries: readonly RoutingEntry[]): RoutingEntry[] {
  const weighty = entries.filter(({ weight }) => weight > 0);
  if (weighty.length < 2) return weighty;
  const scored = weighty.map((entry) => ({
    entry,
    score: entry.weight / -Math.log(uniform(`${entry.id}\n${image}\n${principal}`)),
  }));
  return scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
}

/** In (0, 1), by the text alone. */
function uniform(text: string): number {
  const bits = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return (bits + 0.5) / 2 ** 48;
}
