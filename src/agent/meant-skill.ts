import { parseSentence } from '../language/grammar/parse.ts';
import { asksForChanges } from './asks-for-changes.ts';
import { asksForPlace, wishesIn } from './phrases.ts';
import type { SkillId } from './skill-ids.ts';

/** What an agent sent. Its texts are data: they choose among the skills and do nothing else. */
export interface SentMessage {
  /** Null: nothing in it says so. */
  readonly skill: SkillId | null;
  /** As the sender named them; not checked. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes?: Uint8Array;
}

const ADDRESS = /https:\/\/[^\s<>"']{3,2000}/;

/** The skill that is meant, by what is there: a photo, a sentence that is a rule, the question for a place. */
export function meantSkill({ skill, args, text, bytes }: SentMessage): SkillId | null {
  if (skill !== null) return skill;
  const sentence = typeof args.text === 'string' ? args.text : ruleWords(text);
  const isRule = args.rule_id !== undefined || (sentence !== '' && isSentence(sentence));
  const scene =
    bytes !== undefined ||
    ['image', 'analysis_id', 'detections'].some((name) => args[name] !== undefined) ||
    addressIn(text) !== null;
  if (scene && isRule) return 'check_rule';
  if (scene) return asksForPlace(text) ? 'advise_placement' : 'analyse_desk';
  if (isRule) return 'make_rule';
  return args.camera !== undefined || asksForChanges(text) ? 'what_changed' : null;
}

/** What a text wishes to hold, without the requests and addresses around it. */
export const ruleWords = (text: string): string => wishesIn(text).join(' ');

/** By the grammar alone: no model is asked what somebody may have meant. */
const isSentence = (text: string): boolean => text.length <= 500 && parseSentence(text).ok;

/** The first address in a text, without the sign that ends the sentence. */
export const addressIn = (text: string): string | null => ADDRESS.exec(text)?.[0].replace(/[.,;:!?)\]]+$/, '') ?? null;
