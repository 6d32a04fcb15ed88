import { randomUUID } from 'node:crypto';
import type { Registry } from '../../ports/registry.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { COARSE, FINE } from './chunks.ts';
import { RuleRecorder } from './rule-recorder.ts';
import type { RuleVerdicts } from './rule-verdicts.ts';
import { Sampler } from './sampler.ts';
import { StoredChunks } from './stored-chunks.ts';

export interface RecorderParts {
  readonly metrics: Metrics;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
  /** False: what is measured stays in memory. */
  readonly stores: boolean;
  /** Absent: nobody judges. */
  readonly verdicts?: RuleVerdicts;
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
  readonly fine: StoredChunks;
  readonly coarse: StoredChunks;
  readonly rules: RuleRecorder;
  private readonly parts: RecorderParts;
  private sampler: Sampler | null = null;
  private timer: NodeJS.Timeout | null = null;
  private since = 0;
  private ticks = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(parts: RecorderParts) {
    this.parts = parts;
    this.fine = new StoredChunks(parts.registry, this.run, FINE);
    this.coarse = new StoredChunks(parts.registry, this.run, COARSE);
    this.rules = new RuleRecorder({ ...parts, run: this.run });
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
    const isCoarse = isLast || this.ticks % COARSE_EVERY === 0;
    try {
      if (parts.stores) {
        await this.fine.write(this.since);
        if (isCoarse) await this.coarse.write(this.since);
      }
      await this.rules.take(point.t, isCoarse);
    } catch (err) {
      // It stays changed: the next minute tries again.
      parts.log.warn({ err }, 'what was measured could not be stored');
    }
  }
}
