import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RoutingEntry } from '../../src/contract/routing.ts';
import { orderFor } from '../../src/routing/choose.ts';
import { here, pod } from './rig.ts';

const MANY = 2000;
const photos = Array.from({ length: MANY }, (_, i) => createHash('sha256').update(`photo ${i}`).digest('hex'));
const firsts = (entries: readonly RoutingEntry[], principal = 'ann') =>
  photos.map((image) => orderFor({ image, principal }, entries)[0]?.id ?? 'nobody');

/** Five standard deviations of a binomial: one run in a million would fail by chance, and this one never changes. */
const within = (count: number, share: number) => {
  const mean = MANY * share;
  return Math.abs(count - mean) <= 5 * Math.sqrt(mean * (1 - share));
};

describe('which backend gets an analysis', () => {
  it.each([
    [[here(95), pod('srv_a', 5)]],
    [[here(50), pod('srv_a', 50)]],
    [[here(0), pod('srv_a', 20), pod('srv_b', 80)]],
    [[here(70), pod('srv_a', 10), pod('srv_b', 20)]],
  ])('follows the weights: %j', (entries) => {
    const got = firsts(entries);
    for (const { id, weight } of entries) {
      const count = got.filter((one) => one === id).length;
      expect([id, within(count, weight / 100), weight > 0 || count === 0]).toEqual([id, true, true]);
    }
  });

  it('is the same for the same photo of the same caller, in whichever order backends are listed', () => {
    const entries = [here(50), pod('srv_a', 30), pod('srv_b', 20)];
    expect(firsts(entries)).toEqual(firsts(entries.toReversed()));
    const anns = firsts(entries);
    const others = firsts(entries, 'bob').filter((id, at) => id !== anns[at]);
    expect(others.length).toBeGreaterThan(MANY / 4);
  });

  it('changes for as many as the weights say, and for no others', () => {
    const before = firsts([here(95), pod('srv_a', 5)]);
    const after = firsts([here(80), pod('srv_a', 20)]);
    const moved = before.flatMap((id, at) => (id === after[at] ? [] : [`${id} to ${after[at]}`]));
    expect(new Set(moved)).toEqual(new Set(['here to srv_a']));
    expect(within(moved.length, 0.15)).toBe(true);
  });

  it('names those with weight alone, each once, as who comes next', () => {
    const order = orderFor({ image: 'a', principal: 'b' }, [here(40), pod('srv_a', 60), pod('srv_b', 0)]);
    expect(order.map(({ id }) => id).sort()).toEqual(['here', 'srv_a']);
  });
});
