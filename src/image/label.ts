const MAX_LABEL = 120;

/** Untrusted text (a file name, a host) as one short printable line. */
export function cleanLabel(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed, with bidirectional overrides
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]+/g, ' ').trim();
  return plain.length > MAX_LABEL ? `${plain.slice(0, MAX_LABEL - 1)}…` : plain;
}

/** A file name in quotes, short; what cannot be seen or melts into its neighbour is written as \u and four digits. */
export function quoted(name: string): string {
  const short = name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name;
  return JSON.stringify(short).replace(/(?! )[\p{Z}\p{C}\p{M}]/gu, (unseen) =>
    [...Array(unseen.length).keys()].map((i) => `\\u${unseen.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
