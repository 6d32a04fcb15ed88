import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../../../src/image/image.ts';

/** Photos and models that are not in the repository; tests that need them are skipped without. */
const root = process.env.H200_TEST_ASSETS ?? '../shared';

export function asset(path: string): string {
  return resolve(root, path);
}

/** Why a test cannot run, for its name; null when all files are there. */
export function missingAssets(...paths: string[]): string | null {
  const missing = paths.filter((p) => !existsSync(asset(p)));
  return missing.length === 0 ? null : `skipped: H200_TEST_ASSETS has no ${missing.join(', ')}`;
}

export async function photo(path: string): Promise<Image> {
  const bytes = readFileSync(asset(path));
  const { format, autoOrient } = await sharp(bytes).metadata();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, format: format as Image['format'], bytes, ...autoOrient, focal35mm: null, label: path };
}
