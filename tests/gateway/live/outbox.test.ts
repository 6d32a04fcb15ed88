import { expect, it } from 'vitest';
import { Outbox } from '../../../src/gateway/live/outbox.ts';

it('a client that does not read loses the oldest, and is told how many', () => {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const out = new Outbox(
    (text, done) => {
      sent.push(text);
      waiting.push(done);
    },
    (count) => `${count} left out`,
    10,
  );
  for (let i = 0; i < 100; i += 1) out.push(String(i).padStart(2, '0'));
  expect(sent).toEqual(['00']);
  while (waiting.length > 0) waiting.shift()!();
  expect(sent).toEqual(['00', '94 left out', '95', '96', '97', '98', '99']);
});

it('one text that is longer than all room is sent all the same', () => {
  const sent: string[] = [];
  const out = new Outbox(
    (text, done) => {
      sent.push(text);
      done();
    },
    String,
    3,
  );
  out.push('a long one');
  expect(sent).toEqual(['a long one']);
});
