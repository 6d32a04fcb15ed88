import { expect, it, vi } from 'vitest';
import { createBus } from '../../src/events/bus.ts';

it('reaches every listener although one fails, and stops after unsubscribing', () => {
  const onError = vi.fn();
  const bus = createBus(onError);
  const seen: string[] = [];
  bus.on(() => {
    throw new Error('listener');
  });
  const off = bus.on((event) => seen.push(event.type));
  bus.emit({ type: 'mug_detected', analysis_id: 'ana_1', owner: 'local', count: 1 });
  off();
  bus.emit({ type: 'mug_detected', analysis_id: 'ana_2', owner: 'local', count: 1 });
  expect(seen).toEqual(['mug_detected']);
  expect(onError).toHaveBeenCalledTimes(2);
});
