import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { abandon, readAll } from '../../src/ports/byte-stream.ts';

const parts = () => Readable.from([Buffer.from('one '), Buffer.from('two '), Buffer.from('three')]);

it.each([0, 1, 5, 13, 100, Number.MAX_SAFE_INTEGER])(
  'reads all bytes, whatever number is expected: %i',
  async (expected) => {
    expect((await readAll(parts(), 13, { expected })).toString()).toBe('one two three');
    expect((await readAll(Buffer.from('bytes'), 5, { expected })).toString()).toBe('bytes');
  },
);

it('reads no more than allowed, and closes what it does not read', async () => {
  const stream = parts();
  await expect(readAll(stream, 12)).rejects.toMatchObject({ code: 'VALIDATION_004', http: 413 });
  expect(stream.destroyed).toBe(true);
  await expect(readAll(Buffer.from('bytes'), 4)).rejects.toMatchObject({ code: 'VALIDATION_004' });

  let closed = false;
  const endless = async function* () {
    try {
      for (;;) yield Buffer.alloc(10);
    } finally {
      closed = true;
    }
  };
  await expect(readAll(endless(), 100)).rejects.toMatchObject({ code: 'VALIDATION_004' });
  expect(closed).toBe(true);
});

it('does not wait for a source that hangs', async () => {
  const hanging = async function* () {
    yield Buffer.from('first');
    await new Promise(() => {});
  };
  const reason = new Error('too slow');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  await expect(readAll(hanging(), 100, { signal: controller.signal })).rejects.toBe(reason);
  await expect(readAll(parts(), 100, { signal: controller.signal })).rejects.toBe(reason);
  abandon(hanging());
});
