import type { Registry, RegistryEntry, RegistryKind } from './ports/registry.ts';

const AT_ONCE = 100;

/** All whose lookup begins with `name` and a space, in the order of their lookups, read page by page. */
export async function* entriesUnder(
  registry: Registry,
  kind: RegistryKind,
  name: string,
): AsyncGenerator<RegistryEntry> {
  for (let after: string | undefined; ; ) {
    const page = await registry.under(kind, name, AT_ONCE, after);
    yield* page;
    if (page.length < AT_ONCE) return;
    after = page.at(-1)?.lookup ?? undefined;
  }
}
