/** Numbers that the text encoder reads, begin and end included. */
export const CONTEXT = 77;
/** Longer words are cut: they are nothing that anybody says. */
const LONGEST_WORD = 200;
const REMEMBERED = 10_000;

/** Splits as CLIP's own tokenizer does: contractions, runs of letters, single digits, runs of anything else. */
const PIECES = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+/giu;

export interface Tokenizer {
  /** CONTEXT numbers: begin, the text, end, zeros. What is too long is cut before the end. */
  encode(text: string): Int32Array;
}

/** A character for every byte, none of them white space or a control: GPT-2's table. */
function byteCharacters(): string[] {
  const isShown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const shown = Array.from({ length: 256 }, (_, byte) => byte).filter(isShown);
  const table: string[] = [];
  for (const byte of shown) table[byte] = String.fromCodePoint(byte);
  let next = 256;
  for (let byte = 0; byte < 256; byte += 1) table[byte] ??= String.fromCodePoint(next++);
  return table;
}

/** CLIP's order of the vocabulary: printable bytes first, as they are and at the end of a word, then the merges. */
function vocabularyOf(merges: readonly (readonly [string, string])[], table: readonly string[]): Map<string, number> {
  const bytes = table
    .map((character, byte) => ({ character, shown: character.codePointAt(0) === byte ? byte : 256 + byte }))
    .toSorted((a, b) => a.shown - b.shown)
    .map(({ character }) => character);
  const words = [...bytes, ...bytes.map((character) => `${character}</w>`), ...merges.map(([a, b]) => a + b)];
  words.push('<|startoftext|>', '<|endoftext|>');
  return new Map(words.map((word, at) => [word, at]));
}

/** Byte-level pair encoding (Sennrich et al. 2016; Radford et al. 2019) with CLIP's merges, most frequent first. */
export function createTokenizer(merges: readonly (readonly [string, string])[]): Tokenizer {
  const table = byteCharacters();
  const vocabulary = vocabularyOf(merges, table);
  const ranks = new Map(merges.map(([a, b], rank) => [`${a} ${b}`, rank]));
  const known = new Map<string, readonly number[]>();
  const [begin, end] = [vocabulary.get('<|startoftext|>')!, vocabulary.get('<|endoftext|>')!];
  const encoder = new TextEncoder();

  function encodeWord(word: string): readonly number[] {
    const before = known.get(word);
    if (before) return before;
    const characters = [...encoder.encode(word)].slice(0, LONGEST_WORD).map((byte) => table[byte]!);
    let parts = characters.map((character, at) => (at === characters.length - 1 ? `${character}</w>` : character));
    for (;;) {
      let best = { rank: Number.POSITIVE_INFINITY, pair: '' };
      for (let i = 0; i + 1 < parts.length; i += 1) {
        const pair = `${parts[i]} ${parts[i + 1]}`;
        const rank = ranks.get(pair) ?? Number.POSITIVE_INFINITY;
        if (rank < best.rank) best = { rank, pair };
      }
      if (best.pair === '') break;
      const merged: string[] = [];
      for (let i = 0; i < parts.length; i += 1) {
        const isPair = i + 1 < parts.length && `${parts[i]} ${parts[i + 1]}` === best.pair;
        merged.push(isPair ? parts[i]! + parts[i + 1]! : parts[i]!);
        if (isPair) i += 1;
      }
      parts = merged;
    }
    const numbers = parts.flatMap((part) => vocabulary.get(part) ?? []);
    if (known.size < REMEMBERED) known.set(word, numbers);
    return numbers;
  }

  return {
    encode(text) {
      const ids = new Int32Array(CONTEXT);
      ids[0] = begin;
      let at = 1;
      for (const [piece] of cleaned(text).matchAll(PIECES)) {
        const special = piece === '<|startoftext|>' ? begin : piece === '<|endoftext|>' ? end : null;
        for (const id of special === null ? encodeWord(piece) : [special]) {
          if (at < CONTEXT - 1) ids[at++] = id;
        }
        if (at === CONTEXT - 1) break;
      }
      ids[at] = end;
      return ids;
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** As CLIP cleans text before it looks at it: entities twice, plain quotes, composed letters, one space, lower case. */
function cleaned(text: string): string {
  return entities(
    entities(text.replace(/[\u2018\u2019\u201a\u201b]/g, "'").replace(/[\u201c\u201d\u201e\u201f]/g, '"')),
  )
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

const entities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
  });

/** The merges of a `tokenizer.json`; throws TypeError for what is none of CLIP's. */
export function mergesOf(file: unknown): (readonly [string, string])[] {
  const { model } = (file ?? {}) as { model?: { merges?: unknown } };
  const { merges } = model ?? {};
  if (!Array.isArray(merges) || merges.length === 0) throw new TypeError('it holds no merges');
  return merges.map((merge: unknown) => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge;
    const [a, b, ...more] = Array.isArray(pair) ? pair : [];
    if (typeof a !== 'string' || typeof b !== 'string' || more.length > 0) throw new TypeError('it holds other merges');
    return [a, b] as const;
  });
}
