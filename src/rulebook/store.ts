import { can } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Rule, RuleVersion } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import type { Bus } from '../ports/bus.ts';
import type { RuleFilter, RuleRecords, RuleWrite } from '../ports/records.ts';

const PAGE = 500;

/** The records with the habits that every use of a rule needs. */
export function ruleStore(records: RuleRecords, bus?: Bus) {
  /** The rule, or RULES_001 also where it is not the caller's. */
  async function getOrThrow(ctx: CallContext, id: string): Promise<Rule> {
    const rule = await records.get(id);
    if (rule === null) throw await gone(ctx, id);
    if (!can(ctx.principal, 'rules:read', rule)) throw notFound(id);
    return rule;
  }

  /** RULES_001, which says how a removed rule of the caller's comes back. */
  async function gone(ctx: CallContext, id: string): Promise<AppError> {
    const last = (await records.history(id)).at(-1);
    return last === undefined || !can(ctx.principal, 'rules:read', last.rule) ? notFound(id) : removed(last);
  }

  /** All versions, or RULES_001 also where the newest is not the caller's. */
  async function history(ctx: CallContext, id: string): Promise<RuleVersion[]> {
    const versions = await records.history(id);
    const newest = versions.at(-1);
    if (newest === undefined || !can(ctx.principal, 'rules:read', newest.rule)) throw notFound(id);
    return versions;
  }

  async function all(ctx: CallContext, filter: RuleFilter = {}): Promise<Rule[]> {
    const rules: Rule[] = [];
    for (;;) {
      const page = await records.list(ctx.principal.id, filter, { limit: PAGE, offset: rules.length });
      rules.push(...page.items);
      if (page.items.length < PAGE) return rules;
    }
  }

  async function write(...entries: readonly RuleWrite[]): Promise<void> {
    await records.write(entries);
    for (const { entry } of entries) {
      const { owner, scope } = entry.rule;
      bus?.emit({ type: 'rule_changed', rule_id: entry.rule_id, action: entry.action, owner, scope });
    }
  }

  return { getOrThrow, history, all, write };
}

export type RuleStore = ReturnType<typeof ruleStore>;

export const notFound = (id: string, version?: number): AppError =>
  new AppError('RULES_001', {
    ...(version !== undefined && { message: 'The rule has no such version.' }),
    details: { rule_id: id.slice(0, 64), ...(version !== undefined && { version }) },
  });

const removed = ({ rule_id, created_at }: RuleVersion): AppError =>
  new AppError('RULES_001', {
    message: `The rule was deleted (${created_at}).`,
    advice: `Bring it back with update_rule {"rule_id": "${rule_id}", "action": "restore"}; its history is in rule://${rule_id}.`,
    details: { rule_id, deleted_at: created_at },
  });

/** Does it once more when somebody else changed the rule in between. */
export async function retryOnVersionConflict<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'RULES_006') throw thrown;
    return attempt();
  }
}
