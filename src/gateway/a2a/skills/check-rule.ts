import * as z from 'zod';
import { ruleWords } from '../../../agent/meant-skill.ts';
import { RuleId } from '../../../contract/ids.ts';
import { MAX_SENTENCE } from '../../../contract/rule.ts';
import { ruleTestAnswer } from '../../../presentation/rule-test-answer.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import { notUnderstood, sentenceQuestion } from './ask-sentence.ts';
import type { Skill } from './outcome.ts';
import { aliases, askForPhoto, OnPhoto, requestOf } from './photo.ts';

const input = z.strictObject({
  ...OnPhoto.shape,
  rule_id: RuleId.optional(),
  text: z.string().min(1).max(MAX_SENTENCE).optional(),
});

export const checkRule: Skill = async (given, call) => {
  const { ctx, services, asked } = call;
  const {
    rule_id,
    text: named,
    store: _,
    ...args
  } = readArguments({ input, aliases: { ...aliases, sentence: 'text', rule: 'text' } }, given);
  const times = (asked?.times ?? 0) + 1;
  // The answer to the question for a photo need not repeat the sentence.
  const said = ruleWords(call.text);
  const text = asked?.about === 'photo' ? (named ?? said) : said || named || call.text;
  if (rule_id === undefined && !text) {
    return {
      kind: 'ask',
      question: { about: 'rule', times },
      text: 'Which rule? Send its sentence, or a data part {"rule_id":"rule_…"}, with the photo.',
      args: given,
    };
  }
  const request = requestOf({ ...args, store: false }, call);
  const rest = { ...given, ...(text && rule_id === undefined && { text }) };
  if (request === null) return askForPhoto(rest, times);
  const look = { ...request, include_feedback: false, store: false };
  if (rule_id !== undefined) {
    const { canonical } = await services.rules.get(ctx, rule_id);
    const analysis = await services.analyses.analyze(ctx, { ...look, only_rules: [rule_id] });
    const { structured, text: words } = ruleTestAnswer(rule_id, canonical, analysis);
    return { kind: 'done', name: 'rule check', data: structured, text: words };
  }
  const parsed = await services.rules.read(ctx, { text: text! });
  if (!parsed.ok)
    return times > sentenceQuestion.most ? notUnderstood(parsed) : sentenceQuestion.of(parsed, given, times);
  const analysis = await services.analyses.analyze(ctx, { ...look, only_rules: [], extra_rules: [parsed.draft] });
  const { structured, text: words } = ruleTestAnswer(null, parsed.draft.canonical, analysis);
  return { kind: 'done', name: 'rule check', data: structured, text: words };
};
