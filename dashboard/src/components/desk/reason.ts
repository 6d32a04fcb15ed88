import type { Verdict } from '../../scene-view/types.ts';

/** Whether the reason names what it is about by itself. */
export const saysWho = ({ objects, reason }: Verdict): boolean =>
  objects.length > 0 && reason.startsWith(`${objects[0]} `);

/** Sentences for those who run the server: commands, and addresses of the API. */
const OF_OPERATORS = /\bh200-mug\b|\b[a-z]+:\/\/|\bdocs\/|[A-Z]+(?:_[A-Z0-9]+)+/;

/** What the server says, without what only its operator can do anything with. */
export function forEverybody(text: string): string {
  const kept = text.split(/(?<=[.;!?])\s+/).filter((sentence) => !OF_OPERATORS.test(sentence));
  return kept
    .join(' ')
    .replace(/;$/, '.')
    .replace(/; (?=\p{Lu})/gu, '. ');
}
