import type { RuleVersion } from '../../contract/rule.ts';
import { AppError } from '../../errors.ts';
import type { ListPosition } from '../../ports/cursor.ts';
import type { RecordKind } from '../../ports/records.ts';
import type { RecordKey } from '../records/rows.ts';
import { type CallName, EMBEDDED, type RecordCalls, type Store } from '../records/store.ts';
import { type AnalysisContent, type ArchivedKind, ENTRY_KINDS, type RuleContent } from './format.ts';
import type { Archive } from './read-archive.ts';

const KINDS: Partial<Record<RecordKind, ArchivedKind>> = {
  analysis: 'analysis',
  calibration: 'calibration',
  'rule version': 'rule',
};

/**
 * An archive as the store that `copyStore` reads. A record whose text says another id than it has in the archive is
 * unreadable: it would be written under that one.
 */
export class ArchiveSource implements Store {
  private readonly archive: Archive;
  private readonly ids = new Map<ArchivedKind, readonly string[]>();

  constructor(archive: Archive) {
    this.archive = archive;
  }

  /** Photos that the analyses name which were read so far. */
  readonly imageKeys = new Set<string>();

  async call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
    const run = this.calls[name as keyof typeof this.calls] as ((...args: unknown[]) => unknown) | undefined;
    if (run === undefined) throw new AppError('DB_002', { message: `An archive cannot be asked for ${name}.` });
    return (await run(...args)) as ReturnType<RecordCalls[N]>;
  }

  async close(): Promise<void> {}
  status = () => EMBEDDED;

  private idsOf(kind: ArchivedKind): readonly string[] {
    const known = this.ids.get(kind) ?? this.archive.ids(kind);
    this.ids.set(kind, known);
    return known;
  }

  private async analysis(id: string): Promise<AnalysisContent | null> {
    const found = await this.archive.content<AnalysisContent>('analysis', id);
    if (found === null) return null;
    const isOwn = (found.evaluations?.owner ?? found.owner) === found.owner;
    if (!isOwn || !says(found.analysis, 'analysis_id', id)) throw new AppError('DB_003');
    if (found.image_key !== null) this.imageKeys.add(found.image_key);
    return found;
  }

  private readonly calls = {
    recordKeys: (kind: RecordKind, after: RecordKey, limit: number): RecordKey[] => {
      const archived = KINDS[kind];
      const ids = archived === undefined ? [] : this.idsOf(archived);
      const from = firstAfter(ids, after.a);
      return ids.slice(from, from + limit).map((a) => ({ a, b: 0 }));
    },
    getCalibration: async (id: string) => {
      const text = (await this.archive.content<{ text: string }>('calibration', id))?.text ?? null;
      if (text !== null && !says(text, 'calibration_id', id)) throw new AppError('DB_003');
      return text;
    },
    getAnalysis: async (id: string) => {
      const found = await this.analysis(id);
      return found && { owner: found.owner, analysis: found.analysis, image_key: found.image_key };
    },
    analysisState: async (id: string) => (await this.analysis(id))?.state ?? null,
    evaluationsOf: async (id: string) => (await this.analysis(id))?.evaluations ?? null,
    ruleHistory: async (id: string) => {
      const versions = (await this.archive.content<RuleContent>('rule', id))?.versions ?? [];
      let last = 0;
      const texts = versions.map((text) => {
        const { rule_id, version, rule } = fieldsOf(text) as Partial<RuleVersion>;
        if (rule_id !== id || rule?.rule_id !== id || typeof version !== 'number' || version <= last) return '';
        last = version;
        return text;
      });
      return { texts, ids: texts.map(() => id), next: null };
    },
    // Whose it is says its text; only whether it is there is asked.
    ruleHead: async (id: string) =>
      (await this.archive.content<RuleContent>('rule', id))?.kept ? { owner: '', scope: 'own' } : null,
    listEntries: async (kind: string, _owner: null, after: ListPosition | null, limit: number) => {
      const archived = ENTRY_KINDS.find((one) => one === kind);
      const all = archived === undefined ? [] : this.idsOf(archived);
      const from = after === null ? 0 : firstAfter(all, after.id);
      const ids = all.slice(from, from + limit);
      const texts: string[] = [];
      for (const id of ids) {
        const { text = '' } = (await this.archive.content<{ text: string }>(archived as ArchivedKind, id)) ?? {};
        texts.push(says(text, 'id', id) ? text : '');
      }
      const last = ids.at(-1);
      return { texts, ids, next: last !== undefined && from + limit < all.length ? { at: '', id: last } : null };
    },
  };
}

/** Whether the JSON has this value under the name. */
const says = (text: string, name: string, value: unknown): boolean => fieldsOf(text)[name] === value;

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

/** By halving: ids are in order. */
function firstAfter(ids: readonly string[], id: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') > id) high = middle;
    else low = middle + 1;
  }
  return low;
}
