import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, type RestServer, startRest } from '../rest/rest-server.ts';

const TOKEN = 'a-token-of-enough-length';
const authorization = `Bearer ${TOKEN}`;
let server: RestServer;
let id: string;
beforeAll(async () => {
  server = await startRest({}, TOKEN, { trustedProxies: ['127.0.0.1'], allowedHosts: ['desk.example'] });
  const image = join(EXAMPLES, 'mug-too-close.jpg');
  id = (await server.ask('POST', '/api/v1/analyze/with-feedback', { image }, { authorization })).body.analysis_id;
});
afterAll(() => server.close());

/** The origin of a link, of the metadata and of the challenge. */
async function origins(headers: Record<string, string>): Promise<unknown[]> {
  const ask = (path: string, more: Record<string, string>) =>
    new Promise<{ status: number; challenge: string; body: Record<string, string> }>((resolve, reject) => {
      request(`${server.url}${path}`, { headers: { ...headers, ...more } }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        const challenge = answer.headers['www-authenticate'] ?? '';
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, challenge, body: JSON.parse(text) }));
      })
        .on('error', reject)
        .end();
    });
  const link = await ask(`/api/v1/analyze/results/${id}/link?of=photo`, { authorization });
  const metadata = await ask('/.well-known/oauth-protected-resource', {});
  const refused = await ask('/api/v1/analyze/results', {});
  expect([link.status, metadata.status, refused.status]).toEqual([200, 200, 401]);
  const all = [link.body.url, metadata.body.resource, /resource_metadata="([^"]*)"/.exec(refused.challenge)?.[1]];
  return [...new Set(all.map((url) => /^[^:]*:\/\/[^/]*/.exec(url ?? '')?.[0]))];
}

it('a trusted proxy says how the server is called, in names that are served', async () => {
  const given = { 'x-forwarded-host': 'desk.example', 'x-forwarded-proto': 'https' };
  expect(await origins(given)).toEqual(['https://desk.example']);
  expect(await origins({ 'x-forwarded-host': 'Desk.Example:8443' })).toEqual(['http://desk.example:8443']);
});

it.each([
  'evil.example',
  '[::1',
  'a b',
  'localhost:abc',
  'localhost:99999',
  'desk.example@evil.example',
  'desk.example/x',
  ',',
])('X-Forwarded-Host %j counts for nothing', async (host) => {
  expect(await origins({ 'x-forwarded-host': host })).toEqual([server.url]);
});

it.each(['javascript', 'ht tp', 'ftp', '://', 'HTTPS://evil.example/'])(
  'X-Forwarded-Proto %j counts for nothing',
  async (proto) => {
    expect(await origins({ 'x-forwarded-proto': proto })).toEqual([server.url]);
  },
);
