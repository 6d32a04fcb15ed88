import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { MOST_BACKENDS } from '../contract/routing.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import type { BackendTraffic } from '../ports/routing.ts';
import type { Log } from '../telemetry/log.ts';
import { addDuration, addDurations, type Durations, quantile } from './durations.ts';

const KIND = 'backend_traffic';
const STEP_MS = 10_000;
/** Steps are found by the time in which they lie. */
const SPAN_MS = 600_000;
const KEPT_MS = 24 * 3_600_000;
/** Steps of one span: of some 80 processes. */
const MOST_IN_SPAN = 5000;
/** What is not written yet: an hour of all backends while the store is gone. */
const MOST_HELD = 360 * MOST_BACKENDS;

const Count = z.int().min(0);
const Step = z.strictObject({
  at: z.iso.datetime(),
  requests: Count,
  errors: Count,
  answered: z.record(z.string(), Count),
});

interface Held {
  readonly backend: string;
  readonly at: number;
  requests: number;
  errors: number;
  readonly answered: Durations;
  /** How often it was written. */
  version: number;
  isNew: boolean;
}

interface Parts {
  readonly registry: Registry;
  readonly now: () => Date;
  readonly log: Log;
  /** False: nothing is written. */
  readonly stores: boolean;
}

/** What was sent to each backend: counted here in steps of ten seconds, written down, and read over all processes. */
export class TrafficLog implements BackendTraffic {
  private readonly parts: Parts;
  private readonly me = randomBytes(6).toString('hex');
  private readonly held = new Map<string, Held>();
  private writing: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** `ms`: until the answer; null: there was none. */
  add(backend: string, ms: number | null): void {
    const at = Math.floor(this.parts.now().getTime() / STEP_MS) * STEP_MS;
    const name = `${backend} ${at}`;
    let step = this.held.get(name);
    if (step === undefined) {
      const [oldest] = this.held.keys();
      if (this.held.size >= MOST_HELD && oldest !== undefined) this.held.delete(oldest);
      step = { backend, at, requests: 0, errors: 0, answered: {}, version: 0, isNew: true };
      this.held.set(name, step);
    }
    step.requests += 1;
    if (ms === null) step.errors += 1;
    else addDuration(step.answered, ms);
    step.isNew = true;
  }

  async between(backend: string, from: Date, to: Date): Promise<Awaited<ReturnType<BackendTraffic['between']>>> {
    const since = Math.max(from.getTime(), this.parts.now().getTime() - KEPT_MS);
    const sum = { requests: 0, errors: 0 };
    const answered: Durations = {};
    const count = ({ at, requests, errors, answered: more }: Pick<Held, 'requests' | 'errors' | 'answered' | 'at'>) => {
      if (at + STEP_MS <= since || at >= to.getTime()) return;
      sum.requests += requests;
      sum.errors += errors;
      addDurations(answered, more);
    };
    const mine = ` ${this.me}`;
    const held = new Map(this.held);
    for (let span = spanOf(since); span < to.getTime(); span += SPAN_MS) {
      const found = await this.parts.registry.under(KIND, `${backend} ${span}`, MOST_IN_SPAN);
      for (const { id, value } of found) {
        const read = Step.safeParse(value);
        if (!read.success) continue;
        const at = Date.parse(read.data.at);
        // What this process still holds of it says more.
        if (id.endsWith(mine) && held.has(`${backend} ${at}`)) continue;
        count({ ...read.data, at });
      }
    }
    for (const step of held.values()) if (step.backend === backend) count(step);
    return { ...sum, p50_ms: quantile(answered, 0.5), p95_ms: quantile(answered, 0.95) };
  }

  /** Writes what is new; where the store is gone it is kept for later. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const { registry, now, log, stores } = this.parts;
    try {
      for (const [name, step] of this.held) {
        if (step.isNew && stores) {
          step.isNew = false;
          const entry = this.entryOf(step);
          const isDone = await (step.version === 0 ? registry.add(KIND, entry) : registry.replace(KIND, entry)).catch(
            (thrown: unknown) => {
              step.isNew = true;
              throw thrown;
            },
          );
          // Where an answer of the store was lost, it may be there already.
          if (isDone) step.version = entry.version;
          else await this.agree(step, entry);
        }
        if (!step.isNew && step.at + 2 * STEP_MS < now().getTime()) this.held.delete(name);
        if (!stores && step.at + KEPT_MS < now().getTime()) this.held.delete(name);
      }
    } catch (err) {
      log.warn({ err }, 'what was sent to the backends could not be written; it is tried again');
    }
  }

  private async agree(step: Held, entry: RegistryEntry): Promise<void> {
    step.isNew = true;
    step.version = (await this.parts.registry.get(KIND, entry.id))?.version ?? 0;
  }

  private entryOf({ backend, at, requests, errors, answered, version }: Held): RegistryEntry {
    const id = `${backend} ${at} ${this.me}`;
    return {
      id,
      lookup: `${backend} ${spanOf(at)} ${at} ${this.me}`,
      owner: 'system',
      created_at: new Date(at).toISOString(),
      expires_at: new Date(at + KEPT_MS).toISOString(),
      version: version + 1,
      value: { at: new Date(at).toISOString(), requests, errors, answered: { ...answered } },
    };
  }
}

const spanOf = (at: number) => Math.floor(at / SPAN_MS) * SPAN_MS;
