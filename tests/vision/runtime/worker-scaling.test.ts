import { expect, it, vi } from 'vitest';
import { WorkerScaling } from '../../../src/vision/runtime/worker-scaling.ts';

function open(workers: number) {
  let now = 0;
  const state = { workers, idle: true };
  const told: [number, number][] = [];
  const scaled = vi.fn();
  const scaling = new WorkerScaling({
    workers: () => state.workers,
    retire: () => {
      if (state.idle) state.workers -= 1;
      return state.idle;
    },
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
  expect(scaled.mock.calls).toEqual([
    ['up', 2],
    ['down', 1],
    ['down', 1],
  ]);
});

it('keeps them where the pressure comes back between the looks', () => {
  const { state, period } = open(2);
  for (let n = 0; n < 9; n += 1) period(n % 3 === 2 ? 2 : 0, 6000);
  expect(state.workers).toBe(2);
});

it('tries again at the next look where none could be ended, and counts it once', () => {
  const { state, scaled, period } = open(2);
  state.idle = false;
  for (let n = 0; n < 5; n += 1) period(1, 1000);
  expect(state.workers).toBe(2);
  state.idle = true;
  period(1, 1000);
  expect(state.workers).toBe(1);
  period(1, 1000);
  expect(scaled.mock.calls).toEqual([
    ['up', 1],
    ['down', 1],
  ]);
});

it('counts those that have come, but not the first', () => {
  const { state, scaled, period } = open(0);
  period(0, 0);
  state.workers = 1;
  period(1, 9000);
  expect(scaled).not.toHaveBeenCalled();
  state.workers = 4;
  period(2, 9000);
  expect(scaled.mock.calls).toEqual([['up', 3]]);
});
