import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tally } from './set.ts';
import { type StdioProduct, tryCall } from './stdio.ts';

/** One look of the model, nothing kept: what an image costs before anybody has a use for it. */
export const LOOK = { inference: 'single', store: false, include_feedback: false } as const;

let count = 0;

/** Gives these bytes to analyze_image as a file, or as base64 where they are small and their number is even. */
export async function tryImage(
  tally: Tally,
  product: StdioProduct,
  name: string,
  bytes: Buffer,
  more: Record<string, unknown> = {},
) {
  count += 1;
  if (count % 2 === 0 && bytes.length > 0 && bytes.length < 1_000_000) {
    const image = `data:image/jpeg;base64,${bytes.toString('base64')}`;
    return tryCall(tally, product, name, 'analyze_image', { ...LOOK, image, ...more });
  }
  const path = join(product.photos, `case-${count}.jpg`);
  await writeFile(path, bytes);
  try {
    return await tryCall(tally, product, name, 'analyze_image', { ...LOOK, image: path, ...more });
  } finally {
    await rm(path, { force: true });
  }
}
