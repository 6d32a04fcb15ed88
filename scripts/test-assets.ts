import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real models and photos for tests lie outside the repository: H200_TEST_ASSETS, default ../shared. */
const folder = resolve(process.env.H200_TEST_ASSETS || fileURLToPath(new URL('../../shared', import.meta.url)));

/** Path of one test asset, null where it is missing. */
export function testAsset(...names: string[]): string | null {
  const path = join(folder, ...names);
  return existsSync(path) ? path : null;
}
