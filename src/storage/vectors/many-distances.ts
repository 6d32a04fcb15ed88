import { distance, WORDS } from './sign-codes.ts';

/** Codes that one call compares at most. */
export const MOST_AT_ONCE = 2048;

/** In how many bits `query` and each of `count` codes from the number `first` on differ. To be read before the next call. */
export type ManyDistances = (codes: Uint32Array, first: number, count: number, query: Uint32Array) => Uint16Array;

/** One code after the other. */
export function plainDistances(): ManyDistances {
  const differ = new Uint16Array(MOST_AT_ONCE);
  return (codes, first, count, query) => {
    for (let n = 0; n < count; n += 1) differ[n] = distance(codes, (first + n) * WORDS, query);
    return differ;
  };
}

/** Where codes, results and the query lie in the memory of the program. */
const CODE_BYTES = 4 * WORDS;
const RESULTS = MOST_AT_ONCE * CODE_BYTES;
const QUERY = RESULTS + 2 * MOST_AT_ONCE;
const PAGE_BYTES = 65_536;
const PAGES = Math.ceil((QUERY + CODE_BYTES) / PAGE_BYTES);

/** As WebAssembly writes numbers, and what comes after its length. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
const sized = (body: readonly number[]) => [...unsigned(body.length), ...body];
const section = (id: number, ...body: number[]) => [id, ...sized(body)];
const named = (text: string) => sized([...Buffer.from(text)]);

/** Instructions by their numbers in the specification (WebAssembly 2.0, 5.4). */
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...(value < 0x40 ? [value] : [(value & 0x7f) | 0x80, value >>> 7])];
const add = [0x6a];
const less = [0x6b];
const store16 = (offset: number) => [0x3b, 1, ...unsigned(offset)];
const load128 = (offset: number) => [0xfd, 0x00, 0, ...unsigned(offset)];
const lane = (n: number) => [0xfd, 0x1b, n];
const xor128 = [0xfd, 0x51];
const bitsOfBytes = [0xfd, 0x62];
const addBytes = [0xfd, 0x6e];
const pairsOfBytes = [0xfd, 0x7d];
const pairsOfHalves = [0xfd, 0x7f];
const [loop, again, end] = [[0x03, 0x40], [0x0d, 0], [0x0b]];
const [I32, V128, FUNCTION] = [0x7f, 0x7b, 0x60];

/** How many codes; where the next one and its result lie; a sum; the parts of the query. */
const [COUNT, AT, RESULT, SUM, PART] = [0, 1, 2, 3, 4];
const parts = Array.from({ length: CODE_BYTES / 16 }, (_, n) => n);
const program = [
  ...parts.flatMap((n) => [...constant(0), ...load128(QUERY + 16 * n), ...set(PART + n)]),
  ...loop,
  ...get(RESULT),
  ...parts.flatMap((n) => [
    ...[...get(AT), ...load128(16 * n), ...get(PART + n), ...xor128, ...bitsOfBytes],
    ...(n === 0 ? [] : addBytes),
  ]),
  ...[...pairsOfBytes, ...pairsOfHalves, ...set(SUM)],
  ...[0, 1, 2, 3].flatMap((n) => [...get(SUM), ...lane(n), ...(n === 0 ? [] : add)]),
  ...store16(RESULTS),
  ...[...get(AT), ...constant(CODE_BYTES), ...add, ...set(AT)],
  ...[...get(RESULT), ...constant(2), ...add, ...set(RESULT)],
  ...[...get(COUNT), ...constant(1), ...less, ...set(COUNT)],
  ...[...get(COUNT), ...again, ...end],
  ...end,
];
const MODULE = Uint8Array.from([
  ...[0x00, ...Buffer.from('asm'), 1, 0, 0, 0],
  ...section(1, 1, FUNCTION, 1, I32, 0),
  ...section(3, 1, 0),
  ...section(5, 1, 0, PAGES),
  ...section(7, 2, ...named('memory'), 2, 0, ...named('compare'), 0, 0),
  ...section(10, 1, ...sized([2, SUM - AT, I32, 1 + parts.length, V128, ...program])),
]);

/** Sixteen bytes at a time; null where the processor cannot. */
export function vectorDistances(): ManyDistances | null {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
    const { buffer } = exports.memory as WebAssembly.Memory;
    const compare = exports.compare as (count: number) => void;
    const words = new Uint32Array(buffer);
    const differ = new Uint16Array(buffer, RESULTS, MOST_AT_ONCE);
    return (codes, first, count, query) => {
      if (count === 0) return differ;
      words.set(codes.subarray(first * WORDS, (first + count) * WORDS));
      words.set(query, QUERY / 4);
      compare(count);
      return differ;
    };
  } catch {
    return null;
  }
}

let made: ManyDistances | null = null;

/** The faster one that works here. */
export const manyDistances: ManyDistances = (...all) => {
  made ??= vectorDistances() ?? plainDistances();
  return made(...all);
};
