import { afterEach, beforeEach, expect, it } from 'vitest';
import { tellOfModel } from '../../src/app/model-in-use.ts';
import { createBus } from '../../src/events/bus.ts';
import { outgoing } from '../../src/events/outgoing-event.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import type { Records } from '../../src/ports/records.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';

let records: Records;
let told: BusEvent[];
beforeEach(() => {
  records = createSqliteRecords(':memory:');
  told = [];
});
afterEach(() => records.close());

const start = async (name: string, version: string) => {
  const bus = createBus((error) => {
    throw error;
  });
  bus.on((event) => told.push(event));
  const identity = async () => ({ name, version, threshold: 0.4, inference: 'single' as const });
  await tellOfModel({ detector: { identity }, registry: records.registry, bus, now: () => new Date() });
};

it('the first model of a store replaces none, and the same one again is no news', async () => {
  await start('yolox-nano', '1');
  await start('yolox-nano', '1');
  expect(told).toEqual([]);
});

it('another model or version is told, with the one before, and leaves as an event', async () => {
  await start('yolox-nano', '1');
  await start('yolox-nano', '2');
  await start('desk-detector', '2');
  expect(told).toMatchObject([
    { type: 'model_updated', model: { name: 'yolox-nano', version: '2' }, previous: { version: '1' }, owner: 'system' },
    { model: { name: 'desk-detector' }, previous: { name: 'yolox-nano', version: '2' } },
  ]);
  expect(outgoing(told[1]!)).toMatchObject({
    event_type: 'model_updated',
    severity: 'info',
    data: { model: { name: 'desk-detector', version: '2' }, previous: { name: 'yolox-nano' } },
  });
});

it('of several servers that start at once one tells', async () => {
  await start('yolox-nano', '1');
  await Promise.all([1, 2, 3, 4].map(() => start('desk-detector', '1')));
  expect(told).toHaveLength(1);
});

it('where no model can be had nothing is told or written', async () => {
  const bus = createBus(() => {});
  const detector = { identity: () => Promise.reject(new Error('no model')) };
  await expect(tellOfModel({ detector, registry: records.registry, bus, now: () => new Date() })).rejects.toThrow();
  expect(await records.registry.count('model_in_use', null)).toBe(0);
});
