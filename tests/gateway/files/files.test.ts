import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesPlugin } from '../../../src/gateway/files/files-plugin.ts';
import { createHttpGateway } from '../../../src/gateway/http/server.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { createFakeServices } from '../fake-services.ts';
import { EXAMPLES, type RestServer, startRest } from '../rest/rest-server.ts';

const TOKEN = 'a-token-of-enough-length';
const authorization = `Bearer ${TOKEN}`;
let server: RestServer;
let id: string;
beforeAll(async () => {
  server = await startRest({}, TOKEN);
  const image = join(EXAMPLES, 'mug-too-close.jpg');
  const { body } = await server.ask('POST', '/api/v1/analyze/with-feedback', { image }, { authorization });
  id = body.analysis_id;
});
afterAll(() => server.close());

const link = async (query = '') =>
  (await server.ask('GET', `/api/v1/analyze/results/${id}/link${query}`, undefined, { authorization })).body;

/** As it stands: fetch would clean the path. */
const raw = (method: string, path: string) =>
  new Promise<{ status: number; bytes: number }>((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const asked = request({ hostname, port, method, path }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, bytes }));
    });
    asked.on('error', reject).end();
  });

it.each(['photo', 'annotated'])('a link gives the %s to whoever has it, without a login', async (of) => {
  const { url, content_type, size_bytes, expires_at } = await link(`?of=${of}&expires_in_s=60`);
  expect(url.startsWith(`${server.url}/files/`)).toBe(true);
  expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(60_000);
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': content_type,
    'content-length': `${size_bytes}`,
    'content-disposition': `inline; filename="${id}.jpg"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([bytes.length, bytes.subarray(0, 2).toString('hex')]).toEqual([size_bytes, 'ffd8']);
  expect(await raw('HEAD', new URL(url).pathname)).toEqual({ status: 200, bytes: 0 });
});

it('no other address gives a file, and none is a path', async () => {
  const { pathname } = new URL((await link()).url);
  const token = pathname.slice('/files/'.length);
  const flipped = Buffer.from(token, 'base64url');
  flipped[40]! ^= 1;
  for (const wrong of [flipped.toString('base64url'), token.slice(0, -4), `${token}AAAA`, 'A'.repeat(300), 'x']) {
    expect(await raw('GET', `/files/${wrong}`)).toMatchObject({ status: 403 });
  }
  for (const path of [
    '/files/',
    '/files',
    '/files/../records.db',
    '/files/..%2f..%2frecords.db',
    `/files/${'A'.repeat(9000)}`,
  ]) {
    const { status } = await raw('GET', path);
    expect([path.slice(0, 40), [401, 403, 404, 414].includes(status)]).toEqual([path.slice(0, 40), true]);
  }
  for (const method of ['POST', 'PUT', 'DELETE']) expect((await raw(method, pathname)).status).toBe(401);
});

it('a link is asked for with a login and in bounds, and ends with the analysis', async () => {
  expect((await server.ask('GET', `/api/v1/analyze/results/${id}/link`)).status).toBe(401);
  for (const query of ['?expires_in_s=9', '?expires_in_s=90000', '?of=other', '?expires_in_s=x']) {
    expect((await link(query)).error.code).toBe('VALIDATION_002');
  }
  const links = [(await link('?of=photo')).url, (await link('?of=annotated')).url];
  await server.ask('DELETE', `/api/v1/analyze/results/${id}`, undefined, { authorization });
  for (const url of links) expect((await fetch(url)).status).toBe(404);
  expect((await link()).error.code).toBe('ANALYSIS_008');
});

it('HEAD reads no file and logs nothing', async () => {
  const lines: string[] = [];
  const log = createLog('warn', {
    stream: { write: (line: string) => void lines.push(line) },
    limit: { allows: () => true },
  } as never);
  log.warn('the log is heard');
  expect(lines.splice(0)).toHaveLength(1);
  let stream: Readable | undefined;
  const open = async (_token: string, signal: AbortSignal) => {
    stream = new Readable({ read() {} });
    signal.addEventListener('abort', () => stream?.destroy(signal.reason));
    return { stream, size: 5, contentType: 'image/jpeg', fileName: 'a.jpg' };
  };
  const services = { ...createFakeServices(), log, files: { open } };
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  const gateway = createHttpGateway(services, [filesPlugin()], options);
  const { url } = await gateway.listen();
  const answer = await fetch(`${url}/files/x`, { method: 'HEAD', headers: { connection: 'close' } });
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '5']);
  await expect.poll(() => stream?.destroyed).toBe(true);
  await gateway.close();
  expect([stream?.destroyed, lines]).toEqual([true, []]);
});
