import type { Rule, RuleVersion } from '../../src/contract/rule.ts';
import { AppError } from '../../src/errors.ts';
import type { EvaluationLog, Outcome, RuleRecords } from '../../src/ports/records.ts';

export interface MadeRecords {
  readonly rules: RuleRecords;
  readonly evaluations: EvaluationLog;
  close?(): Promise<void>;
}

/** The record port in memory, for tests: everything goes in and out as a copy, as through a real store. */
export function memoryRecords(options: { transactions?: boolean } = {}): MadeRecords {
  const rules = new Map<string, Rule>();
  const history = new Map<string, RuleVersion[]>();
  const log: { analysis: string; at: string; verdicts: readonly Outcome[] }[] = [];
  let revision = 0;

  function write(entry: RuleVersion, expectedVersion: number, remove: boolean): void {
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
    async list({ enabled, type }, { limit, offset }) {
      const found = [...rules.values()]
        .filter((r) => (enabled === undefined || r.enabled === enabled) && (type === undefined || r.type === type))
        .sort((a, b) => a.created_at.localeCompare(b.created_at) || a.rule_id.localeCompare(b.rule_id));
      return { items: structuredClone(found.slice(offset, offset + limit)), total: found.length };
    },
    write: async (entry, { expectedVersion, remove }) => write(entry, expectedVersion, remove ?? false),
    history: async (id) => structuredClone(history.get(id) ?? []),
    revision: async () => revision,
  };
  if (options.transactions) {
    records.writeAll = async (entries) => {
      const before = [new Map(rules), new Map(history), revision] as const;
      try {
        for (const { entry, expectedVersion, remove } of entries) write(entry, expectedVersion, remove ?? false);
      } catch (thrown) {
        rules.clear();
        history.clear();
        for (const [id, rule] of before[0]) rules.set(id, rule);
        for (const [id, versions] of before[1]) history.set(id, versions);
        revision = before[2];
        throw thrown;
      }
    };
  }

  return {
    rules: records,
    evaluations: {
      async append(analysis, at, outcomes) {
        log.push({ analysis, at, verdicts: structuredClone(outcomes) });
      },
      async statistics(ruleId) {
        const own = log
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
