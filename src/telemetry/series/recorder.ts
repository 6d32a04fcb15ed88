import { randomUUID } from 'node:crypto';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { Chunks, COARSE, FINE } from './chunks.ts';
import { stepOf } from './point.ts';
import { Sampler } from './sampler.ts';

export interface RecorderParts {
  readonly metrics: Metrics;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
  /** False: what is measured stays in memory. */
  readonly stores: boolean;
}

const EVERY_MS = FINE.stepS * 1000;
/** A kill loses so many minutes of the coarse tier, and the running minute of the fine one. */
const COARSE_EVERY = 5;

/**
 * Measures every minute and keeps it: in memory, and as entries of this start of this server alone, so that no two ever
 * write the same one and all can be added up.
 */
export class SeriesRecorder {
  readonly run = randomUUID();
  readonly fine = new Chunks(FINE);
  readonly coarse = new Chunks(COARSE);
  private readonly parts: RecorderParts;
  private readonly versions = new Map<string, number>();
  private sampler: Sampler | null = null;
  private timer: NodeJS.Timeout | null = null;
  private since = 0;
  private ticks = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(parts: RecorderParts) {
    this.parts = parts;
  }

  start(): void {
    if (this.sampler !== null) return;
    this.sampler = new Sampler(this.parts.metrics);
    this.since = this.seconds();
    this.plan();
  }

  /** Takes what happened since the last time, and writes what has changed. Never throws. */
  tick(isLast = false): Promise<void> {
    this.work = this.work.then(() => this.measure(isLast));
    return this.work;
  }

  /** Measures and writes once more. */
  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.sampler === null) return;
    await this.tick(true);
    this.sampler.close();
    this.sampler = null;
  }

  private seconds(): number {
    return Math.floor(this.parts.now().getTime() / 1000);
  }

  /** At the turn of each minute. */
  private plan(): void {
    const late = this.parts.now().getTime() % EVERY_MS;
    this.timer = setTimeout(() => void this.tick().finally(() => this.plan()), EVERY_MS - late).unref();
  }

  private async measure(isLast: boolean): Promise<void> {
    const { sampler, parts } = this;
    if (sampler === null) return;
    const point = { t: this.since, ...(await sampler.take()) };
    this.since = this.seconds();
    this.fine.add(point);
    this.coarse.add(point);
    this.ticks += 1;
    if (!parts.stores) return;
    try {
      await this.write(this.fine);
      if (isLast || this.ticks % COARSE_EVERY === 0) await this.write(this.coarse);
    } catch (err) {
      // It stays changed: the next minute tries again.
      parts.log.warn({ err }, 'what was measured could not be stored');
    }
  }

  private async write(chunks: Chunks): Promise<void> {
    const { tier, changed } = chunks;
    for (const begin of [...changed]) {
      const id = `${tier.name} ${begin} ${this.run}`;
      const entry: Omit<RegistryEntry, 'version'> = {
        id,
        lookup: null,
        owner: tier.name,
        created_at: new Date(begin * 1000).toISOString(),
        expires_at: new Date((begin + tier.chunkS + tier.keptS) * 1000).toISOString(),
        value: { run: this.run, points: chunks.of(begin) },
      };
      const { registry } = this.parts;
      const before = this.versions.get(id) ?? 0;
      const replaced = before > 0 && (await registry.replace('series', { ...entry, version: before + 1 }));
      let version = before + 1;
      if (!replaced) {
        // An earlier write may have been done although it was answered by an error.
        version = ((await registry.get('series', id))?.version ?? 0) + 1;
        if (version === 1) await registry.add('series', { ...entry, version });
        else await registry.replace('series', { ...entry, version });
      }
      this.versions.set(id, version);
      changed.delete(begin);
    }
    const oldest = stepOf(this.seconds(), tier.chunkS) - tier.keptS;
    for (const id of this.versions.keys()) {
      const [name, begin] = id.split(' ');
      if (name === tier.name && Number(begin) < oldest) this.versions.delete(id);
    }
  }
}
