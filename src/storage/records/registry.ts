import * as z from 'zod';
import { positionOf } from '../../ports/cursor.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { toJson } from './json.ts';
import { pageFrom } from './page.ts';
import { readable } from './readable.ts';
import type { Store } from './store.ts';

export const ENTRY = z.looseObject({
  id: z.string(),
  lookup: z.string().nullable(),
  owner: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  version: z.int(),
  value: z.unknown(),
}) as unknown as z.ZodType<RegistryEntry>;

export function registryOver(store: Store): Registry {
  const rowOf = (kind: string, { value: _, ...entry }: RegistryEntry, text: string) => ({
    kind,
    ...entry,
    entry: text,
  });
  const read = (text: string | null) => (text === null ? null : readable(text, ENTRY));
  return {
    add: (kind, entry) => store.call('addEntry', rowOf(kind, entry, toJson(entry))),
    replace: (kind, entry) => store.call('replaceEntry', rowOf(kind, entry, toJson(entry))),
    get: async (kind, id) => read(await store.call('getEntry', kind, id)),
    find: async (kind, lookup) => read(await store.call('findEntry', kind, lookup)),
    async list(kind, owner, { limit, cursor }) {
      const after = positionOf('entries', cursor);
      return pageFrom('entries', await store.call('listEntries', kind, owner, after, limit), ENTRY);
    },
    count: (kind, owner) => store.call('countEntries', kind, owner),
    async under(kind, name, limit, after) {
      const texts = await store.call('entriesUnder', kind, name, limit, after);
      return texts.map((text) => readable(text, ENTRY));
    },
    addAll: (kind, entries) =>
      store.call(
        'addEntries',
        entries.map((entry) => rowOf(kind, entry, toJson(entry))),
      ),
    countUnder: (kind, name) => store.call('countEntriesUnder', kind, name),
    remove: (kind, id) => store.call('removeEntry', kind, id),
    removeOlder: (kind, time, limit) => store.call('removeOlderEntries', kind, time, limit),
    removeExpired: (now) => store.call('removeExpired', now),
  };
}
