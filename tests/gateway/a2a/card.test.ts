import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentCard, verifyAgentCardSignature } from '@a2a-js/sdk';
import canonicalize from 'canonicalize';
import { createLocalJWKSet, flattenedVerify, importJWK, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCardKeys, deriveKey } from '../../../src/app/card-keys.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { type A2aServer, startA2a } from './a2a-server.ts';

let server: A2aServer;
let guarded: A2aServer;
beforeAll(async () => {
  server = await startA2a({ gateway: { trustedProxies: ['127.0.0.1'], allowedHosts: ['agents.example'] } });
  guarded = await startA2a({ token: 'a-token-of-enough-length' });
});
afterAll(() => Promise.all([server.close(), guarded.close()]));

const PATH = '/.well-known/agent-card.json';
// biome-ignore lint/suspicious/noExplicitAny: cards of both versions are looked into
type Any = any;
const cardOf = async (at: A2aServer, headers: Record<string, string> = { 'a2a-version': '1.0' }): Promise<Any> =>
  (await fetch(`${at.url}${PATH}`, { headers })).json();
const keysOf = async (at: A2aServer) =>
  (await (await fetch(`${at.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

describe('the card', () => {
  it('is ProtoJSON, and asks for a login only where one is wanted', async () => {
    const open = await cardOf(server);
    expect(open).toMatchObject({
      supportedInterfaces: [
        { url: `${server.url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
        { url: `${server.url}/a2a/rest`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
        { url: `${server.url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
      ],
      capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
    });
    expect(open.skills.map(({ id }: Any) => id)).toEqual([
      'analyse_desk',
      'advise_placement',
      'make_rule',
      'check_rule',
      'what_changed',
    ]);
    expect(open).not.toHaveProperty('securitySchemes');
    const secured = await cardOf(guarded);
    expect(secured.securitySchemes).toEqual({
      bearer: { httpAuthSecurityScheme: { scheme: 'bearer', description: expect.any(String) } },
    });
    expect(secured.securityRequirements).toEqual([{ schemes: { bearer: {} } }]);
    const { signatures: _, ...unsigned } = secured;
    expect(AgentCard.toJSON(AgentCard.fromJSON(unsigned))).toMatchObject(unsigned);
  });

  it('is not sent again while it is the same', async () => {
    const first = await fetch(`${server.url}${PATH}`, { headers: { 'a2a-version': '1.0' } });
    const etag = first.headers.get('etag')!;
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    expect(first.headers.get('vary')).toContain('A2A-Version');
    const again = (tag: string) =>
      fetch(`${server.url}${PATH}`, { headers: { 'a2a-version': '1.0', 'if-none-match': tag } });
    expect((await again(etag)).status).toBe(304);
    expect((await again(`"x", W/${etag}`)).status).toBe(304);
    expect((await again('"other"')).status).toBe(200);
    expect(await (await again('"other"')).json()).toEqual(await first.json());
  });

  it('names the addresses that the client knows', async () => {
    const headers = { 'a2a-version': '1.0', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'agents.example' };
    expect((await cardOf(server, headers)).supportedInterfaces[0].url).toBe('https://agents.example/a2a');
    const forged = { ...headers, 'x-forwarded-host': 'evil.example' };
    expect((await cardOf(server, forged)).supportedInterfaces[0].url).not.toContain('evil');
  });

  it('is signed for those who read it either way, by a key that is published', async () => {
    for (const at of [server, guarded]) {
      const card = await cardOf(at);
      const { keys } = await keysOf(at);
      const keyOf = async (kid: string) => {
        const key = keys.find((one) => one.kid === kid);
        return (await importJWK(key!, 'ES256')) as CryptoKey;
      };
      const verify = verifyAgentCardSignature(keyOf);
      await verify(card);
      await verify(AgentCard.fromJSON(card));
      const changed = { ...card, name: 'Somebody else' };
      await expect(verify(changed)).rejects.toThrow('No valid signatures');
      expect(JSON.stringify(keys)).not.toContain('"d"');
      // As a client that knows nothing of the SDK would: RFC 8785 over what is served, without the signatures.
      for (const version of [{ 'a2a-version': '1.0' }, { 'a2a-version': '0.3' }, {}]) {
        const { signatures, ...rest } = await cardOf(at, version);
        const payload = Buffer.from(canonicalize(rest)!).toString('base64url');
        const outcomes = await Promise.allSettled(
          signatures.map((one: Any) => flattenedVerify({ ...one, payload }, createLocalJWKSet({ keys }))),
        );
        expect([at.url, version, outcomes.map((one: Any) => one.reason?.message ?? one.status)]).toEqual([
          at.url,
          version,
          expect.arrayContaining(['fulfilled']),
        ]);
      }
      const head = JSON.parse(Buffer.from(card.signatures[0].protected, 'base64url').toString());
      expect(head).toEqual({ alg: 'ES256', kid: keys[0]!.kid, typ: 'JOSE', jku: `${at.url}/.well-known/jwks.json` });
    }
  });

  it('says besides what clients of 0.3 look for', async () => {
    const card = await cardOf(guarded, {});
    expect(card).toMatchObject({
      protocolVersion: '0.3.0',
      url: `${guarded.url}/a2a`,
      preferredTransport: 'JSONRPC',
      supportsAuthenticatedExtendedCard: true,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', httpAuthSecurityScheme: { scheme: 'bearer' } } },
      security: [{ bearer: [] }],
      supportedInterfaces: [{}, {}, {}],
    });
  });

  it('has an extended form for who may come in, signed as well', async () => {
    const { result } = await server.rpc('GetExtendedAgentCard');
    expect(result.skills.map(({ id }: Any) => id)).toContain('server_status');
    expect(result.signatures).toHaveLength(4);
    expect((await guarded.rpc('GetExtendedAgentCard')).status).toBe(401);
    const allowed = await guarded.rpc('GetExtendedAgentCard', undefined, {
      authorization: 'Bearer a-token-of-enough-length',
    });
    expect(allowed.result.securitySchemes.bearer.httpAuthSecurityScheme.scheme).toBe('bearer');
  });
});

describe('its key', () => {
  it('is made once and kept where nobody else reads it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-card-'));
    const make = (stores = true) =>
      createCardKeys({ secrets: () => [], folder: join(folder, 'data'), stores, log: createLog('silent') });
    try {
      const [temporary] = await make(false).keys();
      const [first] = await make().keys();
      const [second] = await make().keys();
      expect(second!.kid).toBe(first!.kid);
      expect(temporary!.kid).not.toBe(first!.kid);
      const file = join(folder, 'data', 'card-key');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(Buffer.from(readFileSync(file, 'utf8'), 'base64url')).toHaveLength(32);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('follows from the secret that servers share; the one before is published still', async () => {
    const keys = (...secrets: string[]) =>
      createCardKeys({ secrets: () => secrets, folder: '/nonexistent', stores: true, log: createLog('silent') }).keys();
    const [one] = await keys('a secret of all servers');
    const both = await keys('the next secret', 'a secret of all servers');
    expect(both.map(({ kid }) => kid)).toEqual([deriveKey(Buffer.from('the next secret')).kid, one!.kid]);
  });
});
