import type { Verdict } from '../../scene-view/types.ts';

/** Whether the reason names what it is about by itself. */
export const saysWho = ({ objects, reason }: Verdict): boolean =>
  objects.length > 0 && reason.startsWith(`${objects[0]} `);

/** Ids of rules beside their sentence, and what the API puts before the name of a region. */
const RULE_ID = /\brule_[\w-]{6,} \((["“][^"”]*["”])\)/g;
const REGION = /\bzone:(?=\S)/g;

/** A sentence of the server without what stands in it for programs. */
export const forPeople = (text: string): string => text.replace(RULE_ID, '$1').replace(REGION, '');

/** Sentences for those who run the server: commands, and addresses of the API. */
const OF_OPERATORS = /\bh200-mug\b|\b[a-z]+:\/\/|\bdocs\/|[A-Z]+(?:_[A-Z0-9]+)+/;

/** What the server says, without what only its operator can do anything with. */
export function forEverybody(text: string): string {
  const kept = text.split(/(?<=[.;!?])\s+/).filter((sentence) => !OF_OPERATORS.test(sentence));
  return forPeople(kept.join(' ').replace(/;$/, '.'));
}
