import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitingLine } from '../src/waiting-line.ts';

const line = (...added: [string, number][]) => {
  const waiting = new WaitingLine<string>(4);
  for (const [one, rank] of added) waiting.add(one, rank);
  return waiting;
};
const all = (waiting: WaitingLine<string>) => {
  const taken: string[] = [];
  for (let one = waiting.take(); one !== undefined; one = waiting.take()) taken.push(one);
  return taken;
};

it('takes the most urgent first, and among equals the first that came', () => {
  expect(all(line(['a', 2], ['b', 0], ['c', 2], ['d', 3], ['e', 0]))).toEqual(['b', 'e', 'a', 'c', 'd']);
});

it('forgets who left', () => {
  const waiting = line(['a', 1], ['b', 0], ['c', 1]);
  waiting.remove('b');
  waiting.remove('nobody');
  expect(all(waiting)).toEqual(['a', 'c']);
});

it('lets nobody wait for ever behind what is more urgent', () => {
  const waiting = line(['patient', 3]);
  let taken = 0;
  for (let one = ''; one !== 'patient'; taken += 1) {
    waiting.add(`urgent ${taken}`, 0);
    one = waiting.take() as string;
  }
  expect(taken).toBe(8);
});

it('takes everybody once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 60 }), (ranks) => {
      const names = ranks.map((rank, index): [string, number] => [`${index}`, rank]);
      expect(all(line(...names)).toSorted()).toEqual(names.map(([name]) => name).toSorted());
    }),
  );
});

it('takes turns between owners of the same rank, each in the order of its own', () => {
  const waiting = new WaitingLine<string>(1);
  for (const one of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) waiting.add(one, 0, one[0]);
  expect(all(waiting)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});
