import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};
/** Compressed already. */
const DENSE = new Set(['.woff2', '.png', '.jpg']);
const compress = promisify(gzip);

export interface BuiltFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
  /** Null: it would gain nothing. Made by the first who asks. */
  gzipped(): Promise<Buffer | null>;
}

/**
 * The files of a built page by their path inside the folder, `index.html` or `assets/….js`. They are read once: what is not in
 * the list is not served, whatever an address says. Empty where nothing was built.
 */
export function readBuilt(folder: string): ReadonlyMap<string, BuiltFile> {
  const files = new Map<string, BuiltFile>();
  if (!existsSync(join(folder, 'index.html'))) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replaceAll('\\', '/').replace(/^\//, '');
    if (!name.startsWith('.')) files.set(name, builtFile(readFileSync(path), type, extname(entry.name)));
  }
  return files;
}

function builtFile(bytes: Buffer, type: string, extension: string): BuiltFile {
  let small: Promise<Buffer | null> | undefined;
  return {
    type,
    bytes,
    etag: `"${hash('sha1', bytes, 'base64')}"`,
    gzipped() {
      small ??= DENSE.has(extension) ? Promise.resolve(null) : compress(bytes, { level: 9 });
      return small;
    },
  };
}
