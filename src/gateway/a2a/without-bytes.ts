import type { Message, Part } from '@a2a-js/sdk';

/** The longest address that is kept; a data URL is a photo. */
const MAX_URL = 2048;

/** The message without photos: in their place stands how large they were. */
export const withoutBytes = (message: Message): Message => ({ ...message, parts: message.parts.map(slim) });

function slim(part: Part): Part {
  const { content } = part;
  if (content?.$case === 'raw') return left(part, content.value.length);
  if (content?.$case === 'url' && content.value.length > MAX_URL) return left(part, content.value.length);
  if (content?.$case !== 'data') return part;
  const text = JSON.stringify(content.value) ?? '';
  return text.length > 65_536 ? left(part, text.length) : part;
}

const left = ({ mediaType, ...part }: Part, bytes: number): Part => ({
  ...part,
  mediaType: 'application/json',
  content: { $case: 'data', value: { left_out: { bytes, media_type: mediaType === '' ? null : mediaType } } },
});
