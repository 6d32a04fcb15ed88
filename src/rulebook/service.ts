import { randomBytes } from 'node:crypto';
import { can, demand } from '../access/can.ts';
import { isUnreadable } from '../access/read-own.ts';
import type { Review } from '../conflicts/review.ts';
import type { ComparedRule } from '../conflicts/statement.ts';
import type { CallContext } from '../contract/call-context.ts';
import { type Condition, type Rule, RuleDraft } from '../contract/rule.ts';
import { Timing } from '../contract/timing.ts';
import { AppError, toAppError } from '../errors.ts';
import { completeDraft } from '../language/grammar/draft.ts';
import { parseSentence } from '../language/grammar/parse.ts';
import type { ParseResult } from '../language/reading.ts';
import type { Bus } from '../ports/bus.ts';
import { AT_ONCE, type Computing } from '../ports/computing.ts';
import type { EvaluationLog, RuleRecords } from '../ports/records.ts';
import { activeRules } from './active.ts';
import { assumedUnits, asWritten } from './as-written.ts';
import { historyEntry, patched } from './change.ts';
import { ALL_CLASHES, CLASHES, REVIEW } from './conflict-search.ts';
import { importRules, lastVersion, readDocument } from './import.ts';
import { authorOf, Conditions, checked, checkedConditions, ReadInput, RulePatchInput, Sentence } from './input.ts';
import type { PromisedNews } from './promised-news.ts';
import { resolveConflicts, switchOff } from './resolve.ts';
import { RuleTimes } from './rule-times.ts';
import { notFound, retryOnVersionConflict, ruleStore } from './store.ts';
import type {
  ActiveRules,
  Author,
  ChangeOptions,
  ConflictList,
  NewRuleOptions,
  RuleBook,
  RuleChange,
  RulePatch,
} from './types.ts';

/** Reads a sentence: the grammar alone, or the grammar with an LLM behind it. */
export type SentenceReader = (
  text: string,
  options: { readonly context?: string; readonly priority?: number; readonly signal?: AbortSignal },
) => Promise<ParseResult>;

export interface RuleBookDeps {
  readonly records: RuleRecords;
  readonly evaluations: EvaluationLog;
  readonly bus?: Bus;
  /** Absent: a change of a process that is killed right behind it may be told to nobody. */
  readonly news?: PromisedNews;
  /** The grammar when absent. */
  readonly read?: SentenceReader;
  /** Rules are tried on a reference desk too; false: only what conditions alone prove is found. */
  readonly tried?: boolean;
  /** What judging took; absent: nobody measures it. */
  readonly times?: RuleTimes;
  /** At once when absent. */
  readonly computing?: Computing;
  readonly now?: () => Date;
  readonly newId?: () => string;
}

const BASE32 = 'abcdefghijkmnpqrstuvwxyz23456789';

/** `rule_` and 60 random bits. */
const randomId = () => `rule_${[...randomBytes(12)].map((byte) => BASE32[byte & 31]).join('')}`;

