import type { Registry } from '../../ports/registry.ts';
import type { Log } from '../log.ts';
import { RULES_COARSE, RULES_FINE } from './chunks.ts';
import type { RuleVerdicts } from './rule-verdicts.ts';
import { StoredChunks } from './stored-chunks.ts';

interface Parts {
  readonly registry: Registry;
  readonly run: string;
  readonly stores: boolean;
  readonly verdicts?: RuleVerdicts;
  readonly log: Pick<Log, 'warn'>;
}

interface Kept {
  readonly fine: StoredChunks;
  readonly coarse: StoredChunks;
}

/** People whose verdicts stay in memory once they are written. */
const MOST_KEPT = 100;

/** Keeps how the rules of each person came out, as entries of each person's own; without verdicts it writes nothing. */
export class RuleRecorder {
  private readonly parts: Parts;
  private readonly kept = new Map<string, Kept>();
  private toldOf = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** What is here of one person; what was written longer ago is in the store. */
  of(owner: string): Kept | null {
    return this.kept.get(owner) ?? null;
  }

  /** Takes what happened since `t`. Throws what the store does: then all of it is taken or written the next time. */
  async take(t: number, isCoarse: boolean): Promise<void> {
    const { verdicts, stores, log } = this.parts;
    if (verdicts === undefined) return;
    for (const owner of verdicts.owners()) {
      const { fine, coarse } = this.keep(owner);
      if (stores) {
        await fine.load(t);
        await coarse.load(t);
      }
      const point = { t, sums: { ...verdicts.take(owner) }, peaks: {} };
      fine.add(point);
      coarse.add(point);
    }
    if (verdicts.uncounted > this.toldOf) {
      this.toldOf = verdicts.uncounted;
      log.warn({ analyses: this.toldOf }, 'verdicts of so many people came at once that some are missing over time');
    }
    if (!stores) return;
    for (const { fine, coarse } of this.kept.values()) {
      await fine.write(t);
      if (isCoarse) await coarse.write(t);
    }
    this.forget();
  }

  /** The longest unused last. */
  private keep(owner: string): Kept {
    const { registry, run } = this.parts;
    const known = this.kept.get(owner);
    this.kept.delete(owner);
    const kept = known ?? {
      fine: new StoredChunks(registry, run, RULES_FINE, owner),
      coarse: new StoredChunks(registry, run, RULES_COARSE, owner),
    };
    this.kept.set(owner, kept);
    return kept;
  }

  private forget(): void {
    for (const [owner, { fine, coarse }] of this.kept) {
      if (this.kept.size <= MOST_KEPT) return;
      if (fine.changed.size + coarse.changed.size === 0) this.kept.delete(owner);
    }
    for (const { fine, coarse } of this.kept.values()) {
      fine.forgetWritten();
      coarse.forgetWritten();
    }
  }
}
