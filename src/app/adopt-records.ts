import type { RuleVersion } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import type { RecordKind } from '../ports/records.ts';
import { analysisRow } from '../storage/records/copy-store.ts';
import { ANALYSIS, readable } from '../storage/records/readable.ts';
import { recordsOver } from '../storage/records/records-over.ts';
import type { Store } from '../storage/records/store.ts';
import { ownedFeedback, ruleOf, withOwner } from './owned-by.ts';

const KEYS_AT_ONCE = 200;
/** What is said of one analysis is never more. */
const MOST_FEEDBACK = 1000;

/**
 * Gives `owner` the records of `source` that the target has already, the same, and that no user of it sees: an import without
 * an owner left them so. Answers the rules that are the owner's now, by id, with their histories in the target: a rule gets one more
 * version.
 */
export async function adoptRecords(
  source: Store,
  target: Store,
  owner: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { registry } = recordsOver(target);
  const isFree = async (other: string) => other !== owner && (await registry.get('user', other)) === null;
  const rules = new Map<string, readonly string[]>();
  const steps: readonly (readonly [RecordKind, (id: string) => Promise<void>])[] = [
    ['calibration', (id) => adoptCalibration(id)],
    ['rule version', (id) => adoptRule(id)],
    ['analysis', (id) => adoptAnalysis(id)],
  ];

  async function adoptCalibration(id: string): Promise<void> {
    const [text, there] = [await source.call('getCalibration', id), await target.call('getCalibration', id)];
    if (text === null || text !== there) return;
    const record = JSON.parse(there) as { owner: string; created_at: string };
    if (!(await isFree(record.owner))) return;
    const row = { id, created_at: record.created_at, owner, calibration: withOwner(there, owner) };
    await target.call('putCalibration', row);
  }

  async function adoptRule(id: string): Promise<void> {
    const given = (await source.call('ruleHistory', id)).texts.map((text) => ruleOf(text, owner));
    const { texts } = await target.call('ruleHistory', id);
    if (texts.length < given.length || given.some((text, at) => ruleOf(texts[at] ?? '', owner) !== text)) return;
    const head = await target.call('ruleHead', id);
    if (head !== null && head.owner !== owner) {
      if (!(await isFree(head.owner))) return;
      const last = JSON.parse(texts.at(-1) ?? '') as RuleVersion;
      const version = last.version + 1;
      const created_at = new Date().toISOString();
      const rule = { ...last.rule, owner, version, updated_at: created_at };
      const changes = ['owner'];
      const told = { user_id: 'local', reason: 'import with --owner', created_at };
      const entry: RuleVersion = { rule_id: id, version, action: 'updated', rule, changes, ...told };
      const row = { entry: JSON.stringify(entry), expectedVersion: last.version, remove: false };
      await target.call('writeRules', [row]);
    }
    rules.set(id, (await target.call('ruleHistory', id)).texts);
  }

  async function adoptAnalysis(id: string): Promise<void> {
    const [given, there] = [await source.call('getAnalysis', id), await target.call('getAnalysis', id)];
    if (given === null || given.analysis !== there?.analysis || !(await isFree(there.owner))) return;
    const state = await target.call('analysisState', id);
    if (state === null || state !== (await source.call('analysisState', id))) return;
    const evaluations = await target.call('evaluationsOf', id);
    const said = await target.call('entriesUnder', 'feedback', id, MOST_FEEDBACK);
    // What goes with it (feedback, vectors) has its owner as well.
    await target.call('deleteAnalysis', id);
    const record = { ...there, owner, state };
    await target.call('putAnalysis', analysisRow(id, readable(there.analysis, ANALYSIS), record));
    if (evaluations) {
      await target.call('appendEvaluations', owner, id, evaluations.at, JSON.stringify(evaluations.rows));
    }
    for (const text of said) {
      const entry = ownedFeedback(text, owner).text;
      const { value: _, ...row } = JSON.parse(entry);
      await target.call('addEntry', { kind: 'feedback', ...row, entry });
    }
  }

  for (const [kind, adopt] of steps) {
    let last = '';
    for (let after = { a: '', b: 0 as string | number | null }; ; ) {
      const keys = await source.call('recordKeys', kind, after, KEYS_AT_ONCE);
      const end = keys.at(-1);
      if (end === undefined) break;
      for (const { a: id } of keys) {
        signal?.throwIfAborted();
        if (id !== last) await unlessDamaged(() => adopt(id));
        last = id;
      }
      after = end;
    }
  }
  return rules;
}

/** What is damaged, there or in the source, the copy tells. */
async function unlessDamaged(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'DB_003')) throw thrown;
  }
}
