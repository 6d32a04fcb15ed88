import { existsSync, readFileSync } from 'node:fs';

/** The package's own folder, from the sources as well as from dist/. */
export const PACKAGE_ROOT: URL = [new URL('../', import.meta.url), new URL('../../', import.meta.url)].find((folder) =>
  existsSync(new URL('package.json', folder)),
) as URL;

const description = JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')) as {
  version: string;
  optionalDependencies: Record<string, string>;
};

export const VERSION: string = description.version;

/** The release of onnxruntime-node that this version was tested with. */
export const RUNTIME_VERSION: string = description.optionalDependencies['onnxruntime-node'] as string;
