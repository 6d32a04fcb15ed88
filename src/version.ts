import { existsSync, readFileSync } from 'node:fs';

/** The package's own folder, from the sources as well as from dist/. */
export const PACKAGE_ROOT: URL = [new URL('../', import.meta.url), new URL('../../', import.meta.url)].find((folder) =>
  existsSync(new URL('package.json', folder)),
) as URL;

export const VERSION: string = (
  JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')) as { version: string }
).version;
