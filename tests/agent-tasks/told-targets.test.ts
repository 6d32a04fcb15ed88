import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ToldTargets } from '../../src/agent-tasks/told-targets.ts';

it('of tasks without targets nothing is left behind, however many there are', async () => {
  const told = new ToldTargets();
  for (let n = 0; n < 1000; n += 1) {
    await told.inTurn(`task-${n}`, async () => {});
    await expect(told.inTurn(`task-${n}`, async () => Promise.reject(new Error('store')))).rejects.toThrow('store');
  }
  await sleep(0);
  expect(told.size).toBe(0);
});

it('plans in turn, and says of each target what is new', async () => {
  const told = new ToldTargets();
  const heard: string[] = [];
  const tell = (body: string, ms: number) =>
    told.inTurn('t', async (isNews) => {
      await sleep(ms);
      if (isNews('p', body)) heard.push(body);
    });
  await Promise.all([tell('working', 20), tell('done', 5), tell('done', 0), tell('working', 0)]);
  expect(heard).toEqual(['working', 'done', 'working']);
  expect(told.size).toBe(1);
});
