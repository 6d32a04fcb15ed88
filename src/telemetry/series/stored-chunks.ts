import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { Chunks, StoredChunk, type Tier } from './chunks.ts';
import { stepOf } from './point.ts';

/** What is measured under one name: a tier, or a tier and a person. */
export const listName = (tier: Tier, owner: string | null): string =>
  owner === null ? tier.name : `${tier.name} ${owner}`;

/** Chunks of one start of one server, which alone writes their entries. */
export class StoredChunks extends Chunks {
  private readonly registry: Registry;
  private readonly run: string;
  private readonly list: string;
  private readonly versions = new Map<number, number>();

  constructor(registry: Registry, run: string, tier: Tier, owner: string | null = null) {
    super(tier);
    this.registry = registry;
    this.run = run;
    this.list = listName(tier, owner);
  }

  private idOf(begin: number): string {
    return `${this.list} ${begin} ${this.run}`;
  }

  /** Reads what this start has stored of the chunk of that time, of which nothing may be here any more. */
  async load(t: number): Promise<void> {
    const begin = stepOf(t, this.tier.chunkS);
    if (this.has(begin)) return;
    const entry = await this.registry.get('series', this.idOf(begin));
    if (entry === null) return;
    this.versions.set(begin, entry.version);
    this.put(begin, StoredChunk.safeParse(entry.value).data?.points ?? []);
  }

  /** What has changed; `nowS`: seconds since 1970. */
  async write(nowS: number): Promise<void> {
    const { tier, changed, registry } = this;
    for (const begin of [...changed]) {
      const id = this.idOf(begin);
      const entry: Omit<RegistryEntry, 'version'> = {
        id,
        lookup: null,
        owner: this.list,
        created_at: new Date(begin * 1000).toISOString(),
        expires_at: new Date((begin + tier.chunkS + tier.keptS) * 1000).toISOString(),
        value: { run: this.run, points: this.of(begin) },
      };
      const before = this.versions.get(begin) ?? 0;
      const replaced = before > 0 && (await registry.replace('series', { ...entry, version: before + 1 }));
      let version = before + 1;
      if (!replaced) {
        // An earlier write may have been done although it was answered by an error.
        version = ((await registry.get('series', id))?.version ?? 0) + 1;
        if (version === 1) await registry.add('series', { ...entry, version });
        else await registry.replace('series', { ...entry, version });
      }
      this.versions.set(begin, version);
      changed.delete(begin);
    }
    const oldest = stepOf(nowS, tier.chunkS) - tier.keptS;
    for (const begin of this.versions.keys()) if (begin < oldest) this.versions.delete(begin);
  }
}
