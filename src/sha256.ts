import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

/** About a millisecond. */
const AT_ONCE = 2 ** 20;

/** Of the bytes, in hexadecimal; the event loop has a turn after each megabyte. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    if (at > 0) await turn();
    hash.update(bytes.subarray(at, at + AT_ONCE));
  }
  return hash.digest('hex');
}
