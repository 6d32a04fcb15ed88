import { describe, expect, it } from 'vitest';
import { createCompute } from '../../src/analysis/away/compute.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { openJourney } from '../support/journey.ts';

const workOf = (text: string, length = Buffer.byteLength(text)) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([head, Buffer.from(text)]);
};

describe('what is no work of a server of ours is a mistake of who sent it', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length that lies', workOf('{}', 0xffffffff)],
    ['an empty object', workOf('{}')],
    ['no JSON', workOf('}{')],
    ['a hundred thousand levels', workOf('['.repeat(100_000))],
    ['a name of the language', workOf('{"__proto__": {"request": {}}}')],
  ])('%s', async (_, body) => {
    const { parts } = openJourney({ detections: [], timeoutMs: 20_000 });
    const compute = createCompute({ ...parts, intake: createImageIntake({ allowedRoots: [] }) }, 20_000);
    await expect(compute.answer(body, new AbortController().signal)).rejects.toMatchObject({
      code: 'VALIDATION_002',
      http: 422,
    });
  });
});
