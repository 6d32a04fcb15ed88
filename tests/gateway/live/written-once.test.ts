import { expect, it } from 'vitest';
import { writtenOnce } from '../../../src/gateway/live/written-once.ts';

it('a message that 500 clients hear is written once, another one again', () => {
  let written = 0;
  const text = writtenOnce(({ number }) => `${number} ${++written}`);
  const message = { type: 'alert', topic: 'alerts', data: {}, timestamp: '' } as const;
  const [one, two] = [
    { ...message, number: 1 },
    { ...message, number: 2 },
  ];
  expect(new Set(Array.from({ length: 500 }, () => text(one)))).toEqual(new Set(['1 1']));
  expect(text(two)).toBe('2 2');
});