export function createRuleBook(deps: RuleBookDeps): RuleBook {
  const { records, evaluations, bus, computing = AT_ONCE, tried = false, times = new RuleTimes() } = deps;
  const readSentence: SentenceReader = deps.read ?? (async (text, options) => parseSentence(text, options));
  const now = deps.now ?? (() => new Date());
  const newId = deps.newId ?? randomId;
  const store = ruleStore(records, bus, deps.news);
  const active = activeRules(records, store);
  /** Of rules that are kept because nobody changed them. */
  const clashes = new WeakMap<ActiveRules, ConflictList>();

  async function reviewed(ctx: CallContext, rule: ComparedRule, enabled = true): Promise<Review> {
    if (!enabled) return { conflicts: [] };
    const others = (await store.all(ctx, { enabled: true })).filter((other) => other.rule_id !== rule.rule_id);
    return computing.run(REVIEW, { rule, others, tried }, ctx.signal);
  }

  /** Of a rule that is stored: a search that does not end must not look as if nothing had been stored. */
  async function reviewedIfPossible(ctx: CallContext, rule: Rule): Promise<Review> {
    try {
      return await reviewed(ctx, rule, rule.enabled);
    } catch (thrown) {
      const { message } = toAppError(thrown);
      const explanation = `not known whether it can hold beside the others: ${message}`;
      return { conflicts: [], together: { rule_ids: [rule.rule_id], arrangement: null, explanation } };
    }
  }

  /** The stored rule with what is to be said about it, after what the caller wants done about its conflicts. */
  async function withReview(ctx: CallContext, rule: Rule, options: ChangeOptions): Promise<RuleChange> {
    const { onConflict, yields = [] } = options;
    if ((onConflict === undefined && yields.length === 0) || !rule.enabled) {
      return { rule, ...(await reviewedIfPossible(ctx, rule)) };
    }
    const author = authorOf(ctx, options.reason);
    const clashes = (of: Rule, others: readonly Rule[]) => computing.run(CLASHES, { rule: of, others }, ctx.signal);
    const enabled = (await store.all(ctx, { enabled: true })).filter((other) => other.rule_id !== rule.rule_id);
    const change = async (id: string, to: { enabled: false } | { conditions: readonly Condition[] }, by: Author) => {
      const before = await store.getOrThrow(ctx, id);
      return changed(ctx, id, 'enabled' in to ? to : { draft: byHand(to.conditions, before.context) }, by);
    };
    const done =
      onConflict === undefined
        ? await switchOff(rule, yields, enabled, author, change)
        : await resolveConflicts(rule, enabled, onConflict, author, change, clashes);
    return { ...done, ...(await reviewedIfPossible(ctx, done.rule)) };
  }

  async function create(ctx: CallContext, draft: RuleDraft, options: NewRuleOptions = {}): Promise<RuleChange> {
    demand(ctx.principal, 'rules:write');
    const author = authorOf(ctx, options.reason);
    const { enabled = true, scope = 'mine' } = options;
    const content = checked(RuleDraft, draft);
    const at = now().toISOString();
    const base = {
      ...content,
      conditions: checkedConditions(content.conditions),
      enabled,
      version: 1,
      created_at: at,
      updated_at: at,
      created_by: author.user,
      owner: ctx.principal.id,
      scope,
    };
    const rule = await retryOnVersionConflict(async () => {
      const fresh: Rule = { rule_id: newId(), ...base };
      // An id whose rule was removed keeps its history: never give it to another rule.
      if ((await lastVersion(records, fresh.rule_id)).last > 0) throw new AppError('RULES_006');
      await store.write({ entry: historyEntry('created', fresh, null, author, at), expectedVersion: 0 });
      return fresh;
    });
    return withReview(ctx, rule, options);
  }

  /** Stores the patched rule as its next version; a patch that changes nothing makes none. */
  async function changed(
    ctx: CallContext,
    id: string,
    input: RulePatch,
    author: Author,
    expectedVersion?: number,
  ): Promise<Rule> {
    const patch = checked(RulePatchInput, input) as RulePatch;
    return retryOnVersionConflict(async () => {
      const before = await store.getOrThrow(ctx, id);
      if (expectedVersion !== undefined && before.version !== expectedVersion) throw new AppError('RULES_006');
      const next = patched(before, patch);
      return next === null ? before : save(next, before, author);
    });
  }

  async function save(next: Rule, before: Rule, author: Author): Promise<Rule> {
    const at = now().toISOString();
    const rule: Rule = { ...next, version: before.version + 1, updated_at: at };
    await store.write({ entry: historyEntry('updated', rule, before, author, at), expectedVersion: before.version });
    return rule;
  }

  async function remove(ctx: CallContext, id: string, options: { permanent?: boolean; reason?: string } = {}) {
    demand(ctx.principal, options.permanent ? 'rules:delete' : 'rules:write');
    const author = authorOf(ctx, options.reason);
    await retryOnVersionConflict(async () => {
      const before = await store.getOrThrow(ctx, id).catch((thrown: unknown) => {
        if (isUnreadable(thrown)) return store.lastReadable(ctx, id, thrown);
        throw thrown;
      });
      if (!options.permanent) {
        // It is there still, and can be enabled again: who hears of it keeps it in the list.
        if (before.enabled) await save({ ...before, enabled: false }, before, author);
        return;
      }
      const at = now().toISOString();
      const last: Rule = { ...before, version: before.version + 1, updated_at: at };
      const entry = historyEntry('deleted', last, before, author, at);
      await store.write({ entry, expectedVersion: before.version, remove: true });
    });
  }

  async function restore(ctx: CallContext, id: string, options: { version?: number; reason?: string } = {}) {
    demand(ctx.principal, 'rules:write');
    const author = authorOf(ctx, options.reason);
    const rule = await retryOnVersionConflict(async () => {
      let isCurrentLost = false;
      const before = await records.get(id).catch((thrown: unknown) => {
        isCurrentLost = isUnreadable(thrown);
        if (isCurrentLost) return store.lastReadable(ctx, id, thrown);
        throw thrown;
      });
      const { versions: past, unreadable } = await store.history(ctx, id);
      const newest = past.at(-1)?.version ?? 0;
      const last = Math.max(newest, ...unreadable);
      // What a removal wrote last is the rule as it was; so is the newest version of one that is damaged.
      const version = options.version ?? (before === null || isCurrentLost ? newest : (past.at(-2)?.version ?? newest));
      const wanted = past.find((entry) => entry.version === version);
      if (wanted === undefined) throw notFound(id, version);
      const at = now().toISOString();
      const { owner } = past.at(-1)!.rule;
      const restored: Rule = { ...wanted.rule, owner, version: last + 1, updated_at: at };
      const entry = historyEntry('restored', restored, before, author, at);
      await store.write({ entry, expectedVersion: before?.version ?? 0 });
      return restored;
    });
    return withReview(ctx, rule, {});
  }

  return {
    async read(ctx, source, options = {}) {
      demand(ctx.principal, 'rules:read');
      const { name, context, priority } = checked(ReadInput, options);
      if ('conditions' in source) {
        const typed = checked(Conditions, asWritten(source.conditions), 'conditions');
        const conditions = checkedConditions(typed);
        const { timing: said } = source;
        const timing = said === undefined || said === null ? undefined : checked(Timing, said, 'timing');
        const given = {
          ...(name !== undefined && { name }),
          ...(priority !== undefined && { priority }),
          ...(timing && { timing }),
        };
        const assumptions = assumedUnits(typed);
        const rest = { context: context ?? null, source: 'manual', assumptions } as const;
        return { ok: true, draft: completeDraft(conditions, { ...given, ...rest }) };
      }
      const result = await readSentence(checked(Sentence, source.text, 'text'), {
        ...(context !== undefined && { context }),
        ...(priority !== undefined && { priority }),
        ...(ctx.signal && { signal: ctx.signal }),
      });
      if (!result.ok) return result;
      const own = { ...(name !== undefined && { name }), ...(priority !== undefined && { priority }) };
      return {
        ok: true,
        draft: checked(RuleDraft, { ...result.draft, ...own, context: context ?? result.draft.context }),
      };
    },
    async check(ctx, draft) {
      demand(ctx.principal, 'rules:read');
      return reviewed(ctx, { ...draft, rule_id: 'draft' });
    },
    create,
    async get(ctx, id) {
      demand(ctx.principal, 'rules:read');
      return store.getOrThrow(ctx, id);
    },
    async list(ctx, filter, page) {
      demand(ctx.principal, 'rules:read');
      return records.list(ctx.principal.id, filter, page);
    },
    async count(ctx, filter) {
      demand(ctx.principal, 'rules:read');
      return records.count(ctx.principal.id, filter);
    },
    async ids(ctx, prefix, limit) {
      demand(ctx.principal, 'rules:read');
      return records.ids(ctx.principal.id, prefix, limit);
    },
    async removed(ctx, page) {
      demand(ctx.principal, 'rules:read');
      return records.removed(ctx.principal.id, page);
    },
    async active(ctx) {
      demand(ctx.principal, 'rules:read');
      return active(ctx);
    },
    async update(ctx, id, patch, options = {}) {
      demand(ctx.principal, 'rules:write');
      return withReview(
        ctx,
        await changed(ctx, id, patch, authorOf(ctx, options.reason), options.expectedVersion),
        options,
      );
    },
    async preview(ctx, id, input) {
      demand(ctx.principal, 'rules:read');
      const patch = checked(RulePatchInput, input) as RulePatch;
      const before = await store.getOrThrow(ctx, id);
      const rule = patched(before, patch) ?? before;
      return { rule, ...(await reviewed(ctx, rule, rule.enabled)) };
    },
    remove,
    restore,
    async history(ctx, id) {
      demand(ctx.principal, 'rules:read');
      return store.history(ctx, id);
    },
    async statistics(ctx, id) {
      demand(ctx.principal, 'rules:read');
      const rule = await records.head(id);
      if (rule === null || !can(ctx.principal, 'rules:read', rule)) await store.history(ctx, id);
      return { ...(await evaluations.statistics(ctx.principal.id, id)), ...times.of(ctx.principal.id, id) };
    },
    async conflicts(ctx) {
      demand(ctx.principal, 'rules:read');
      const rules = await active(ctx);
      const known = clashes.get(rules);
      if (known !== undefined) return known;
      const found = await computing.run(ALL_CLASHES, rules.rules, ctx.signal);
      clashes.set(rules, found);
      return found;
    },
    async export(ctx) {
      demand(ctx.principal, 'rules:read');
      const { rules, unreadable } = await store.every(ctx, {});
      return { version: 1, rules, ...(unreadable.length > 0 && { unreadable }) };
    },
    async import(ctx, document) {
      demand(ctx.principal, 'rules:write');
      const author = authorOf(ctx);
      const rules = readDocument(document, ctx.principal.id);
      return retryOnVersionConflict(() => importRules(ctx, rules, author, records, store, now));
    },
  };
}

function byHand(conditions: readonly Condition[], context: string | null): RuleDraft {
  return completeDraft(checkedConditions(conditions), { context, source: 'manual' });
}
