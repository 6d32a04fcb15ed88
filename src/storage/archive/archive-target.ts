import type { RuleVersion } from '../../contract/rule.ts';
import { AppError } from '../../errors.ts';
import type {
  AnalysisEvaluations,
  AnalysisRow,
  CalibrationRow,
  EntryRow,
  EvaluationRow,
  RuleWriteRow,
} from '../records/rows.ts';
import { type CallName, EMBEDDED, type RecordCalls, type Store } from '../records/store.ts';
import type { AnalysisContent, ArchivedKind, RuleContent } from './format.ts';
import type { ArchiveWriter } from './write-archive.ts';

/** Of one record, until the next one comes. */
interface Held {
  readonly kind: ArchivedKind;
  readonly id: string;
  content: unknown;
}

/**
 * An archive as the store that `copyStore` writes into: what is written is held until another record comes, so that it can be
 * read back, and goes into the file then.
 */
export class ArchiveTarget implements Store {
  private readonly writer: ArchiveWriter;
  private held: Held | null = null;

  constructor(writer: ArchiveWriter) {
    this.writer = writer;
  }

  async call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
    const run = this.calls[name as keyof typeof this.calls] as ((...args: unknown[]) => unknown) | undefined;
    if (run === undefined) throw new AppError('DB_002', { message: `An archive cannot be asked for ${name}.` });
    return (await run(...args)) as ReturnType<RecordCalls[N]>;
  }

  /** What is held goes into the file. */
  async close(): Promise<void> {
    const { held } = this;
    this.held = null;
    if (held === null) return;
    await this.writer.add({ kind: held.kind, id: held.id }, Buffer.from(JSON.stringify(held.content)));
  }

  status = () => EMBEDDED;

  private async hold<T>(kind: ArchivedKind, id: string, content: T): Promise<void> {
    await this.close();
    this.held = { kind, id, content };
  }

  private known<T>(kind: string, id: string): T | null {
    return this.held?.kind === kind && this.held.id === id ? (this.held.content as T) : null;
  }

  private readonly calls = {
    putCalibration: ({ id, calibration }: CalibrationRow) => this.hold('calibration', id, { text: calibration }),
    getCalibration: (id: string) => this.known<{ text: string }>('calibration', id)?.text ?? null,

    putAnalysis: ({ id, owner, image_key, analysis, state }: AnalysisRow) =>
      this.hold('analysis', id, { owner, image_key, analysis, state, evaluations: null } satisfies AnalysisContent),
    getAnalysis: (id: string) => this.known<AnalysisContent>('analysis', id),
    analysisState: (id: string) => this.known<AnalysisContent>('analysis', id)?.state ?? null,
    appendEvaluations: (owner: string, id: string, at: string, rows: string): void => {
      const analysis = this.known<AnalysisContent>('analysis', id);
      if (analysis === null) return;
      const evaluations: AnalysisEvaluations = { owner, at, rows: JSON.parse(rows) as EvaluationRow[] };
      this.held = { kind: 'analysis', id, content: { ...analysis, evaluations } };
    },
    evaluationsOf: (id: string) => this.known<AnalysisContent>('analysis', id)?.evaluations ?? null,

    writeRules: async (rows: readonly RuleWriteRow[]): Promise<void> => {
      for (const { entry, remove } of rows) {
        const { rule_id: id } = JSON.parse(entry) as RuleVersion;
        const versions = [...(this.known<RuleContent>('rule', id)?.versions ?? []), entry];
        if (versions.length === 1) await this.hold('rule', id, null);
        this.held = { kind: 'rule', id, content: { kept: !remove, versions } satisfies RuleContent };
      }
    },
    ruleHistory: (id: string) => {
      const texts = this.known<RuleContent>('rule', id)?.versions ?? [];
      return { texts, ids: texts.map(() => id), next: null };
    },
    ruleHead: (id: string) => {
      const rule = this.known<RuleContent>('rule', id);
      if (!rule?.kept) return null;
      const { owner, scope } = (JSON.parse(rule.versions.at(-1) ?? '') as RuleVersion).rule;
      return { owner, scope };
    },

    addEntry: async ({ kind, id, entry }: EntryRow): Promise<boolean> => {
      await this.hold(kind as ArchivedKind, id, { text: entry });
      return true;
    },
    getEntry: (kind: string, id: string) => this.known<{ text: string }>(kind, id)?.text ?? null,
  };
}
