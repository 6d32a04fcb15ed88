import { expect, it } from 'vitest';
import { testAsset } from '../../scripts/test-assets.ts';
import { isInside, measuredLengths } from './truth/measured.ts';

const folder = testAsset('photos', 'measured');

it.skipIf(!folder)('lengths of two real photos lie inside what is stated with a calibration', async () => {
  const lengths = await measuredLengths(folder!);
  for (const method of ['points', 'camera'] as const) {
    const mine = lengths.filter((l) => l.method === method);
    expect(mine).toHaveLength(10);
    expect(mine.filter(isInside).length).toBeGreaterThanOrEqual(9);
  }
});
