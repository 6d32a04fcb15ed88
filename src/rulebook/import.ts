import { can } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import { MAX_ASSUMPTIONS, type Rule, type RuleVersion } from '../contract/rule.ts';
import { canonicalSentence } from '../language/grammar/canonical.ts';
import { ruleType } from '../language/grammar/draft.ts';
import type { RuleRecords, RuleWrite } from '../ports/records.ts';
import { assumedUnits, asWritten } from './as-written.ts';
import { changesBetween, historyEntry } from './change.ts';
import { checked, checkedConditions, invalid, MAX_IMPORTED, RuleDocument } from './input.ts';
import type { RuleStore } from './store.ts';
import type { Author } from './types.ts';

/**
 * The rules of an exported document, checked as a whole and given to `owner`. Kind and canonical sentence are made anew
 * from the conditions, so a document cannot show one rule and mean another.
 */
export function readDocument(document: unknown, owner: string): Rule[] {
  const { rules } = checked(RuleDocument, readable(document));
  const ids = new Set<string>();
  return rules.map((rule, index) => {
    if (ids.has(rule.rule_id)) throw invalid([{ field: `rules.${index}.rule_id`, problem: 'occurs twice' }]);
    ids.add(rule.rule_id);
    const conditions = checkedConditions(rule.conditions, `rules.${index}.conditions`);
    const { scope = 'mine' } = rule;
    const assumptions = [...new Set([...assumedUnits(rule.conditions), ...rule.assumptions])].slice(0, MAX_ASSUMPTIONS);
    const timed = rule.timing === undefined ? {} : { timing: rule.timing };
    const made = {
      conditions,
      assumptions,
      type: ruleType(conditions),
      canonical: canonicalSentence(conditions, timed),
    };
    return { ...rule, ...made, owner, scope };
  });
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The document with the conditions of its rules as the schema wants them, where people wrote them otherwise. */
function readable(document: unknown): unknown {
  if (!isFields(document) || !Array.isArray(document.rules) || document.rules.length > MAX_IMPORTED) return document;
  const rules = document.rules.map((rule) =>
    isFields(rule) ? { ...rule, conditions: asWritten(rule.conditions) } : rule,
  );
  return { ...document, rules };
}

/** Writes the rules: all or none. Ids stay; a version is raised where the store already has one. */
export async function importRules(
  ctx: CallContext,
  rules: readonly Rule[],
  author: Author,
  records: RuleRecords,
  store: RuleStore,
  now: () => Date,
): Promise<{ created: number; updated: number }> {
  const at = now().toISOString();
  const writes: RuleWrite[] = [];
  let updated = 0;
  for (const [index, rule] of rules.entries()) {
    const stored = await records.get(rule.rule_id);
    const { newest, last } = await lastVersion(records, rule.rule_id);
    const past = stored ?? newest?.rule;
    if (past !== undefined && !can(ctx.principal, 'rules:write', past)) {
      throw invalid([{ field: `rules.${index}.rule_id`, problem: 'is the id of another rule' }]);
    }
    if (stored === null) {
      const version = Math.max(rule.version, last + 1);
      writes.push({ entry: historyEntry('created', { ...rule, version }, null, author, at), expectedVersion: 0 });
      continue;
    }
    const { owner } = stored;
    const next: Rule = { ...rule, owner, version: stored.version + 1, updated_at: at };
    if (changesBetween(stored, next).length === 0) continue;
    updated += 1;
    writes.push({ entry: historyEntry('updated', next, stored, author, at), expectedVersion: stored.version });
  }
  if (writes.length > 0) await store.write(...writes);
  return { created: writes.length - updated, updated };
}

/** The newest entry of a rule's history that can be read, and the last version of all: 0 where there never was such a rule. */
export async function lastVersion(
  records: RuleRecords,
  id: string,
): Promise<{ newest: RuleVersion | undefined; last: number }> {
  const { versions, unreadable } = await records.history(id);
  const newest = versions.at(-1);
  return { newest, last: Math.max(newest?.version ?? 0, ...unreadable) };
}
