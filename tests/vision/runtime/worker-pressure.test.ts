import { expect, it } from 'vitest';
import { WorkerPressure } from '../../../src/vision/runtime/worker-pressure.ts';

it('is the share of the time in which the workers ran something', () => {
  let now = 0;
  const told: [number, number][] = [];
  const pressure = new WorkerPressure({
    workers: () => 2,
    measured: (count, share) => told.push([count, share]),
    clock: () => now,
  });
  /** Ten seconds in which so many run for so long, then a look. */
  const period = (running: number, ms: number) => {
    const ends = Array.from({ length: running }, () => pressure.begin());
    now += ms;
    for (const end of ends) end();
    now += 10_000 - ms;
    pressure.look();
  };
  period(1, 5000);
  period(2, 10_000);
  period(0, 0);
  expect(told).toEqual([
    [2, 0.25],
    [2, 1],
    [2, 0],
  ]);
  pressure.close();
});
