import { randomBytes } from 'node:crypto';
import type { Arrangements } from '../conflicts/arrangements.ts';
import { findConflicts } from '../conflicts/detect.ts';
import { type Review, review } from '../conflicts/review.ts';
import type { ComparedRule } from '../conflicts/statement.ts';
import { type Rule, RuleDraft } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import { completeDraft } from '../language/grammar/draft.ts';
import { parseSentence } from '../language/grammar/parse.ts';
import type { ParseResult } from '../language/reading.ts';
import type { Bus } from '../ports/bus.ts';
import type { EvaluationLog, RuleRecords } from '../ports/records.ts';
import { historyEntry, patched, refusal } from './change.ts';
import { importRules, lastVersion, readDocument } from './import.ts';
import { authorOf, checked, checkedConditions, invalid, NewRuleInput, RulePatchInput } from './input.ts';
import { resolveConflicts, switchOff } from './resolve.ts';
import { notFound, onceAgain, ruleStore } from './store.ts';
import type { Author, ChangeOptions, NewRule, RuleBook, RuleChange, RulePatch } from './types.ts';

/** Reads a sentence: the grammar alone, or the grammar with an LLM behind it. */
export type SentenceReader = (
  text: string,
  options: { readonly context?: string; readonly priority?: number },
) => Promise<ParseResult>;

export interface RuleBookParts {
  readonly records: RuleRecords;
  readonly evaluations: EvaluationLog;
  readonly bus?: Bus;
  /** The grammar when absent. */
  readonly read?: SentenceReader;
  /** Tries rules on a desk; without it only what conditions alone prove is found. */
  readonly arrangements?: Arrangements;
  readonly now?: () => Date;
  readonly newId?: () => string;
}

const BASE32 = 'abcdefghijkmnpqrstuvwxyz23456789';

/** `rule_` and 60 random bits. */
const randomId = () => `rule_${[...randomBytes(12)].map((byte) => BASE32[byte & 31]).join('')}`;

