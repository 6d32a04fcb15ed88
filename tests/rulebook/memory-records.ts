import type { Rule, RuleVersion } from '../../src/contract/rule.ts';
import { AppError } from '../../src/errors.ts';
import type {
  AnalysisRecords,
  EvaluationLog,
  Outcome,
  RuleFilter,
  RuleRecords,
  RuleWrite,
} from '../../src/ports/records.ts';
import { pageOf } from '../support/pages.ts';

export interface MadeRecords {
  readonly rules: RuleRecords;
  readonly evaluations: EvaluationLog;
  readonly analyses?: Pick<AnalysisRecords, 'put'>;
  close?(): Promise<void>;
}

/** The record port in memory, for tests: everything goes in and out as a copy, as through a real store. */
export function memoryRecords(): MadeRecords {
  let rules = new Map<string, Rule>();
  let history = new Map<string, RuleVersion[]>();
  const log: { owner: string; analysis: string; at: string; verdicts: readonly Outcome[] }[] = [];
  let revision = 0;
  const visible = (owner: string) => (rule: Rule) => rule.owner === owner || rule.scope === 'everyone';
  const matching = (owner: string, { enabled, type }: RuleFilter) =>
    [...rules.values()]
      .filter(visible(owner))
      .filter((r) => (enabled === undefined || r.enabled === enabled) && (type === undefined || r.type === type))
      .sort((a, b) => a.created_at.localeCompare(b.created_at) || a.rule_id.localeCompare(b.rule_id));

  function writeOne({ entry, expectedVersion, remove }: RuleWrite): void {
    const stored = rules.get(entry.rule_id)?.version ?? 0;
    if (stored !== expectedVersion) throw new AppError('RULES_006', { details: { rule_id: entry.rule_id } });
    const versions = history.get(entry.rule_id) ?? [];
    if (versions.some((v) => v.version === entry.version)) throw new AppError('DB_002');
    history.set(entry.rule_id, [...versions, structuredClone(entry)]);
    if (remove) rules.delete(entry.rule_id);
    else rules.set(entry.rule_id, structuredClone(entry.rule));
    revision++;
  }

  const records: RuleRecords = {
    get: async (id) => structuredClone(rules.get(id) ?? null),
    head: async (id) => rules.get(id) ?? null,
    async list(owner, filter, page) {
      return structuredClone(pageOf('rules', matching(owner, filter), (r) => r.rule_id, page));
    },
    count: async (owner, filter) => matching(owner, filter).length,
    async ids(owner, prefix, limit) {
      const ids = matching(owner, {}).map((r) => r.rule_id);
      return ids.filter((id) => id.startsWith(prefix)).slice(0, limit);
    },
    async removed(owner, page) {
      const last = [...history.values()].flatMap((versions) => versions.slice(-1));
      const found = last.filter((v) => !rules.has(v.rule_id) && visible(owner)(v.rule));
      found.sort((a, b) => b.created_at.localeCompare(a.created_at) || b.rule_id.localeCompare(a.rule_id));
      return structuredClone(pageOf('removed_rules', found, (v) => v.rule_id, page));
    },
    async write(entries) {
      const before = [new Map(rules), new Map(history), revision] as const;
      try {
        for (const entry of entries) writeOne(entry);
      } catch (thrown) {
        [rules, history, revision] = before;
        throw thrown;
      }
    },
    history: async (id) => ({ versions: structuredClone(history.get(id) ?? []), unreadable: [] }),
    revision: async () => String(revision),
  };

  return {
    rules: records,
    evaluations: {
      async append(owner, analysis, at, outcomes) {
        log.push({ owner, analysis, at, verdicts: structuredClone(outcomes) });
      },
      async statistics(owner, ruleId) {
        const own = log
          .filter((l) => l.owner === owner)
          .map((l) => ({ at: l.at, kinds: l.verdicts.filter((v) => v.rule_id === ruleId).map((v) => v.verdict) }))
          .filter((l) => l.kinds.some((kind) => kind !== 'not_applicable'));
        const violations = own.filter((l) => l.kinds.includes('violated')).length;
        const uncertain = own.filter((l) => !l.kinds.includes('violated') && l.kinds.includes('uncertain')).length;
        const decided = own.length - uncertain;
        return {
          total_evaluations: own.length,
          violations,
          uncertain,
          violation_rate: decided > 0 ? violations / decided : null,
          last_executed: own.at(-1)?.at ?? null,
        };
      },
    },
  };
}
