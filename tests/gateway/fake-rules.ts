import type { Conflict, Rule, RuleDraft, RuleVersion } from '../../src/contract/rule.ts';
import { AppError } from '../../src/errors.ts';
import type { ParseResult } from '../../src/language/reading.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { RuleFilter } from '../../src/ports/records.ts';
import type { Author, NewRule, RuleBook, RuleChange, RulePatch } from '../../src/rulebook/types.ts';

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
    bus.emit({ type: 'rule_changed', rule_id: rule.rule_id, action });
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

  function understood(input: Pick<NewRule, 'text' | 'conditions' | 'priority' | 'context'>): RuleDraft {
    if (input.conditions) return { ...draft(0, null, input.priority ?? 5, null), conditions: [...input.conditions] };
    const parsed = parse(input.text ?? '', input.priority, input.context ?? null);
    if (!parsed.ok) throw new AppError('RULES_004', { details: { unknown: parsed.unknown } });
    return parsed.draft;
  }

  const book: RuleBook = {
    async parse(text, options) {
      return parse(text, options?.priority, options?.context ?? null);
    },
    async check(candidate) {
      return { conflicts: conflictsOf(candidate) };
    },
    async create(input, author, options) {
      next += 1;
      const read = await options?.read?.(input.text ?? '', {});
      const base = read?.ok ? read.draft : understood(input);
      const identity = { rule_id: `rule_${next}`, version: 1, created_at: AT, updated_at: AT, created_by: author.user };
      const rule = { ...base, ...identity, name: input.name ?? base.name, enabled: input.enabled ?? true };
      return write(rule, 'created', author);
    },
    async get(id) {
      return find(id);
    },
    async list(filter: RuleFilter, { limit, offset }) {
      const items = [...rules.values()].filter(
        (r) => (filter.enabled ?? r.enabled) === r.enabled && (filter.type ?? r.type) === r.type,
      );
      return { items: items.slice(offset, offset + limit), total: items.length };
    },
    async update(id, patch: RulePatch, author) {
      const before = find(id);
      const reread = patch.text === undefined ? {} : understood({ text: patch.text });
      return write({ ...before, ...reread, ...patch, version: before.version + 1 } as Rule, 'updated', author);
    },
    async preview(id, patch: RulePatch) {
      const before = find(id);
      const reread = patch.text === undefined ? {} : understood({ text: patch.text });
      const rule = { ...before, ...reread, ...patch } as Rule;
      return { rule, conflicts: conflictsOf(rule) };
    },
    async remove(id, author) {
      const before = find(id);
      write({ ...before, version: before.version + 1 }, 'deleted', author);
      rules.delete(id);
    },
    async restore(id, version, author) {
      const kept = versions.find((v) => v.rule_id === id && v.version === version);
      if (!kept) throw new AppError('RULES_001', { details: { rule_id: id, version } });
      const latest = Math.max(...versions.filter((v) => v.rule_id === id).map((v) => v.version));
      return write({ ...kept.rule, version: latest + 1 }, 'restored', author);
    },
    async history(id) {
      find(id);
      return versions.filter((v) => v.rule_id === id);
    },
    async statistics() {
      return { total_evaluations: 0, violations: 0, uncertain: 0, violation_rate: null, last_executed: null };
    },
    async conflicts() {
      return [];
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
