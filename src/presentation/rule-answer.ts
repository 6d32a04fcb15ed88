import * as z from 'zod';
import { inWords, type Review, type Together } from '../conflicts/review.ts';
import { type Conflict, Rule, RuleDraft } from '../contract/rule.ts';
import { MAX_SENTENCE, quotedText } from '../plain-text.ts';
import type { AppliedResolution, ResolvedRule } from '../rulebook/types.ts';
import type { ToolAnswer } from './answer.ts';

const { rule_id, enabled, version, created_at, updated_at, created_by, scope } = Rule.shape;

/** An object whose fields are not listed: they cost every client room, and those who want them see them. */
export const Unlisted = z.record(z.string(), z.unknown());

/** A stored rule, or one that was only shown. */
export const RuleOutput = z.strictObject({
  rule_id: rule_id.optional().describe('absent: not stored'),
  ...RuleDraft.shape,
  actions: z.array(Unlisted),
  enabled: enabled.optional(),
  version: version.optional(),
  created_at: created_at.optional(),
  updated_at: updated_at.optional(),
  created_by: created_by.optional(),
  scope: scope.optional(),
});
export type RuleOutput = z.infer<typeof RuleOutput>;

export const StoredRuleOutput = z.strictObject({
  ...RuleOutput.shape,
  ...{ rule_id, enabled, version, created_at, updated_at, created_by, scope },
});
export type StoredRuleOutput = z.infer<typeof StoredRuleOutput>;

/** Whose a rule is goes without saying: the caller's, or everyone's. */
export function ruleOutput(rule: Rule): StoredRuleOutput;
export function ruleOutput(rule: RuleDraft | Rule): RuleOutput;
export function ruleOutput(rule: RuleDraft | Rule): RuleOutput {
  const { owner: _, ...shown } = { owner: undefined, ...rule };
  return shown;
}

/** Also `assumes` and `counter_example`: what a client need not know beforehand is not listed. */
const ConflictOutput = z.looseObject({
  kind: z.enum(['contradiction', 'subsumed', 'impossible']),
  rule_ids: z.array(z.string()),
  sentences: z.array(z.string()),
  explanation: z.string(),
  proven: z.boolean().optional().describe('false: only not found'),
});

export const RuleChangeOutput = z.strictObject({
  stored: z.boolean(),
  rule: RuleOutput,
  conflicts: z.array(ConflictOutput).describe('warnings'),
  together: Unlisted.optional().describe('with which rules it can hold; arrangement null: not known'),
  resolution: Unlisted.optional().describe('rules that on_conflict changed'),
  question: z.string().optional(),
});

/** More are counted: a book with many alike rules would fill the answer. */
const MAX_CONFLICTS = 10;
/** Of larger sets the text names only the ids; `conflicts` has their sentences. */
const MAX_QUOTED = 4;

/** An invented desk on which rules hold or differ: coordinates that look like the caller's own, so only for who asks. */
export const IncludeExample = z.boolean().default(false).describe('adds an invented desk where it holds');

interface Said extends Review {
  readonly rule: RuleDraft | Rule;
  readonly resolution?: AppliedResolution;
  /** Why a rule that could have been stored was not. */
  readonly question?: string;
}

export function ruleChangeAnswer(change: Said, example = false): ToolAnswer<z.infer<typeof RuleChangeOutput>> {
  const { rule, together, resolution, question } = change;
  const conflicts = change.conflicts.slice(0, MAX_CONFLICTS).map(({ counter_example, ...c }) => ({
    ...c,
    ...(example && counter_example && { counter_example: { ...counter_example } }),
  }));
  const stored = 'rule_id' in rule && question === undefined;
  const own = 'rule_id' in rule ? rule.rule_id : 'draft';
  const more = change.conflicts.length - conflicts.length;
  return {
    text: [
      headline(rule, stored, question),
      ...rule.assumptions.map((assumption) => `- assumed: ${assumption}`),
      ...(resolution?.changed ?? []).map(changedLine),
      ...change.conflicts.slice(0, MAX_CONFLICTS).map((c) => `- ${conflictLine(c, own, example)}`),
      ...(more > 0 ? [`- and ${more} more conflicts`] : []),
      ...togetherLines(together, example),
      ...(resolution?.questions ?? []).map((asked) => `- to decide: ${asked}`),
      ...(question === undefined ? [] : [question]),
    ].join('\n'),
    structured: {
      stored,
      rule: ruleOutput(rule),
      conflicts,
      ...(together !== undefined && { together: togetherOutput(together, example) }),
      ...(resolution !== undefined && { resolution: { ...resolution } }),
      ...(question !== undefined && { question }),
    },
  };
}

/** That a rule alone can hold is no news. */
function togetherLines(together: Together | undefined, example: boolean): string[] {
  if (together === undefined) return [];
  const { arrangement, explanation, rule_ids } = together;
  if (arrangement !== null && example) return [`- ${explanation}, e.g. ${inWords(arrangement)}`];
  return arrangement !== null && rule_ids.length === 1 ? [] : [`- ${explanation}`];
}

function togetherOutput({ arrangement, ...rest }: Together, example: boolean) {
  return { ...rest, ...((example || arrangement === null) && { arrangement: arrangement && { ...arrangement } }) };
}

function headline(rule: RuleDraft | Rule, stored: boolean, question: string | undefined): string {
  if (stored) return ruleLine(rule as Rule);
  const what = question === undefined ? 'Preview, not stored' : 'Not stored';
  return `${what}: ${rule.canonical} (priority ${rule.priority})`;
}

function changedLine({ rule_id, action, canonical, reason, undo_version }: ResolvedRule): string {
  const now = action === 'disabled' ? 'is switched off' : 'is relaxed';
  return `- ${rule_id} ${now}: ${canonical} (${reason}; undo: update_rule restore version ${undo_version})`;
}

/** One sentence that an agent can repeat to the rule's author. */
function conflictLine(c: Conflict, own: string, withExample: boolean): string {
  const quoted = c.rule_ids.length <= MAX_QUOTED;
  const others = c.rule_ids.flatMap((id, i) =>
    id === own ? [] : [quoted ? `${id} (${quotedText(c.sentences[i] ?? '', MAX_SENTENCE)})` : id],
  );
  const what = c.proven === false ? 'possible contradiction' : c.kind === 'subsumed' ? 'overlap' : c.kind;
  const assumes =
    (c.assumes ?? []).length > 0 && c.proven !== true ? ` (taken for granted: ${c.assumes?.join('; ')})` : '';
  const example = withExample && c.counter_example ? `; they differ e.g. ${inWords(c.counter_example)}` : '';
  return `${what}${others.length > 0 ? ` with ${others.join(', ')}` : ''}: ${byName(c, own)}${assumes}${example}`;
}

/** "The first rule" of a pair is this one, or the other. */
function byName({ kind, explanation, rule_ids }: Conflict, own: string): string {
  if (kind !== 'subsumed') return explanation;
  const [first = '', second = ''] = rule_ids.map((id) => (id === own ? 'this rule' : id));
  return explanation.replace(/the first(?: rule)?/, first).replace(/the second(?: rule)?/, second);
}

export function ruleLine(rule: Rule): string {
  const state = rule.enabled ? 'enabled' : 'disabled';
  return `**${rule.rule_id}** (${state}, priority ${rule.priority}, version ${rule.version}): ${rule.canonical}`;
}
