import { expect, it } from 'vitest';
import { SigningKeys } from '../../../src/access/accounts/signing-keys.ts';

it('a secret that was replaced is believed for as long as a login lasts, and signs no more', async () => {
  let time = 0;
  let current: string | undefined = 'one';
  let previous: string | undefined;
  const source = { current: () => current, previous: () => previous, refresh: async () => undefined };
  const ring = new SigningKeys(source, 1000, () => time);
  const texts = () => ring.keys().map((key) => Buffer.from(key).toString());
  expect(texts()).toEqual(['one']);
  current = 'two';
  expect(texts()).toEqual(['two', 'one']);
  time = 600;
  current = 'three';
  previous = 'zero';
  expect(texts()).toEqual(['three', 'zero', 'two', 'one']);
  time = 1000;
  expect(texts()).toEqual(['three', 'zero', 'two']);
  // Back again: once is enough.
  current = 'two';
  expect(texts()).toEqual(['two', 'zero', 'three']);
  for (let n = 0; n < 20; n += 1) {
    current = `number ${n}`;
    texts();
  }
  expect(texts()).toHaveLength(7);
});

it('without a secret a key of the process signs', () => {
  const source = { current: () => undefined, previous: () => undefined, refresh: async () => undefined };
  const [one] = new SigningKeys(source, 1000).keys();
  const [other] = new SigningKeys(source, 1000).keys();
  expect(one).toHaveLength(32);
  expect(one).not.toEqual(other);
});
