import { describe, expect, it } from 'vitest';
import { createGate } from '../../../src/image/decode/gate.ts';

describe('createGate', () => {
  it('lets so many run at once, the others in their order', async () => {
    const gate = createGate(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const all = ends.map(({ promise }, i) =>
      gate(async () => {
        begun.push(i);
        await promise;
      }),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    for (const { resolve } of ends) resolve();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('frees the place of what fails or was given up while it waited', async () => {
    const gate = createGate(1);
    const held = Promise.withResolvers<void>();
    const first = gate(() => held.promise);
    const controller = new AbortController();
    const second = gate(async () => 'second', controller.signal);
    const third = gate(async () => 'third');
    controller.abort(new Error('given up'));
    held.reject(new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    await expect(second).rejects.toThrow('given up');
    await expect(third).resolves.toBe('third');
  });
});
