import { AppError } from '../../errors.ts';
import { turnsOf } from '../../one-after-another.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { KEPT_MS } from '../times.ts';
import { isDone, RolloutRecord } from './record.ts';

const KIND = 'rollout';
const OWNER = 'system';
/** That are listed. */
const MOST = 100;

export interface KeptRollout {
  readonly record: RolloutRecord;
  readonly version: number;
}

/** Rollouts as they are kept; one of a type goes on at a time, whichever process began it. */
export class RolloutStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** False: another one of the type goes on. */
  add(record: RolloutRecord): Promise<boolean> {
    return this.registry.add(KIND, entryOf(record, 1));
  }

  async read(id: string): Promise<KeptRollout | null> {
    return keptOf(await this.registry.get(KIND, id));
  }

  /** The one of the type that goes on. */
  async open(type: RolloutRecord['type']): Promise<RolloutRecord | null> {
    return keptOf(await this.registry.find(KIND, type))?.record ?? null;
  }

  /** Newest first. */
  async all(): Promise<RolloutRecord[]> {
    const { items } = await this.registry.list(KIND, null, { limit: MOST });
    return items.flatMap((entry) => keptOf(entry)?.record ?? []);
  }

  /** Null, and nothing is done, where there is none, `next` gives null, or it changed since `version`. */
  change(
    id: string,
    next: (record: RolloutRecord) => RolloutRecord | null,
    version: number | null = null,
  ): Promise<KeptRollout | null> {
    return turnsOf(this.registry).until(`${KIND} ${id}`, async () => {
      const kept = await this.read(id);
      if (kept === null || (version !== null && kept.version !== version)) return { value: null };
      const after = next(kept.record);
      if (after === null) return { value: null };
      const entry = entryOf(after, kept.version + 1);
      return (await this.registry.replace(KIND, entry)) ? { value: { record: after, version: entry.version } } : null;
    });
  }
}

function entryOf(record: RolloutRecord, version: number): RegistryEntry {
  const { id, type, created_at, ended_at } = record;
  const expires_at = ended_at === null ? null : new Date(Date.parse(ended_at) + KEPT_MS).toISOString();
  const lookup = isDone(record) ? null : type;
  return { id, lookup, owner: OWNER, created_at, expires_at, version, value: record };
}

function keptOf(entry: RegistryEntry | null): KeptRollout | null {
  if (entry === null) return null;
  const read = RolloutRecord.safeParse(entry.value);
  if (read.success) return { record: read.data, version: entry.version };
  throw new AppError('DB_003', { message: 'A stored deployment is damaged.', details: { deployment_id: entry.id } });
}
