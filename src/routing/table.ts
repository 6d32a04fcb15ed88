import * as z from 'zod';
import { Routing, RoutingEntries, type RoutingEntry } from '../contract/routing.ts';
import { AppError } from '../errors.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import type { RoutingTable } from '../ports/routing.ts';

const KIND = 'routing';
const ID = 'analyses';

const Stored = z.strictObject({
  entries: RoutingEntries,
  changed_at: z.iso.datetime(),
  rollout_id: Routing.shape.rollout_id,
});

/** All analyses to one of our own. */
export const allTo = (id: 'here' | 'queue'): RoutingEntry => ({ id, kind: id, server_id: null, weight: 100 });

/** Over the record store; the revision is the version of its entry. `usual`: where nothing was ever stored. */
export function createRoutingTable(
  registry: Pick<Registry, 'get' | 'add' | 'replace'>,
  usual: 'here' | 'queue',
  now: () => Date,
): RoutingTable {
  const unchanged: Routing = { revision: 0, entries: [allTo(usual)], changed_at: null, rollout_id: null };
  return {
    async get() {
      const found = await registry.get(KIND, ID);
      return found === null ? unchanged : routingOf(found);
    },
    async replace(expectedRevision, entries, rolloutId) {
      const at = now().toISOString();
      const value = Stored.parse({ entries, changed_at: at, rollout_id: rolloutId });
      const revision = expectedRevision + 1;
      const common = { id: ID, lookup: null, owner: 'system', expires_at: null };
      const entry: RegistryEntry = { ...common, created_at: at, version: revision, value };
      const isDone = expectedRevision === 0 ? await registry.add(KIND, entry) : await registry.replace(KIND, entry);
      return isDone ? { revision, ...value } : 'conflict';
    },
  };
}

function routingOf({ version, value }: RegistryEntry): Routing {
  const read = Stored.safeParse(value);
  if (read.success) return { revision: version, ...read.data };
  throw new AppError('DB_003', { message: 'The stored routing of analyses is damaged.' });
}
