/** Repeatable numbers (mulberry32): the same seed gives the same attacks. */
export interface Random {
  /** 0 ≤ n < below. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: (from) => from[below(from.length)]! };
}

/** Every so-manyth of a list, so that a share holds cases of every kind; never none. */
export function shareOf<T>(all: readonly T[], share: number, least = 1): T[] {
  const count = Math.min(all.length, Math.max(least, Math.round(all.length * share)));
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}
