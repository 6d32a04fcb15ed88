import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { bytesOf, likenessOf, vectorOf } from '../../../src/storage/vectors/float-bytes.ts';
import { distance, SignCoder, WORDS } from '../../../src/storage/vectors/sign-codes.ts';
import { type NearCodes, SignIndex } from '../../../src/storage/vectors/sign-index.ts';
import { sampleAnalysis } from '../../support/samples.ts';
import { asset, missingAssets } from '../../vision/support/assets.ts';

let state = 1;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32 - 0.5;
};
const unit = (numbers: Float32Array) => {
  const length = Math.hypot(...numbers);
  return numbers.map((n) => n / length);
};
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, n, i) => sum + n * b[i]!, 0);
const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

const allOf = (codes: NearCodes) => [...codes.within(-9).keys()].toSorted();

function filled(vectors: readonly Float32Array[], most = 1e6) {
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (const [i, n] of vector.entries()) mean[i]! += n / vectors.length;
  const index = new SignIndex(mean, most);
  for (const [n, vector] of vectors.entries()) {
    index.add({ id: `ana_${n}`, owner: n % 2 ? 'bob' : 'ann', created_at: at(n), vector });
  }
  return index;
}

/** Of the ten nearest of the same owner, the share that is among the `limit` that the index names. */
async function recall(
  vectors: readonly Float32Array[],
  queries: readonly Float32Array[],
  limit: number,
): Promise<number> {
  const index = filled(vectors);
  let found = 0;
  for (const query of queries) {
    const codes = await index.near({ owner: 'ann', vector: query });
    const named = codes.within(codes.reach(limit));
    const nearest = vectors
      .map((vector, n) => ({ n, likeness: dot(query, vector) }))
      .filter(({ n }) => n % 2 === 0)
      .toSorted((a, b) => b.likeness - a.likeness)
      .slice(0, 10);
    found += nearest.filter(({ n }) => named.has(`ana_${n}`)).length;
  }
  return found / (10 * queries.length);
}

