import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { FileClaim, FileLinks } from '../ports/file-links.ts';

/** Where our HTTP server gives out stored files. */
export const FILES_PATH = '/files/';

const Claim = z.strictObject({
  key: z.string(),
  analysisId: z.string().max(100),
  userId: z.string().max(100).nullable(),
  fileName: z.string().regex(/^[\w.-]{1,100}$/),
  expiresAtS: z.int(),
});

/** Longer than any that is made. */
const MAX_TOKEN = 4000;
const MAC_BYTES = 32;

/**
 * Addresses that whoever has them may use until they expire. What they give is inside the signature, so that nothing of them
 * can be changed, and none is a path.
 */
export class SignedLinks implements FileLinks {
  private readonly secrets: () => readonly (string | Uint8Array)[];

  /** The first secret signs, all are believed; a function tells those of the moment. */
  constructor(secrets: readonly (string | Uint8Array)[] | (() => readonly (string | Uint8Array)[])) {
    this.secrets = typeof secrets === 'function' ? secrets : () => secrets;
  }

  private get keys(): Buffer[] {
    return this.secrets().map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'h200-mug file links', 32)));
  }

  path(claim: FileClaim): string {
    const body = Buffer.from(JSON.stringify(claim));
    return `${FILES_PATH}${Buffer.concat([mac(this.keys[0]!, body), body]).toString('base64url')}`;
  }

  /** Null for what we never signed, and for what has expired. */
  read(token: string, now: Date): FileClaim | null {
    if (token.length > MAX_TOKEN) return null;
    const bytes = Buffer.from(token, 'base64url');
    const [given, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
    if (given.length < MAC_BYTES || !this.keys.some((key) => timingSafeEqual(given, mac(key, body)))) return null;
    const claim = Claim.safeParse(JSON.parse(body.toString()));
    return claim.success && now.getTime() < claim.data.expiresAtS * 1000 ? claim.data : null;
  }
}

const mac = (key: Buffer, body: Buffer) => createHmac('sha256', key).update(body).digest();
