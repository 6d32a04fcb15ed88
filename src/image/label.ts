import { shortText } from '../plain-text.ts';

const MAX_LABEL = 120;

/** Untrusted text (a file name, a host) as one short printable line. */
export const cleanLabel = (text: string): string => shortText(text, MAX_LABEL);

/** A file name in quotes, short; what cannot be seen or melts into its neighbour is written as \u and four digits. */
export function quoted(name: string): string {
  const short = name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name;
  return JSON.stringify(short).replace(/(?! )[\p{Z}\p{C}\p{M}]/gu, (unseen) =>
    [...Array(unseen.length).keys()].map((i) => `\\u${unseen.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
