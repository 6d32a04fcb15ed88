import { describe, expect, it } from 'vitest';
import { createCompute } from '../../src/analysis/away/compute.ts';
import { readAnswer } from '../../src/analysis/away/remote-answer.ts';
import { encodeWork } from '../../src/analysis/away/work.ts';
import { checkedRequest } from '../../src/analysis/checked-request.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import type { StoredCalibration } from '../../src/ports/records.ts';
import { callOf } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const workOf = (text: string, length = Buffer.byteLength(text)) => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([head, Buffer.from(text)]);
};

/** Work as a server of ours sends it, with another calibration in its head. */
async function workWith(change: (calibration: StoredCalibration) => unknown): Promise<Buffer> {
  const { calibrations } = openJourney({ detections: [], timeoutMs: 20_000 });
  const made = await calibrations.create(callOf('ann'), {
    ...{ name: 'desk', calibration: { mm_per_pixel: 1.5 }, width: 640, height: 480 },
  });
  const size = { width: 640, height: 480 };
  const whole = encodeWork({
    request: checkedRequest({ detections: [], size }),
    source: { image: null, ...size },
    ...{ calibration: made, rules: [], principal: LOCAL, priority: 'normal' },
  });
  const length = whole.readUInt32BE(0);
  const head = JSON.parse(whole.toString('utf8', 4, 4 + length));
  return workOf(JSON.stringify({ ...head, calibration: change(head.calibration) }));
}

describe('a calibration that comes with the work', () => {
  const of = (change: object) => (one: StoredCalibration) => ({
    ...one,
    calibration: { ...one.calibration, ...change },
  });
  const compute = () => {
    const { parts } = openJourney({ detections: [], timeoutMs: 20_000 });
    return createCompute({ ...parts, intake: createImageIntake({ allowedRoots: [] }) }, 20_000);
  };
  const signal = new AbortController().signal;

  it('is used as it was stored', async () => {
    const answer = JSON.parse(await compute().answer(await workWith((one) => one), signal));
    expect(answer.outcome.judged.content.calibration).toMatchObject({ source: 'stored', method: 'scale' });
  });

  it.each([
    ['any object', () => ({ anything: 1 })],
    ['no homography', of({ homography: null })],
    ['one that maps all to one point', of({ homography: [0, 0, 0, 0, 0, 0, 0, 0, 1] })],
    ['one with too few numbers', of({ homography: [1, 0, 0] })],
    ['numbers beyond all lengths', of({ homography: [1e300, 0, 0, 0, 1e300, 0, 0, 0, 1] })],
    ['a negative scale', of({ mmPerPixel: -1 })],
    ['an unknown method', of({ method: 'guess' })],
    ['a hundred thousand modes', of({ view: { modes: Array(100_000).fill([1, 0, 0, 0, 1, 0, 0, 0, 1]) } })],
    ['no size', (one: StoredCalibration) => ({ ...one, width: 0 })],
    [
      'a zone of two points',
      (one: StoredCalibration) => ({
        ...one,
        zones: [
          {
            name: 'a',
            polygon_px: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
      }),
    ],
    [
      'a table inside one pixel',
      (one: StoredCalibration) => ({
        ...one,
        tablePx: [
          [0, 0],
          [0, 1],
          [1, 1],
        ],
      }),
    ],
  ])('is refused: %s', async (_, change) => {
    const work = await workWith(change);
    await expect(compute().answer(work, signal)).rejects.toMatchObject({ code: 'VALIDATION_002', http: 422 });
  });
});

it('what a camera needs besides comes back, and only where it was asked for', async () => {
  const { parts, seen } = openJourney({ timeoutMs: 20_000 });
  const compute = createCompute({ ...parts, intake: createImageIntake({ allowedRoots: [] }) }, 20_000);
  const image = await createImageIntake({ allowedRoots: [] }).fromBytes(await plainPhoto(), 'photo');
  const what = {
    request: checkedRequest({ use_cache: false, store: false, image: 'photo' }),
    source: { image, width: image.width, height: image.height },
    ...{ calibration: null, rules: [], principal: LOCAL, priority: 'normal' as const },
  };
  const answer = async (more: { faint?: number }) => {
    const text = await compute.answer(encodeWork({ ...what, ...more }), new AbortController().signal);
    const { outcome } = readAnswer(JSON.parse(text));
    if ('refused' in outcome) throw outcome.refused;
    return outcome.judged;
  };
  expect((await answer({})).seen).toBeUndefined();
  expect(await answer({ faint: 0.1 })).toMatchObject({
    seen: { boxNoise: { sigma: 0.02 }, faint: [], warnings: [] },
    state: { scene: { objects: expect.any(Array) } },
  });
  expect(seen.calls).toBe(2);
});

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
