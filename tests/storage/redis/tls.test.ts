import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import type { RedisSettings } from '../../../src/storage/redis/settings.ts';
import { freePort } from '../../services/ports.ts';
import { type RedisServer, startRedis, stopRedis } from '../../services/redis-server.ts';
import { HAS_REDIS_SERVER, redisAt } from '../../support/redis.ts';

describe.skipIf(!HAS_REDIS_SERVER)('Redis over TLS', () => {
  let folder: string;
  let port: number;
  let server: RedisServer;
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-redis-tls-'));
    for (const name of ['ca', 'other']) {
      const subject = ['-subj', `/CN=${name}`];
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        file(`${name}.key`),
        '-out',
        file(`${name}.pem`),
      );
    }
    const names = ['-addext', 'subjectAltName=DNS:localhost', '-subj', '/CN=localhost'];
    openssl('req', '-newkey', 'rsa:2048', '-nodes', ...names, '-keyout', file('redis.key'), '-out', file('redis.csr'));
    const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-copy_extensions', 'copy'];
    openssl('x509', '-req', '-days', '2', '-in', file('redis.csr'), ...signer, '-out', file('redis.pem'));
    port = await freePort();
    const files = ['--tls-cert-file', file('redis.pem'), '--tls-key-file', file('redis.key')];
    const settings = [
      '--tls-port',
      `${port}`,
      ...files,
      '--tls-ca-cert-file',
      file('ca.pem'),
      '--tls-auth-clients',
      'no',
    ];
    server = await startRedis({ folder, port: await freePort(), settings });
  });
  afterAll(async () => {
    await stopRedis(server);
    rmSync(folder, { recursive: true });
  });

  async function stateOf(more: Partial<RedisSettings>): Promise<readonly [state: string, read: string | undefined]> {
    let why: string | null = null;
    const layer = new RedisLayer(
      { ...redisAt(port), nodes: [{ host: 'localhost', port }], ...more },
      60_000,
      (_, word) => {
        why = word;
      },
    );
    try {
      await expect.poll(() => layer.state).not.toBe('connecting');
      await expect.poll(() => layer.state === 'connected' || why !== null).toBe(true);
      await layer.set('thing:s:d', Buffer.from('secret'));
      return [layer.state === 'connected' ? layer.state : `${layer.state}: ${why}`, `${await layer.get('thing:s:d')}`];
    } finally {
      await layer.close();
    }
  }

  it('works with the authority that signed its certificate', async () => {
    expect(await stateOf({ tls: { ca: readFileSync(file('ca.pem'), 'utf8') } })).toEqual(['connected', 'secret']);
  });

  it.each([
    ['another authority', () => ({ tls: { ca: readFileSync(file('other.pem'), 'utf8') } })],
    ['an authority that nobody knows', () => ({ tls: {} })],
  ])('is refused with %s, and nothing is sent', async (_what, more) => {
    const [state, read] = await stateOf(more());
    expect(state).toMatch(/^refused: \w*(CERT|SIGNATURE|SIGNED)\w*/);
    expect(read).toBe('undefined');
  });

  it('is refused under another name', async () => {
    const ca = readFileSync(file('ca.pem'), 'utf8');
    const [state] = await stateOf({ nodes: [{ host: '127.0.0.1', port }], tls: { ca } });
    expect(state).toBe('refused: ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
