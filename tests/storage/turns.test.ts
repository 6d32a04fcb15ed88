import { expect, it } from 'vitest';
import { each } from '../../src/storage/records/json.ts';
import { nextTurn } from '../../src/turns.ts';

it('lets one piece of work run in each turn of the event loop, in the order of asking', async () => {
  const seen: string[] = [];
  const pieces = ['a', 'b', 'c'].map((name) => nextTurn().then(() => seen.push(name)));
  const others = (async () => {
    for (const n of [1, 2]) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`turn ${n}`);
    }
  })();
  await Promise.all([...pieces, others]);
  expect(seen).toEqual(['a', 'turn 1', 'b', 'turn 2', 'c']);
});

it('cuts long work into pieces and keeps its order', async () => {
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const busy = (n: number) => {
    for (const end = performance.now() + 1; performance.now() < end; );
    return n;
  };
  expect(await each([1, 2, 3, 4, 5], busy)).toEqual([1, 2, 3, 4, 5]);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(1);
});
