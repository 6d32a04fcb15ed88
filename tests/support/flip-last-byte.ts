import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Damages the file of this name, wherever it lies in the folder: it still says whose it is. */
export function flipLastByte(folder: string, name: string): void {
  const place = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((one) => one.endsWith(name));
  if (place === undefined) throw new Error(`no ${name}`);
  const bytes = readFileSync(join(folder, place));
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(join(folder, place), bytes);
}
