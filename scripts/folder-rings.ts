/** Groups of rooms (the folders under src, and the others at the top) that import each other, in whatever direction. */
export function folderRings(imports: readonly (readonly [from: string, to: string])[]): string[][] {
  const out = new Map<string, Set<string>>();
  for (const [from, to] of imports) {
    const [a, b] = [room(from), room(to)];
    if (a !== b) out.set(a, (out.get(a) ?? new Set()).add(b));
  }
  const rooms = [...new Set([...out.keys(), ...[...out.values()].flatMap((to) => [...to])])].sort();
  const reached = new Map(rooms.map((name) => [name, reachable(name, out)]));
  const rings: string[][] = [];
  for (const name of rooms) {
    if (rings.some((ring) => ring.includes(name))) continue;
    const ring = rooms.filter((other) => reached.get(name)?.has(other) && reached.get(other)?.has(name));
    if (ring.length > 1) rings.push(ring);
  }
  return rings;
}

/** `src/scene/math/mat3.ts` is in `src/scene`; a file right under src is a room of its own. */
export function room(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? `${top}/${second}` : top;
}

function reachable(from: string, out: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set<string>();
  const todo = [from];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    for (const next of out.get(name) ?? []) {
      if (!seen.has(next)) todo.push(next);
      seen.add(next);
    }
  }
  return seen;
}
