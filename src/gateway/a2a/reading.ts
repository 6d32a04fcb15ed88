import type { Message } from '@a2a-js/sdk';
import { asksForPlace, wishesIn } from '../../agent/phrases.ts';
import { AppError } from '../../errors.ts';
import { parseSentence } from '../../language/grammar/parse.ts';
import { argumentsOfAnalysis } from './sent-analysis.ts';
import { isSkill, SKILLS, type SkillId } from './skills/catalogue.ts';

/** What a message asks for. Its texts are data: they choose among the skills and do nothing else. */
export interface Asked {
  /** Null: nothing in it says so. */
  readonly skill: SkillId | null;
  /** As the sender named them; not checked. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes?: Uint8Array;
}

const IMAGE = /^(image\/(jpeg|png|webp)|application\/octet-stream|)$/i;
const ADDRESS = /https:\/\/[^\s<>"']{3,2000}/;

/** What the parts of a message hold. Throws VALIDATION_002. */
export function readMessage(message: Message, metadata: Record<string, unknown> | undefined): Asked {
  let bytes: Uint8Array | undefined;
  const texts: string[] = [];
  const args: Record<string, unknown> = {};
  for (const { content, mediaType, filename } of message.parts) {
    switch (content?.$case) {
      case 'text':
        texts.push(content.value);
        break;
      case 'data':
        if (typeof content.value !== 'object' || content.value === null || Array.isArray(content.value)) {
          throw wrong('A data part must be an object.', 'data');
        }
        Object.assign(args, content.value);
        break;
      case 'raw':
      case 'url':
        if (!IMAGE.test(mediaType)) throw wrong('A file must be a JPEG, PNG or WebP image.', 'mediaType');
        if (bytes !== undefined || args.image !== undefined) throw wrong('Send one photo in a message.', 'parts');
        if (content.$case === 'raw') {
          bytes = content.value;
          args.image = filename === '' ? 'photo' : filename.slice(0, 200);
        } else if (/^(https:\/\/|data:)/i.test(content.value)) args.image = content.value;
        else throw wrong('The url of a photo must begin with https:// or data:.', 'url');
        break;
      default:
        throw wrong('A part holds none of text, raw, url and data.', 'parts');
    }
  }
  const text = texts.join('\n').trim();
  const { skill: named, analysis, ...own } = args;
  // What the sender says itself goes before what its analysis says.
  const rest = analysis === undefined ? own : { ...argumentsOfAnalysis(analysis), ...own };
  const said = named ?? message.metadata?.skillId ?? message.metadata?.skill ?? metadata?.skillId ?? metadata?.skill;
  return {
    skill: named === undefined && said === undefined ? null : skillOf(said),
    args: rest,
    text,
    ...(bytes && { bytes }),
  };
}

function skillOf(said: unknown): SkillId {
  if (isSkill(said)) return said;
  const known = SKILLS.map(({ id }) => id).join(', ');
  throw new AppError('VALIDATION_002', {
    message: 'There is no skill of this name.',
    advice: `Name one of ${known}, or none.`,
    details: { field: 'skillId' },
  });
}

/** The skill that is meant, by what is there: a photo, a sentence that is a rule, the question for a place. */
export function meantSkill({ skill, args, text, bytes }: Asked): SkillId | null {
  if (skill !== null) return skill;
  const sentence = typeof args.text === 'string' ? args.text : ruleWords(text);
  const isRule = args.rule_id !== undefined || (sentence !== '' && isSentence(sentence));
  const scene =
    bytes !== undefined ||
    ['image', 'analysis_id', 'detections'].some((name) => args[name] !== undefined) ||
    hasAddress(text);
  if (scene && isRule) return 'check_rule';
  if (scene) return asksForPlace(text) ? 'advise_placement' : 'analyse_desk';
  return isRule ? 'make_rule' : null;
}

/** What a text wishes to hold, without the requests and addresses around it. */
export const ruleWords = (text: string): string => wishesIn(text).join(' ');

/** By the grammar alone: no model is asked what somebody may have meant. */
const isSentence = (text: string): boolean => text.length <= 500 && parseSentence(text).ok;

/** The first address in a text, without the sign that ends the sentence. */
export const addressIn = (text: string): string | null => ADDRESS.exec(text)?.[0].replace(/[.,;:!?)\]]+$/, '') ?? null;
const hasAddress = (text: string): boolean => addressIn(text) !== null;

const wrong = (message: string, field: string) =>
  new AppError('VALIDATION_002', {
    message,
    advice: 'Correct the part and send the message again.',
    details: { field },
  });
