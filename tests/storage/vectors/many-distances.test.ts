import { expect, it } from 'vitest';
import {
  MOST_AT_ONCE,
  manyDistances,
  plainDistances,
  vectorDistances,
} from '../../../src/storage/vectors/many-distances.ts';
import { BITS, WORDS } from '../../../src/storage/vectors/sign-codes.ts';

/** As many ones as the number says, from the first bit on. */
const ones = (count: number) =>
  Uint32Array.from({ length: WORDS }, (_, word) => {
    const bits = Math.max(0, Math.min(32, count - 32 * word));
    return bits === 32 ? 0xffffffff : 2 ** bits - 1;
  });

const WAYS = { plain: plainDistances(), vectors: vectorDistances(), chosen: manyDistances };

it('this processor has the instructions', () => {
  expect(WAYS.vectors).not.toBeNull();
});

it.each(Object.entries(WAYS))('%s: counts from no bit to all, from any code on', (_, distances) => {
  const codes = new Uint32Array((BITS + 3) * WORDS).fill(0xdeadbeef);
  for (let n = 0; n <= BITS; n += 1) codes.set(ones(n), (n + 1) * WORDS);
  const expected = Array.from({ length: BITS + 1 }, (__, n) => n);
  expect([...distances!(codes, 1, BITS + 1, ones(0)).subarray(0, BITS + 1)]).toEqual(expected);
  expect([...distances!(codes, 1, BITS + 1, ones(BITS)).subarray(0, BITS + 1)]).toEqual(expected.toReversed());
  expect(distances!(codes, 8, 1, ones(100))[0]).toBe(93);
});

it('both say the same of random codes, as many as there may be', () => {
  let state = 3;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const codes = Uint32Array.from({ length: MOST_AT_ONCE * WORDS }, random);
  const query = Uint32Array.from({ length: WORDS }, random);
  const [plain, vectors] = [WAYS.plain, WAYS.vectors!].map((way) => [...way(codes, 0, MOST_AT_ONCE, query)]);
  expect(vectors).toEqual(plain);
  expect(new Set(plain).size).toBeGreaterThan(50);
});
