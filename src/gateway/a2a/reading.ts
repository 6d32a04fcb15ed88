import type { Message } from '@a2a-js/sdk';
import type { SentMessage } from '../../agent/meant-skill.ts';
import { argumentsOfAnalysis, SentAnalysis } from '../../agent/sent-analysis.ts';
import { isSkill, SKILL_IDS, type SkillId } from '../../agent/skill-ids.ts';
import { AppError } from '../../errors.ts';
import { invalidArguments } from '../lenient/invalid-arguments.ts';

const IMAGE = /^(image\/(jpeg|png|webp)|application\/octet-stream|)$/i;

/** What the parts of a message hold. Throws VALIDATION_002. */
export function readMessage(message: Message, metadata: Record<string, unknown> | undefined): SentMessage {
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
  const rest = analysis === undefined ? own : { ...argumentsOfAnalysis(readAnalysis(analysis)), ...own };
  const said = named ?? message.metadata?.skillId ?? message.metadata?.skill ?? metadata?.skillId ?? metadata?.skill;
  return {
    skill: named === undefined && said === undefined ? null : skillOf(said),
    args: rest,
    text,
    ...(bytes && { bytes }),
  };
}

function readAnalysis(analysis: unknown): SentAnalysis {
  const read = SentAnalysis.safeParse({ analysis });
  if (!read.success) throw invalidArguments(read.error, SentAnalysis);
  return read.data;
}

function skillOf(said: unknown): SkillId {
  if (isSkill(said)) return said;
  const known = SKILL_IDS.join(', ');
  throw new AppError('VALIDATION_002', {
    message: 'There is no skill of this name.',
    advice: `Name one of ${known}, or none.`,
    details: { field: 'skillId' },
  });
}

const wrong = (message: string, field: string) =>
  new AppError('VALIDATION_002', {
    message,
    advice: 'Correct the part and send the message again.',
    details: { field },
  });
