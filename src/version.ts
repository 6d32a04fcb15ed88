import { existsSync, readFileSync } from 'node:fs';

/** The package's own folder, from the sources as well as from dist/. */
export const PACKAGE_ROOT: URL = withDescription(new URL('./', import.meta.url));

const description = JSON.parse(readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8')) as {
  version: string;
  optionalDependencies: Record<string, string>;
};

export const VERSION: string = description.version;

/** The release of onnxruntime-node that this version was tested with. */
export const RUNTIME_VERSION: string = description.optionalDependencies['onnxruntime-node'] as string;

function withDescription(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const above = new URL('../', folder);
  if (above.href === folder.href) throw new Error('package.json is missing from the package');
  return withDescription(above);
}
