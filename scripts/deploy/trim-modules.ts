import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/**
 * Takes out of the production packages of an image what no program on Linux loads: binaries for other systems, maps, types,
 * sources in C. `trim-modules.ts FOLDER x64|arm64`. Licences and READMEs stay.
 */
const [folder = '', arch = ''] = process.argv.slice(2);
if (folder === '' || !['x64', 'arm64'].includes(arch)) {
  console.error('usage: trim-modules.ts FOLDER x64|arm64');
  process.exit(2);
}
const root = resolve(folder);

/** Of a path below node_modules. */
const UNUSED: readonly RegExp[] = [
  /\.(map|d\.[cm]?ts)$/,
  /^openai\/src\//,
  /^zod\/src\//,
  /^better-sqlite3\/(deps|src)\//,
  new RegExp(`^better-sqlite3/prebuilds/(?!linux-${arch}\\.node$)`),
  new RegExp(`^onnxruntime-node/bin/napi-v6/(?!linux/${arch}/)`),
  /^@msgpackr-extract\/.*\.musl\.node$/,
  /^bintrees\/test\//,
];

let files = 0;
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  const name = relative(root, path).replaceAll('\\', '/');
  if (entry.isDirectory() || !UNUSED.some((pattern) => pattern.test(name))) continue;
  rmSync(path);
  files++;
}
/** Folders that are empty now, from the inside. */
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).reverse()) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
}
console.log(`${files} files taken out of ${folder}`);
