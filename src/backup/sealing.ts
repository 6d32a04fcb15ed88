import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { damagedBackup } from '../ports/backup-place.ts';

const packed = promisify<Buffer, object, Buffer>(deflateRaw as never);
const unpacked = promisify<Buffer, object, Buffer>(inflateRaw as never);

/** First byte of what is sealed. */
const ENCRYPTED = 1;
const PACKED = 2;
const NONCE = 12;
const TAG = 16;
const HASH = 32;
/** What sealing adds at most. */
export const SEAL_BYTES = 1 + HASH;

/** Names things and closes them so that what was changed, cut or put under another name is not opened. */
export interface Sealing {
  /** Of an object: hexadecimal; with a key it says nothing of what it names to who has not the key. */
  nameOf(kind: 'part' | 'photo', what: Uint8Array | string): string;
  seal(name: string, bytes: Uint8Array, options?: { readonly pack?: boolean }): Promise<Buffer>;
  /** Throws BACKUP_002, also for what is packed where `pack` is not set. */
  open(name: string, sealed: Buffer, maxBytes: number, options?: { readonly pack?: boolean }): Promise<Buffer>;
}

export const SALT_BYTES = 16;
/** Of scrypt: half a second and 64 MB for whoever tries a key. Written down by `version` of the format alone. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 };

export interface KeyedSealing extends Sealing {
  /** The same for the same key and salt, and tells nothing of either. */
  readonly proof: string;
}

export async function keyedSealing(key: string, salt: Buffer): Promise<KeyedSealing> {
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt as never);
  const root = await derive(key, salt, 32, COST);
  const [content, names, proof] = ['content', 'names', 'proof'].map((use) =>
    Buffer.from(hkdfSync('sha256', root, '', `h200-mug backup ${use}`, 32)),
  ) as [Buffer, Buffer, Buffer];
  return {
    proof: proof.toString('hex'),
    nameOf: (kind, what) => createHmac('sha256', names).update(`${kind}\0`).update(what).digest('hex'),
    async seal(name, bytes, { pack = false } = {}) {
      const flags = ENCRYPTED | (pack ? PACKED : 0);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', content, nonce);
      cipher.setAAD(boundTo(flags, name));
      const body = await contentOf(bytes, pack);
      return Buffer.concat([Buffer.of(flags), nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
    },
    async open(name, sealed, maxBytes, { pack = false } = {}) {
      const flags = sealed[0] ?? 0;
      if ((flags & ~allowed(pack)) !== ENCRYPTED || sealed.length < 1 + NONCE + TAG) throw damaged(name);
      const cipher = createDecipheriv('aes-256-gcm', content, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG });
      cipher.setAAD(boundTo(flags, name));
      cipher.setAuthTag(sealed.subarray(-TAG));
      let body: Buffer;
      try {
        body = Buffer.concat([cipher.update(sealed.subarray(1 + NONCE, -TAG)), cipher.final()]);
      } catch {
        throw damaged(name);
      }
      return plain(flags, body, maxBytes);
    },
  };
}

/** Without a key: who may write there can change it, chance cannot. */
export const openSealing: Sealing = {
  nameOf: (kind, what) => createHash('sha256').update(`${kind}\0`).update(what).digest('hex'),
  async seal(name, bytes, { pack = false } = {}) {
    const flags = pack ? PACKED : 0;
    const body = await contentOf(bytes, pack);
    return Buffer.concat([Buffer.of(flags), sumOf(flags, name, body), body]);
  },
  async open(name, sealed, maxBytes, { pack = false } = {}) {
    const flags = sealed[0] ?? 0;
    const body = sealed.subarray(1 + HASH);
    if ((flags & ~allowed(pack)) !== 0 || sealed.length < 1 + HASH) throw damaged(name);
    if (!timingSafeEqual(sealed.subarray(1, 1 + HASH), sumOf(flags, name, body))) throw damaged(name);
    return plain(flags, body, maxBytes);
  },
};

const allowed = (pack: boolean): number => (pack ? PACKED : 0);

const boundTo = (flags: number, name: string): Buffer => Buffer.from(`h200-mug backup\0${flags}\0${name}`);

const sumOf = (flags: number, name: string, body: Buffer): Buffer =>
  createHash('sha256').update(boundTo(flags, name)).update('\0').update(body).digest();

async function contentOf(bytes: Uint8Array, pack: boolean): Promise<Buffer> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return pack ? packed(buffer, { level: 1 }) : buffer;
}

async function plain(flags: number, body: Buffer, maxBytes: number): Promise<Buffer> {
  let content = body;
  if ((flags & PACKED) !== 0) {
    try {
      content = await unpacked(body, { maxOutputLength: maxBytes });
    } catch (cause) {
      throw damagedBackup('one of its files cannot be unpacked', cause);
    }
  }
  if (content.length > maxBytes) throw damagedBackup('one of its files is too long');
  return content;
}

const damaged = (name: string) => damagedBackup(`${name} is damaged, or was changed`);
