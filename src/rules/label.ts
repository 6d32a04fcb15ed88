const LONGEST = 40;

/**
 * An object's id or a zone's name as it may stand in a sentence of ours. Names come from models and callers: what is
 * not a letter, digit or plain joint is dropped, and the length is limited.
 */
export function idLabel(id: string): string {
  const plain = id
    .slice(0, 4 * LONGEST)
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}\-_. ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = [...plain].slice(0, LONGEST).join('').trim();
  return letters === '' ? 'object' : letters;
}

/** "may be too close", "is perhaps not on a coaster". */
export const mayBe = (fault: string): string => (fault.startsWith('not ') ? `is perhaps ${fault}` : `may be ${fault}`);

/** A class in words: `desk_mat` is a desk mat. */
export const label = (name: string): string => idLabel(name.slice(0, 4 * LONGEST).replace(/_+/g, ' '));
