import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { nextLongTurn, nextTurn } from '../src/turns.ts';

it('has one piece of work a turn, in the order of asking', async () => {
  const done: number[] = [];
  const all = [1, 2, 3].map((n) => nextTurn().then(() => done.push(n)));
  const seen: number[] = [];
  while (done.length < 3) {
    await nextRound();
    seen.push(done.length);
  }
  await Promise.all(all);
  expect(done).toEqual([1, 2, 3]);
  expect(Math.max(...seen.map((n, i) => n - (seen[i - 1] ?? 0)))).toBe(1);
});

it('lets a piece go before the computations that wait, so that one answer waits for one of them', async () => {
  const done: string[] = [];
  const computations = Array.from({ length: 20 }, (_, i) => nextLongTurn().then(() => done.push(`computation ${i}`)));
  const piece = nextTurn().then(async () => {
    done.push('first piece');
    await nextTurn();
    done.push('second piece');
  });
  await piece;
  expect(done.length).toBeLessThanOrEqual(5);
  await Promise.all(computations);
  expect(done.filter((name) => name.startsWith('computation'))).toHaveLength(20);
});

it('keeps no computation waiting for ever, however many pieces come', async () => {
  let isOver = false;
  let pieces = 0;
  const endless = async () => {
    while (!isOver && pieces < 10_000) {
      await nextTurn();
      pieces += 1;
    }
  };
  const busy = [endless(), endless(), endless()];
  await nextLongTurn();
  isOver = true;
  await Promise.all(busy);
  expect(pieces).toBeLessThan(200);
});