describe('the index by signs', () => {
  it.each([8, 192, 512, 1000])(
    'names the nearest among 4,000 vectors of %i numbers with a common part',
    async (dimensions) => {
      const common = Float32Array.from({ length: dimensions }, random);
      const centres = Array.from({ length: 40 }, () => Float32Array.from({ length: dimensions }, random));
      const make = () => {
        const centre = centres[Math.floor((random() + 0.5) * 40)]!;
        return unit(Float32Array.from({ length: dimensions }, (_, i) => 3 * common[i]! + centre[i]! + 0.7 * random()));
      };
      const vectors = Array.from({ length: 4000 }, make);
      expect(await recall(vectors, Array.from({ length: 20 }, make), 200)).toBeGreaterThanOrEqual(0.99);
    },
  );

  const LVIS = 'clip/lvis_v1_clip_a+cname.npy';
  const none = missingAssets(LVIS);
  it.skipIf(none !== null)(
    `the nearest of 1,203 real text vectors, through the store ${none ?? ''}`,
    async () => {
      const file = readFileSync(asset(LVIS));
      const halves = new Uint8Array(file.subarray(10 + file.readUInt16LE(8)));
      const numbers = new (globalThis as unknown as { Float16Array: typeof Float32Array }).Float16Array(halves.buffer);
      const vectors = Array.from({ length: 1203 }, (_, n) =>
        unit(Float32Array.from(numbers.subarray(512 * n, 512 * (n + 1)))),
      );
      const records = createSqliteRecords(':memory:');
      for (const [n, vector] of vectors.entries()) {
        const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: at(n) });
        await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: null });
        await records.vectors.put(`ana_${n}`, 'lvis', vector);
      }
      let found = 0;
      const queries = vectors.filter((_, n) => n % 12 === 0);
      for (const vector of queries) {
        const exact = vectors
          .map((other, n) => ({ id: `ana_${n}`, likeness: dot(vector, other) }))
          .toSorted((a, b) => b.likeness - a.likeness)
          .slice(0, 10);
        const near = await records.vectors.nearest({ owner: 'ann', space: 'lvis', vector, terms: [], limit: 10 });
        found += exact.filter(({ id }) => near.some((one) => one.id === id)).length;
      }
      expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.999);
      await records.close();
    },
    20_000,
  );

  it('knows owners, times, what was removed and what was replaced', async () => {
    const vectors = Array.from({ length: 50 }, () => unit(Float32Array.from({ length: 16 }, random)));
    const index = filled(vectors);
    const near = async (more: object) => allOf(await index.near({ owner: 'ann', vector: vectors[0]!, ...more }));
    expect((await near({})).length).toBe(25);
    expect(await near({ owner: 'eve' })).toEqual([]);
    expect(await near({ since: at(4), until: at(8) })).toEqual(['ana_4', 'ana_6', 'ana_8']);
    index.remove('ana_4');
    index.remove('ana_none');
    index.add({ id: 'ana_6', owner: 'bob', created_at: at(6), vector: vectors[6]! });
    expect(await near({ since: at(4), until: at(8) })).toEqual(['ana_8']);
    expect(await near({ owner: 'bob', since: at(6), until: at(6) })).toEqual(['ana_6']);
    expect(index.size).toBe(49);
  });

  it('keeps a bound and forgets the oldest', async () => {
    const vectors = Array.from({ length: 30 }, () => unit(Float32Array.from({ length: 16 }, random)));
    const index = filled(vectors, 10);
    expect(index.size).toBe(10);
    const all = [
      ...allOf(await index.near({ owner: 'ann', vector: vectors[0]! })),
      ...allOf(await index.near({ owner: 'bob', vector: vectors[0]! })),
    ];
    expect(all.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `ana_${20 + n}`));
  });

  it('counts bits as they are', () => {
    const coder = new SignCoder(new Float32Array(64));
    const codes = new Uint32Array(2 * WORDS);
    coder.write(Float32Array.from({ length: 64 }, random), codes, 0);
    for (let round = 0; round < 200; round += 1) {
      const other = Uint32Array.from({ length: WORDS }, () => Math.floor((random() + 0.5) * 2 ** 32));
      if (round === 0) other.set(codes.subarray(0, WORDS).map((word) => ~word));
      const exact = [...other].reduce(
        (sum, word, i) => sum + ((word ^ codes[i]!) >>> 0).toString(2).replaceAll('0', '').length,
        0,
      );
      expect(distance(codes, 0, other)).toBe(exact);
    }
  });

  it('reads vectors from bytes anywhere, and none from other bytes', () => {
    const vector = Float32Array.from([1, -2, 3.5]);
    const shared = Buffer.concat([Buffer.from('xyz'), bytesOf(vector)]);
    expect(vectorOf(shared.subarray(3), 3)).toEqual(vector);
    expect(vectorOf(shared, 3)).toBeNull();
    expect(vectorOf(bytesOf(Float32Array.from([1, Number.NaN, 0])), 3)).toBeNull();
    expect(vectorOf(new Uint8Array(0), 3)).toBeNull();
  });
});

it('the likeness of a row is told wherever its bytes stand, and of none that is broken', () => {
  const one = Float32Array.from([0.6, 0, 0.8]);
  const row = (vector: Uint8Array) => ({ id: 'ana_1', owner: 'ann', created_at: at(1), vector });
  const shared = new Uint8Array(16);
  for (const start of [0, 1, 4]) {
    shared.set(bytesOf(Float32Array.from([1, 0, 0])), start);
    expect(likenessOf(one, row(shared.subarray(start, start + 12)))).toMatchObject({ id: 'ana_1', likeness: 0.6 });
  }
  for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
    for (let n = 0; n < 3; n += 1) {
      const numbers = Float32Array.from([0, 0, 0]);
      numbers[n] = broken;
      expect(likenessOf(one, row(bytesOf(numbers)))).toBeNull();
    }
  }
  expect(likenessOf(one, row(new Uint8Array(11)))).toBeNull();
  expect(likenessOf(new Float32Array(0), row(new Uint8Array(0)))).toBeNull();
  expect(likenessOf(one, undefined)).toBeNull();
});
