import type { CallContext } from '../../src/contract/call-context.ts';
import type { Conflict, Rule, RuleDraft, RuleVersion } from '../../src/contract/rule.ts';
import { AppError } from '../../src/errors.ts';
import type { ParseResult } from '../../src/language/reading.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { RuleFilter } from '../../src/ports/records.ts';
import { Conditions, checked, checkedConditions } from '../../src/rulebook/input.ts';
import type { Author, RuleBook, RuleChange, RulePatch } from '../../src/rulebook/types.ts';
import { pageOf } from '../support/pages.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** Understands "… N mm …" and nothing else; two rules with the same distance count as a conflict. */
export function createFakeRules(bus: Bus): { book: RuleBook; rules: () => Rule[] } {
  const rules = new Map<string, Rule>();
  const versions: RuleVersion[] = [];
  let next = 0;

  function write(rule: Rule, action: RuleVersion['action'], author: Author): RuleChange {
    rules.set(rule.rule_id, rule);
    versions.push({
      rule_id: rule.rule_id,
      version: rule.version,
      action,
      rule,
      changes: [],
      user_id: author.user,
      reason: author.reason ?? null,
      created_at: AT,
    });
    bus.emit({ type: 'rule_changed', rule_id: rule.rule_id, action, owner: rule.owner, scope: rule.scope });
    return { rule, conflicts: conflictsOf(rule) };
  }

  function conflictsOf(draft: RuleDraft): Conflict[] {
    const own = 'rule_id' in draft ? (draft as Rule).rule_id : 'new';
    return [...rules.values()]
      .filter((r) => r.rule_id !== own && r.conditions[0]?.value === draft.conditions[0]?.value)
      .map((r) => ({
        kind: 'subsumed' as const,
        rule_ids: [own, r.rule_id],
        sentences: [draft.canonical, r.canonical],
        explanation: 'They ask for the same.',
      }));
  }

  function parse(text: string, priority = 8, context: string | null = null): ParseResult {
    const mm = /(\d+(?:\.\d+)?) ?mm/.exec(text)?.[1];
    if (mm === undefined) {
      const ambiguous = text.includes('near');
      return {
        ok: false,
        unknown: [text.slice(0, 40)],
        suggestions: ['Keep mugs at least 150 mm away from laptops'],
        question: ambiguous ? 'How near is near?' : null,
        reason: 'There is no distance in the sentence.',
      };
    }
    return { ok: true, draft: draft(Number(mm), text, priority, context) };
  }

  function draft(value: number, text: string | null, priority: number, context: string | null): RuleDraft {
    return {
      name: 'Distance',
      type: 'distance',
      conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value, unit: 'mm' }],
      actions: [],
      priority,
      context,
      text,
      canonical: `every mug keeps at least ${value} mm from every laptop`,
      assumptions: [],
      source: text === null ? 'manual' : 'grammar',
    };
  }

  function find(id: string): Rule {
    const rule = rules.get(id);
    if (!rule) throw new AppError('RULES_001', { details: { rule_id: id } });
    return rule;
  }

  const author = ({ principal }: CallContext, reason?: string): Author => ({
    user: principal.id,
    ...(reason !== undefined && { reason }),
  });
  const patched = (before: Rule, { draft: reread, ...fields }: RulePatch) =>
    ({ ...before, ...reread, ...fields }) as Rule;

  const matching = ({ enabled, type }: RuleFilter) =>
    [...rules.values()].filter((r) => (enabled ?? r.enabled) === r.enabled && (type ?? r.type) === r.type);

  const book: RuleBook = {
    async read(_ctx, source, options = {}) {
      if ('text' in source) {
        const parsed = parse(source.text, options.priority, options.context ?? null);
        return parsed.ok && options.name ? { ok: true, draft: { ...parsed.draft, name: options.name } } : parsed;
      }
      const conditions = checkedConditions(checked(Conditions, source.conditions));
      return { ok: true, draft: { ...draft(0, null, options.priority ?? 5, options.context ?? null), conditions } };
    },
    async check(_ctx, candidate) {
      return { conflicts: conflictsOf(candidate) };
    },
    async create(ctx, base, { enabled = true, scope = 'mine', reason } = {}) {
      next += 1;
      const owner = ctx.principal.id;
      const identity = {
        rule_id: `rule_${next}`,
        version: 1,
        created_at: AT,
        updated_at: AT,
        created_by: owner,
        owner,
      };
      return write({ ...base, ...identity, enabled, scope }, 'created', author(ctx, reason));
    },
    async get(_ctx, id) {
      return find(id);
    },
    async list(_ctx, filter, page) {
      return pageOf('rules', matching(filter), (r) => r.rule_id, page);
    },
    count: async (_ctx, filter) => matching(filter).length,
    ids: async (_ctx, prefix, limit) => [...rules.keys()].filter((id) => id.startsWith(prefix)).slice(0, limit),
    async removed(_ctx, page) {
      const last = new Map(versions.map((v) => [v.rule_id, v]));
      const items = [...last.values()].filter((v) => !rules.has(v.rule_id));
      return pageOf('removed_rules', items, (v) => v.rule_id, page);
    },
    async active() {
      return { rules: [...rules.values()].filter((r) => r.enabled), revision: String(versions.length) };
    },
    async update(ctx, id, patch, { reason } = {}) {
      const before = find(id);
      return write({ ...patched(before, patch), version: before.version + 1 }, 'updated', author(ctx, reason));
    },
    async preview(_ctx, id, patch) {
      const rule = patched(find(id), patch);
      return { rule, conflicts: conflictsOf(rule) };
    },
    async remove(ctx, id, { reason } = {}) {
      const before = find(id);
      write({ ...before, version: before.version + 1 }, 'deleted', author(ctx, reason));
      rules.delete(id);
    },
    async restore(ctx, id, { version, reason } = {}) {
      const own = versions.filter((v) => v.rule_id === id);
      const kept = version === undefined ? own.at(-1) : own.find((v) => v.version === version);
      if (!kept) throw new AppError('RULES_001', { details: { rule_id: id, version } });
      return write({ ...kept.rule, version: own.at(-1)!.version + 1 }, 'restored', author(ctx, reason));
    },
    async history(_ctx, id) {
      find(id);
      return { versions: versions.filter((v) => v.rule_id === id), unreadable: [] };
    },
    async statistics() {
      return {
        total_evaluations: 0,
        violations: 0,
        uncertain: 0,
        violation_rate: null,
        last_executed: null,
        avg_execution_time_ms: null,
        avg_execution_time_reason: 'not measured',
      };
    },
    async conflicts() {
      return { conflicts: [], total: 0 };
    },
    async export() {
      return { version: 1, rules: [...rules.values()] };
    },
    async import() {
      return { created: 0, updated: 0 };
    },
  };
  return { book, rules: () => [...rules.values()] };
}
