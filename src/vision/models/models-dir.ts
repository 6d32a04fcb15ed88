import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own `models` folder, seen from the sources and from the build. */
export function packageModelsDir(from: string = import.meta.url): string {
  let folder = dirname(fileURLToPath(from));
  while (!existsSync(join(folder, 'models', 'manifest.json'))) {
    const parent = resolve(folder, '..');
    if (parent === folder) throw new Error('models/manifest.json is missing from the package');
    folder = parent;
  }
  return join(folder, 'models');
}
