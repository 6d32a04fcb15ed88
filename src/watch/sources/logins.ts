import { createHash, randomBytes } from 'node:crypto';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Users and passwords of cameras, each bound to the place that it is for: `rtsp://user:password@cam.lab, https://…`. Other hosts
 * are never sent them.
 */
export function loginFor(logins: string | undefined, url: URL): Login | null {
  for (const text of (logins ?? '').split(/[\s,]+/)) {
    const one = text === '' ? null : URL.parse(text);
    if (one === null || one.username === '') continue;
    if (one.protocol !== url.protocol || one.hostname !== url.hostname || one.port !== url.port) continue;
    return { user: decodeURIComponent(one.username), password: decodeURIComponent(one.password) };
  }
  return null;
}

export const isLogins = (text: string): boolean =>
  text
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .every((one) => {
      const url = URL.parse(one);
      return url !== null && /^(https?|rtsps?):$/.test(url.protocol) && url.username !== '' && isDecodable(url);
    });

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256' };

/**
 * The Authorization header that answers a challenge (RFC 7616, RFC 7617): digest before basic; null: none of them can be answered.
 */
export function authorization(
  challenges: string,
  { user, password }: Login,
  { method, path, count = 1 }: { readonly method: string; readonly path: string; readonly count?: number },
): string | null {
  const digest = digestOf(challenges);
  if (digest === null) {
    if (!/(^|[\s,])basic(\s|$)/i.test(challenges)) return null;
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  const { realm = '', nonce = '', opaque, qop = '', algorithm = 'MD5' } = digest;
  const name = HASHES[algorithm.toLowerCase().replace(/-sess$/, '')];
  const isSession = /-sess$/i.test(algorithm);
  if (name === undefined || nonce === '') return null;
  const hash = (text: string) => createHash(name).update(text).digest('hex');
  const cnonce = randomBytes(8).toString('hex');
  const nc = count.toString(16).padStart(8, '0');
  const secret = hash(`${user}:${realm}:${password}`);
  const first = isSession ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const second = hash(`${method}:${path}`);
  const withQop = qop.split(/\s*,\s*/).includes('auth');
  if (qop !== '' && !withQop) return null;
  const response = hash(withQop ? [first, nonce, nc, cnonce, 'auth', second].join(':') : `${first}:${nonce}:${second}`);
  const quoted = { username: user, realm, nonce, uri: path, response, ...(opaque !== undefined && { opaque }) };
  return [
    `Digest ${Object.entries(quoted)
      .map(([key, value]) => `${key}="${value.replace(/["\\]/g, '\\$&')}"`)
      .join(', ')}`,
    `algorithm=${algorithm}`,
    ...(withQop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ].join(', ');
}

/** The parameters of the strongest digest challenge that we can answer; null: there is none. */
function digestOf(challenges: string): Record<string, string> | null {
  const all = challenges
    .slice(0, 8192)
    .split(/(?=\bdigest\s)/i)
    .filter((one) => /^digest\s/i.test(one))
    .map((one) => {
      const found: Record<string, string> = {};
      for (const [, key, quoted, plain] of one.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
        found[key!.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
      }
      return found;
    })
    .filter(({ algorithm = 'MD5' }) => /^(md5|sha-256)(-sess)?$/i.test(algorithm));
  return all.find(({ algorithm = '' }) => /sha-256/i.test(algorithm)) ?? all[0] ?? null;
}
