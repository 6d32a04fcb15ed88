import { eachOf } from '../support/in-turn.ts';
import { tryImage } from '../support/photo-case.ts';
import { type Random, random } from '../support/random.ts';
import { type Seed, seeds } from '../support/seeds.ts';
import type { AttackSet } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';

const CASES = 10_000;

/** Twenty good images with flipped bits, cut, overwritten, or with pieces swapped, doubled and moved. */
export const mutatedImageSet: AttackSet = {
  id: 'S3',
  title: 'mutated images',
  bounds: { maxMs: 30_000, maxRssMb: 1500 },
  async run(tally, { share }) {
    const product = await StdioProduct.open(tally);
    try {
      const all = await seeds(64);
      const mutations = cases(all, Math.max(40, Math.round(CASES * share)));
      await eachOf(mutations, 4, ({ name, bytes }) => tryImage(tally, product, name, bytes, { threshold: 0.9 }));
      tally.note(`${all.length} seeds, always the same mutations`);
    } finally {
      await product.stop();
    }
  },
};

function* cases(all: readonly Seed[], count: number): Generator<Seed> {
  const chance = random(13);
  for (let i = 0; i < count; i += 1) {
    const { name, bytes } = all[i % all.length]!;
    const how = MUTATIONS[Math.floor(i / all.length) % MUTATIONS.length]!;
    yield { name: `mutation ${i}, ${how.name} of ${name}`, bytes: how(Buffer.from(bytes), chance, i) };
  }
}

type Mutation = (bytes: Buffer, chance: Random, i: number) => Buffer;

const flippedBits: Mutation = (bytes, chance) => {
  for (let n = 1 + chance.below(8); n > 0; n -= 1) {
    const at = chance.below(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << chance.below(8));
  }
  return bytes;
};
/** Where the structure is: the first bytes of a file. */
const flippedHead: Mutation = (bytes, chance) => {
  const at = 3 + chance.below(Math.min(200, bytes.length - 3));
  bytes[at] = chance.below(256);
  return bytes;
};
const cut: Mutation = (bytes, _chance, i) => bytes.subarray(0, Math.floor((bytes.length * (i % 100)) / 100));
const overwritten: Mutation = (bytes, chance) => {
  const from = chance.below(bytes.length);
  return bytes.fill(chance.pick([0, 255, 0x80, 0x7f]), from, Math.min(bytes.length, from + 1 + chance.below(64)));
};
const swapped: Mutation = (bytes, chance) => {
  const length = 1 + chance.below(bytes.length >> 3);
  const [a, b] = [chance.below(bytes.length - length), chance.below(bytes.length - length)];
  const first = Buffer.from(bytes.subarray(a, a + length));
  bytes.copyWithin(a, b, b + length);
  first.copy(bytes, b);
  return bytes;
};
const doubled: Mutation = (bytes, chance) => {
  const [from, to] = [chance.below(bytes.length), chance.below(bytes.length)].sort((a, b) => a - b) as [number, number];
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
};
const removed: Mutation = (bytes, chance) => {
  const from = 3 + chance.below(bytes.length - 3);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + chance.below(32))]);
};
const lyingLength: Mutation = (bytes, chance) => {
  const at = 2 + chance.below(Math.min(400, bytes.length - 6));
  bytes.writeUInt32BE(chance.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xffff]), at);
  return bytes;
};

const MUTATIONS = [flippedBits, flippedHead, cut, overwritten, swapped, doubled, removed, lyingLength];
