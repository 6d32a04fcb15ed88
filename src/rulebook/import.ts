import type { Rule } from '../contract/rule.ts';
import { canonicalSentence } from '../language/grammar/canonical.ts';
import { ruleType } from '../language/grammar/draft.ts';
import type { RuleRecords } from '../ports/records.ts';
import { changesBetween, historyEntry } from './change.ts';
import { checked, checkedConditions, invalid, RuleDocument } from './input.ts';
import type { ruleStore, Write } from './store.ts';
import type { Author } from './types.ts';

/**
 * The rules of an exported document, checked as a whole. Kind and canonical sentence are made anew from the conditions, so
 * a document cannot show one rule and mean another.
 */
export function readDocument(document: unknown): Rule[] {
  const { rules } = checked(RuleDocument, document);
  const ids = new Set<string>();
  return rules.map((rule, index) => {
    if (ids.has(rule.rule_id)) throw invalid([{ field: `rules.${index}.rule_id`, problem: 'occurs twice' }]);
    ids.add(rule.rule_id);
    const conditions = checkedConditions(rule.conditions, `rules.${index}.conditions`);
    return { ...rule, conditions, type: ruleType(conditions), canonical: canonicalSentence(conditions) };
  });
}

/** Writes the rules: all or none. Ids stay; a version is raised where the store already has one. */
export async function importRules(
  rules: readonly Rule[],
  author: Author,
  records: RuleRecords,
  store: ReturnType<typeof ruleStore>,
  now: () => Date,
): Promise<{ created: number; updated: number }> {
  const at = now().toISOString();
  const writes: Write[] = [];
  const before = new Map<string, Rule>();
  for (const rule of rules) {
    const stored = await records.get(rule.rule_id);
    if (stored === null) {
      const version = Math.max(rule.version, (await lastVersion(records, rule.rule_id)) + 1);
      writes.push({ entry: historyEntry('created', { ...rule, version }, null, author, at), expectedVersion: 0 });
      continue;
    }
    const next: Rule = { ...rule, version: stored.version + 1, updated_at: at };
    if (changesBetween(stored, next).length === 0) continue;
    before.set(rule.rule_id, stored);
    writes.push({ entry: historyEntry('updated', next, stored, author, at), expectedVersion: stored.version });
  }
  await store.writeAll(writes, async ({ entry }) => {
    const was = before.get(entry.rule_id);
    const version = entry.version + 1;
    const undone = { user: author.user, reason: 'import undone' };
    return was
      ? { entry: historyEntry('restored', { ...was, version }, entry.rule, undone, at), expectedVersion: entry.version }
      : {
          entry: historyEntry('deleted', { ...entry.rule, version, enabled: false }, entry.rule, undone, at),
          expectedVersion: entry.version,
          remove: true,
        };
  });
  return { created: writes.length - before.size, updated: before.size };
}

export async function lastVersion(records: RuleRecords, id: string): Promise<number> {
  return (await records.history(id)).reduce((last, entry) => Math.max(last, entry.version), 0);
}
