import { createECDH, createHash, createPrivateKey, hkdfSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CardKey, CardKeys } from '../ports/card-keys.ts';
import { FILE_MODE, narrow, privateDataFolder } from '../storage/private.ts';
import type { Log } from '../telemetry/log.ts';

const FILE = 'card-key';
const CURVE_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

export interface CardKeyParts {
  /** Signing secrets that all servers share, the one in force first; empty: there is none. */
  readonly secrets: () => readonly string[];
  readonly folder: string;
  /** False: nothing may be written. */
  readonly stores: boolean;
  readonly log: Log;
}

/**
 * What agent cards are signed with: derived from the signing secret, so that all servers that share it have the same key; else
 * one that is made once and kept in the data folder.
 */
export function createCardKeys({ secrets, folder, stores, log }: CardKeyParts): CardKeys {
  const known = new Map<string, CardKey>();
  let own: Promise<Buffer> | undefined;

  function keyOf(seed: Uint8Array): CardKey {
    const name = createHash('sha256').update(seed).digest('base64');
    const key = known.get(name) ?? deriveKey(seed);
    known.set(name, key);
    return key;
  }

  return {
    async keys() {
      const shared = secrets();
      if (shared.length > 0) return shared.map((secret) => keyOf(Buffer.from(secret)));
      own ??= ownSeed(join(folder, FILE), folder, stores, log);
      return [keyOf(await own)];
    },
  };
}

async function ownSeed(path: string, folder: string, stores: boolean, log: Log): Promise<Buffer> {
  const read = () => {
    const seed = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
    return seed.length === 32 ? seed : null;
  };
  const made = randomBytes(32);
  try {
    if (existsSync(path)) {
      narrow(path);
      const seed = read();
      if (seed !== null) return seed;
      log.warn({ file: FILE }, 'the key of agent cards is damaged; a key of this process signs');
      return made;
    }
    if (!stores) return made;
    privateDataFolder(folder);
    await writeFile(path, `${made.toString('base64url')}\n`, { flag: 'wx', mode: FILE_MODE });
    return made;
  } catch (thrown) {
    // Another process was first.
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return read() ?? made;
    log.warn({ err: thrown }, 'the key of agent cards cannot be kept; a key of this process signs');
    return made;
  }
}

/** A P-256 key of a secret: always the same. Its id is its thumbprint (RFC 7638). */
export function deriveKey(secret: Uint8Array): CardKey {
  // 16 bytes more than the order has: what the remainder prefers is below 2^-128.
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'h200-mug agent card', 48));
  const scalar = (BigInt(`0x${bytes.toString('hex')}`) % (CURVE_ORDER - 1n)) + 1n;
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex'));
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const publicJwk = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').toString('base64url');
  const privateKey = createPrivateKey({ key: { ...publicJwk, d } as JsonWebKey, format: 'jwk' });
  const { crv, kty } = publicJwk;
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kid, privateKey, publicJwk: { ...publicJwk, kid, use: 'sig', alg: 'ES256' } };
}
