/** Lengths as they are told: no digits below what any camera can measure. */
export function tenths<T extends Readonly<Record<string, number | null>> | null>(lengths: T): T {
  if (lengths === null) return lengths;
  const rounded = Object.entries(lengths).map(([name, mm]) => [name, mm === null ? null : Math.round(10 * mm) / 10]);
  return Object.fromEntries(rounded) as T;
}
