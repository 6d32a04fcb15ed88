import { LRUCache } from 'lru-cache';
import { roomFor } from '../lru-room.ts';

/** Names that are remembered. */
const MOST = 10_000;

interface Heat {
  hits: number;
  readonly shared: boolean;
}

/** How often each name was found, of those that were found of late. */
export class HotNames {
  private readonly names = new LRUCache<string, Heat>(roomFor(MOST));

  /** How often by now. `shared`: other servers may know the name. */
  found(name: string, shared: boolean): number {
    const heat = this.names.get(name);
    if (heat) heat.hits += 1;
    else this.names.set(name, { hits: 1, shared });
    return heat?.hits ?? 1;
  }

  forget(subject: string): void {
    const about = `:${subject}:`;
    for (const name of [...this.names.keys()]) if (name.includes(about)) this.names.delete(name);
  }

  /** Most often first. */
  top(most: number, of: { readonly shared?: true } = {}): { readonly key: string; readonly hits: number }[] {
    return [...this.names.entries()]
      .filter(([, { shared }]) => of.shared === undefined || shared)
      .toSorted(([, a], [, b]) => b.hits - a.hits)
      .slice(0, most)
      .map(([key, { hits }]) => ({ key, hits }));
  }
}