export function createRuleBook(parts: RuleBookParts): RuleBook {
  const { records, evaluations, bus } = parts;
  const read: SentenceReader = parts.read ?? (async (text, options) => parseSentence(text, options));
  const now = parts.now ?? (() => new Date());
  const newId = parts.newId ?? randomId;
  const store = ruleStore(records, bus);

  async function draftOf(
    text: string,
    options: { context?: string | null; priority?: number },
    own: SentenceReader | undefined,
  ): Promise<RuleDraft> {
    const { context, priority } = options;
    const result = await (own ?? read)(text, {
      ...(typeof context === 'string' && { context }),
      ...(priority !== undefined && { priority }),
    });
    if (!result.ok) throw refusal(result);
    return checked(RuleDraft, result.draft);
  }

  async function reviewed(rule: ComparedRule, enabled = true): Promise<Review> {
    if (!enabled) return { conflicts: [] };
    const others = (await store.all({ enabled: true })).filter((other) => other.rule_id !== rule.rule_id);
    return review(rule, others, parts.arrangements);
  }

  /** The stored rule with what is to be said about it, after what the caller wants done about its conflicts. */
  async function told(rule: Rule, author: Author, options: ChangeOptions = {}): Promise<RuleChange> {
    const { onConflict, yields = [] } = options;
    if ((onConflict === undefined && yields.length === 0) || !rule.enabled) {
      return { rule, ...(await reviewed(rule, rule.enabled)) };
    }
    const enabled = (await store.all({ enabled: true })).filter((other) => other.rule_id !== rule.rule_id);
    const change = (id: string, patch: RulePatch, by: Author) => stored(id, patch, by, undefined);
    const done =
      onConflict === undefined
        ? await switchOff(rule, yields, enabled, author, change)
        : await resolveConflicts(rule, enabled, onConflict, author, change);
    return { ...done, ...(await reviewed(done.rule, done.rule.enabled)) };
  }

  async function create(input: NewRule, given: Author, options: ChangeOptions = {}): Promise<RuleChange> {
    const author = authorOf(given);
    const { text, conditions, name, context, priority, enabled } = checked(NewRuleInput, input);
    if ((text === undefined) === (conditions === undefined)) {
      throw invalid([{ field: 'text', problem: 'and conditions exclude each other, and one of them is needed' }]);
    }
    const own = { ...(name !== undefined && { name }), ...(priority !== undefined && { priority }) };
    const draft =
      text !== undefined
        ? { ...(await draftOf(text, { ...own, ...(context !== undefined && { context }) }, options.read)), ...own }
        : completeDraft(checkedConditions(conditions ?? []), { ...own, context: context ?? null, source: 'manual' });
    const at = now().toISOString();
    const base = {
      ...checked(RuleDraft, { ...draft, context: context ?? draft.context }),
      enabled: enabled ?? true,
      version: 1,
      created_at: at,
      updated_at: at,
      created_by: author.user,
    };
    const rule = await onceAgain(async () => {
      const fresh: Rule = { rule_id: newId(), ...base };
      // An id whose rule was removed keeps its history: never give it to another rule.
      if ((await lastVersion(records, fresh.rule_id)) > 0) throw new AppError('RULES_006');
      await store.write({ entry: historyEntry('created', fresh, null, author, at), expectedVersion: 0 });
      return fresh;
    });
    return told(rule, author, options);
  }

  /** The patch as a function of the rule as it is; null: it changes nothing. */
  async function patcher(id: string, input: RulePatch, own: SentenceReader | undefined) {
    const patch = checked(RulePatchInput, input) as RulePatch;
    if (patch.text !== undefined && patch.conditions !== undefined) {
      throw invalid([{ field: 'text', problem: 'and conditions exclude each other' }]);
    }
    const current = await store.must(id);
    const context = patch.context === undefined ? current.context : patch.context;
    const parsed = patch.text === undefined ? null : await draftOf(patch.text, { ...patch, context }, own);
    const conditions = patch.conditions === undefined ? null : checkedConditions(patch.conditions);
    return (before: Rule) => patched(before, patch, parsed, conditions);
  }

  async function stored(id: string, input: RulePatch, author: Author, own: SentenceReader | undefined): Promise<Rule> {
    const patch = await patcher(id, input, own);
    return onceAgain(async () => {
      const before = await store.must(id);
      const next = patch(before);
      return next === null ? before : save('updated', next, before, author);
    });
  }

  async function update(id: string, input: RulePatch, given: Author, options: ChangeOptions = {}): Promise<RuleChange> {
    const author = authorOf(given);
    return told(await stored(id, input, author, options.read), author, options);
  }

  /** Stores a changed rule as its next version. */
  async function save(action: 'updated' | 'deleted', next: Rule, before: Rule, author: Author): Promise<Rule> {
    const at = now().toISOString();
    const rule: Rule = { ...next, version: before.version + 1, updated_at: at };
    await store.write({ entry: historyEntry(action, rule, before, author, at), expectedVersion: before.version });
    return rule;
  }

  async function remove(id: string, given: Author, options: { permanent?: boolean } = {}): Promise<void> {
    const author = authorOf(given);
    await onceAgain(async () => {
      const before = await store.must(id);
      if (!options.permanent) {
        if (before.enabled) await save('deleted', { ...before, enabled: false }, before, author);
        return;
      }
      const at = now().toISOString();
      const last: Rule = { ...before, enabled: false, version: before.version + 1, updated_at: at };
      const entry = historyEntry('deleted', last, before, author, at);
      await store.write({ entry, expectedVersion: before.version, remove: true });
    });
  }

  async function restore(id: string, version: number, given: Author): Promise<RuleChange> {
    const author = authorOf(given);
    const rule = await onceAgain(async () => {
      const past = await records.history(id);
      if (past.length === 0) throw notFound(id);
      const wanted = past.find((entry) => entry.version === version);
      if (wanted === undefined) throw notFound(id, version);
      const before = await records.get(id);
      const at = now().toISOString();
      const last = past.reduce((most, entry) => Math.max(most, entry.version), 0);
      const restored: Rule = { ...wanted.rule, version: last + 1, updated_at: at };
      const entry = historyEntry('restored', restored, before, author, at);
      await store.write({ entry, expectedVersion: before?.version ?? 0 });
      return restored;
    });
    return told(rule, author);
  }

  async function known(id: string): Promise<void> {
    if ((await records.get(id)) === null && (await records.history(id)).length === 0) throw notFound(id);
  }

  return {
    parse: (text, options = {}) => read(text, options),
    check: (draft) => reviewed({ ...draft, rule_id: 'draft' }),
    create,
    get: store.must,
    list: (filter, page) => records.list(filter, page),
    update,
    async preview(id, input, options = {}) {
      const patch = await patcher(id, input, options.read);
      const before = await store.must(id);
      const rule = patch(before) ?? before;
      return { rule, ...(await reviewed(rule, rule.enabled)) };
    },
    remove,
    restore,
    async history(id) {
      const versions = await records.history(id);
      if (versions.length === 0) throw notFound(id);
      return versions;
    },
    async statistics(id) {
      await known(id);
      return evaluations.statistics(id);
    },
    conflicts: async () => findConflicts(await store.all({ enabled: true })),
    export: async () => ({ version: 1, rules: await store.all() }),
    async import(document, given) {
      const author = authorOf(given);
      const rules = readDocument(document);
      return onceAgain(() => importRules(rules, author, records, store, now));
    },
  };
}
