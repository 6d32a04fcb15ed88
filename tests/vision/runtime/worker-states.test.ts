import { expect, it } from 'vitest';
import { WorkerStates } from '../../../src/vision/runtime/worker-states.ts';

it('keeps the furthest state of each worker, and of all', () => {
  const states = new WorkerStates();
  expect(states.furthest).toBe('LOADING');
  expect(states.note(1, 'LOADING')).toBe(true);
  expect(states.note(1, 'READY')).toBe(false);
  states.note(1, 'WARMING');
  states.note(2, 'LOADED');
  expect([states.furthest, states.ready]).toEqual(['READY', 1]);
  expect([1, 2, 3].map((id) => states.hasLoaded(id))).toEqual([true, false, false]);
});

it('forgets workers that are gone', () => {
  const states = new WorkerStates();
  states.note(1, 'READY');
  states.note(2, 'ERROR');
  states.keepOnly(new Set([2]));
  expect([states.furthest, states.ready]).toEqual(['ERROR', 0]);
});
