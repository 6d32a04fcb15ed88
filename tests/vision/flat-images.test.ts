import { afterAll, expect, it } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';
import { flatPng, noise } from '../image/decode/support/poison.ts';
import { startVision } from './support/started.ts';
import { tinyDesk, tinyEntry } from './support/tiny-desk.ts';

/** A few kilobytes each that unpack to 17 or 50 MB: decoded all at once they would be 2 GB. */
const FLAT = [flatPng(4096, 4096, { bits: 8, type: 2 }), flatPng(4096, 4096, { bits: 8, type: 0 })];
const AT_ONCE = 64;
const PHOTOS = 20;

const bytes = tinyDesk();
const { vision, stop } = startVision([{ entry: tinyEntry(bytes), bytes }]);
const intake = createImageIntake({ allowedRoots: [] });
const detect = async (image: Buffer) => vision.detect(await intake.fromBytes(image), {});
afterAll(stop);

/** Of one honest photo after the other, ms. */
async function p95(photo: Buffer): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const begun = performance.now();
    await detect(photo);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[Math.ceil(PHOTOS * 0.95) - 1]!;
}

it(`photos are answered beside ${AT_ONCE} flat images of 4096²; memory stays bounded, none of them is lost`, {
  timeout: 120_000,
}, async () => {
  const photo = await noise(480, 270).resize(1920, 1080).jpeg({ quality: 90 }).toBuffer();
  await detect(photo);
  const alone = await p95(photo);

  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  let open = AT_ONCE;
  const flood = Array.from({ length: AT_ONCE }, (_, i) => detect(FLAT[i % 4 === 0 ? 1 : 0]!).finally(() => open--));
  const beside = await p95(photo);
  const stillOpen = open;
  const answers = await Promise.allSettled(flood);
  clearInterval(watch);

  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(stillOpen).toBeGreaterThan(0);
  expect((most - before) / 1e6).toBeLessThan(600);
  expect(beside).toBeLessThan(Math.max(4 * alone, 1500));
});
