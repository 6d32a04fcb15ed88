import * as z from 'zod';
import type { Review } from '../../../conflicts/review.ts';
import type { CallContext } from '../../../contract/call-context.ts';
import { Context } from '../../../contract/ids.ts';
import { MAX_SENTENCE, PriorityChoice, type Rule, type RuleDraft, RuleScope } from '../../../contract/rule.ts';
import { ruleChangeAnswer } from '../../../presentation/rule-answer.ts';
import type { Services } from '../../../services.ts';
import { defined } from '../../lenient/defined.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import { notUnderstood, sentenceQuestion } from './ask-sentence.ts';
import type { Outcome, Skill } from './outcome.ts';
import { saysNo, saysYes } from './yes-or-no.ts';

const input = z.strictObject({
  text: z.string().min(1).max(MAX_SENTENCE).optional(),
  name: z.string().min(1).max(120).optional(),
  context: Context.optional(),
  priority: PriorityChoice.optional(),
  enabled: z.boolean().default(true),
  scope: RuleScope.default('mine'),
  confirm: z.boolean().optional(),
});

/** Stores a sentence that is understood wholly; what rests on an assumption, or contradicts another rule, after a yes. */
export const makeRule: Skill = async (given, { ctx, services, text: said, asked }) => {
  const args = readArguments({ input, aliases: { sentence: 'text', rule: 'text', auto_enable: 'enabled' } }, given);
  const times = (asked?.times ?? 0) + 1;
  const confirming = asked?.about === 'confirmation';
  const answer = args.confirm ?? (confirming && saysYes(said) ? true : confirming && saysNo(said) ? false : undefined);
  if (confirming && answer === false) {
    return { kind: 'done', name: 'rule', data: { stored: false }, text: 'Nothing was stored.' };
  }
  const text = answer === true && args.text !== undefined ? args.text : said || args.text;
  if (!text) {
    return {
      kind: 'ask',
      question: { about: 'sentence', times },
      text: 'Say in a sentence what should hold, such as "Keep mugs at least 6 inches away from laptops".',
      args: given,
    };
  }
  const { name, context, priority, enabled, scope } = args;
  const rest = { ...given, confirm: undefined, text };
  const reading = await services.rules.read(ctx, { text }, defined({ name, context, priority }));
  if (!reading.ok)
    return times > sentenceQuestion.most ? notUnderstood(reading) : sentenceQuestion.of(reading, given, times);
  const { draft } = reading;
  if (services.capabilities.readOnly) {
    const question = 'This server changes nothing that is stored.';
    const shown = ruleChangeAnswer({ rule: draft, ...(await services.rules.check(ctx, draft)), question });
    return { kind: 'done', name: 'rule', data: shown.structured, text: shown.text };
  }
  if (answer !== true) {
    const review = await services.rules.check(ctx, draft);
    const there = enabled && scope === 'mine' ? await alreadyThere(ctx, services, draft, review, name) : undefined;
    if (there !== undefined) {
      const { structured, text: shown } = ruleChangeAnswer({ ...review, rule: there, conflicts: [] });
      return { kind: 'done', name: 'rule', data: structured, text: `It is stored already: ${shown}` };
    }
    const contradicts = enabled && review.conflicts.some(({ kind }) => kind !== 'subsumed');
    if (draft.assumptions.length > 0 || contradicts) return confirmation(draft, review, rest, times);
  }
  const change = await services.rules.create(ctx, draft, { enabled, scope });
  const { structured, text: shown } = ruleChangeAnswer(change);
  return { kind: 'done', name: 'rule', data: structured, text: shown };
};

/** The caller's own rule of the same words: an agent that tries again makes no second one. */
async function alreadyThere(
  ctx: CallContext,
  { rules }: Services,
  draft: RuleDraft,
  { conflicts }: Review,
  name: string | undefined,
): Promise<Rule | undefined> {
  const same = ({ kind, rule_ids, sentences }: Review['conflicts'][number]) =>
    kind === 'subsumed' && rule_ids.length === 2 && sentences.every((one) => one === draft.canonical);
  for (const id of conflicts.filter(same).flatMap(({ rule_ids }) => rule_ids)) {
    const rule = await rules.get(ctx, id).catch(() => undefined);
    const isSame =
      rule?.enabled === true &&
      rule.owner === ctx.principal.id &&
      rule.priority === draft.priority &&
      (name === undefined || name === rule.name);
    if (isSame) return rule;
  }
  return undefined;
}

function confirmation(draft: RuleDraft, review: Review, args: object, times: number): Outcome {
  const question = 'Store it so? Answer "yes" or "no", or send the sentence in other words.';
  const { structured, text } = ruleChangeAnswer({ rule: draft, ...review, question });
  return { kind: 'ask', question: { about: 'confirmation', times }, text, data: structured, args: { ...args } };
}
