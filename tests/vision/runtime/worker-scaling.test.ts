import { expect, it, vi } from 'vitest';
import { WorkerScaling } from '../../../src/vision/runtime/worker-scaling.ts';

function open(workers: number) {
  let now = 0;
  const state = { workers };
  const told: [number, number][] = [];
  const scaled = vi.fn();
  const scaling = new WorkerScaling({
    workers: () => state.workers,
    retire: () => (state.workers -= 1),
    measured: (count, pressure) => told.push([count, pressure]),
    scaled,
    clock: () => now,
  });
  /** Ten seconds in which so many run for so long, then a look. */
  const period = (running: number, ms: number) => {
    const ends = Array.from({ length: running }, () => scaling.begin());
    now += ms;
    for (const end of ends) end();
    now += 10_000 - ms;
    scaling.look();
  };
  return { state, told, scaled, scaling, period };
}

it('measures the share of the time in which the workers ran something', () => {
  const { told, period } = open(2);
  period(1, 5000);
  period(2, 10_000);
  period(0, 0);
  expect(told).toEqual([
    [2, 0.25],
    [2, 1],
    [2, 0],
  ]);
});

it('ends one worker after three looks below .3, and never the last', () => {
  const { state, scaled, period } = open(3);
  const seen: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    period(1, 1000);
    seen.push(state.workers);
  }
  expect(seen).toEqual([3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]);
  expect(scaled.mock.calls).toEqual([['down'], ['down']]);
});

it('keeps them where the pressure comes back between the looks', () => {
  const { state, period } = open(2);
  for (let n = 0; n < 9; n += 1) period(n % 3 === 2 ? 2 : 0, 6000);
  expect(state.workers).toBe(2);
});

it('ends none while all of them run', () => {
  const { state, scaling, period } = open(2);
  period(0, 0);
  period(0, 0);
  const ends = [scaling.begin(), scaling.begin()];
  period(0, 0);
  for (const end of ends) end();
  expect(state.workers).toBe(2);
});

it('tells that one more has come', () => {
  const { state, scaled, period } = open(1);
  period(1, 9000);
  state.workers = 2;
  period(2, 9000);
  expect(scaled.mock.calls).toEqual([['up']]);
});
