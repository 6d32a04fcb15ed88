import * as z from 'zod';
import { type Conflict, Rule, RuleDraft } from '../../rules/schema.ts';
import type { ToolAnswer } from './tool.ts';

const { rule_id, enabled, version, created_at, updated_at, created_by } = Rule.shape;

/** A stored rule, or one that was only shown. */
export const RuleOutput = z.strictObject({
  rule_id: rule_id.optional().describe('absent: not stored'),
  ...RuleDraft.shape,
  enabled: enabled.optional(),
  version: version.optional(),
  created_at: created_at.optional(),
  updated_at: updated_at.optional(),
  created_by: created_by.optional(),
});
export type RuleOutput = z.infer<typeof RuleOutput>;

const ConflictOutput = z.strictObject({
  kind: z.enum(['contradiction', 'subsumed', 'impossible']),
  rule_ids: z.array(z.string()),
  sentences: z.array(z.string()),
  explanation: z.string(),
});

export const RuleChangeOutput = z.strictObject({
  stored: z.boolean(),
  rule: RuleOutput,
  conflicts: z.array(ConflictOutput).describe('warnings'),
});

export function ruleChangeAnswer(change: {
  rule: RuleDraft | Rule;
  conflicts: readonly Conflict[];
}): ToolAnswer<z.infer<typeof RuleChangeOutput>> {
  const { rule } = change;
  const conflicts = change.conflicts.map((c) => ({ ...c, rule_ids: [...c.rule_ids], sentences: [...c.sentences] }));
  const stored = 'rule_id' in rule;
  const own = stored ? rule.rule_id : 'draft';
  const withOthers = (ids: readonly string[]) => {
    const others = ids.filter((id) => id !== own);
    return others.length > 0 ? ` with ${others.join(', ')}` : '';
  };
  return {
    text: [
      stored ? ruleLine(rule) : `Preview, not stored: ${rule.canonical} (priority ${rule.priority})`,
      ...rule.assumptions.map((assumption) => `- assumed: ${assumption}`),
      ...conflicts.map((c) => `- ${c.kind}${withOthers(c.rule_ids)}: ${c.explanation}`),
    ].join('\n'),
    structured: { stored, rule, conflicts },
  };
}

export function ruleLine(rule: Rule): string {
  const state = rule.enabled ? 'enabled' : 'disabled';
  return `**${rule.rule_id}** (${state}, priority ${rule.priority}, version ${rule.version}): ${rule.canonical}`;
}
