import { afterEach, describe, expect, it } from 'vitest';
import type { Compute } from '../../../src/analysis/away/compute.ts';
import { AppError } from '../../../src/errors.ts';
import { BalancedServer } from '../../../src/gateway/worker/balanced-server.ts';
import type { RunJob } from '../../../src/gateway/worker/run-job.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { freePort } from '../../services/ports.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function started({ token, apart = false }: { token?: string; apart?: boolean } = {}) {
  const port = await freePort();
  const healthPort = apart ? await freePort() : port;
  const server = new BalancedServer({
    host: '127.0.0.1',
    port,
    healthPort,
    healthPath: '/ping',
    token: () => token,
    compute,
    log: createLog('silent'),
  });
  await server.listen();
  stops.push(() => server.close(100));
  const ping = () => fetch(`http://127.0.0.1:${healthPort}/ping`);
  const analyze = (body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${port}/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  return { server, ping, analyze, port };
}

/** Says what it was given, and ends when nobody waits. */
const compute: Compute = {
  answer: async (work) => JSON.stringify({ seen: work.toString() }),
  introduction: async () => '{"version":"test"}',
};

const echo = (async (input: unknown) => ({ seen: input })) as unknown as RunJob;

describe('a worker behind a load balancer', () => {
  it.each([false, true])(
    'is healthy once it is ready, and takes nothing before; health on its own port: %s',
    async (apart) => {
      const { server, ping, analyze, port } = await started({ apart });
      expect((await ping()).status).toBe(204);
      const early = await analyze({});
      expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
      server.ready(echo, { program: 100, total: 900 });
      const now = await ping();
      expect([now.status, await now.json()]).toEqual([
        200,
        { status: 'ready', cold_start_ms: { program: 100, total: 900 } },
      ]);
      expect(await (await analyze({ image_url: 'a' })).json()).toEqual({ seen: { image_url: 'a' } });
      expect(await (await analyze({ input: { image_url: 'b' } })).json()).toEqual({ seen: { image_url: 'b' } });
      expect((await fetch(`http://127.0.0.1:${port}/ping`)).status).toBe(apart ? 404 : 200);
    },
  );

  it('answers errors in the words of the catalogue', async () => {
    const { server, analyze, port } = await started();
    server.ready(
      (async () => {
        throw new AppError('VALIDATION_007');
      }) as RunJob,
      {},
    );
    const refused = await analyze({});
    expect([refused.status, await refused.json()]).toMatchObject([422, { error: { code: 'VALIDATION_007' } }]);
    expect((await fetch(`http://127.0.0.1:${port}/analyze`)).status).toBe(404);
    const broken = await fetch(`http://127.0.0.1:${port}/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: 'VALIDATION_002' } }]);
  });

  it('asks for the token where there is one, but not to be asked whether it lives', async () => {
    const { server, ping, analyze } = await started({ token: 'secret' });
    server.ready(echo, {});
    expect((await ping()).status).toBe(200);
    expect((await analyze({})).status).toBe(401);
    expect((await analyze({}, { authorization: 'Bearer other' })).status).toBe(401);
    expect((await analyze({}, { authorization: 'Bearer secret' })).status).toBe(200);
  });

  it('computes for a server of ours, and says who it is, once it is ready and for whoever has the token', async () => {
    const { server, port } = await started({ token: 'secret' });
    const ask = (method: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}/compute`, {
        method,
        headers: { ...(method === 'POST' && { 'content-type': 'application/octet-stream' }), ...headers },
        ...(method === 'POST' && { body: 'work' }),
      });
    const token = { 'x-h200-token': 'secret', authorization: 'Bearer of the balancer' };
    expect((await ask('POST', token)).status).toBe(503);
    server.ready(echo, {});
    const said = await ask('GET', token);
    expect([said.status, said.headers.get('content-type'), await said.json()]).toEqual([
      200,
      'application/json; charset=utf-8',
      { version: 'test' },
    ]);
    expect(await (await ask('POST', token)).json()).toEqual({ seen: 'work' });
    expect(await (await ask('POST', { authorization: 'Bearer secret' })).json()).toEqual({ seen: 'work' });
    expect((await ask('POST')).status).toBe(401);
    expect((await ask('GET', { 'x-h200-token': 'other' })).status).toBe(401);
  });

  it('stops working for a caller that has gone', async () => {
    const { server, analyze } = await started();
    const seen = Promise.withResolvers<AbortSignal>();
    server.ready(
      (async (_: unknown, { signal }: { signal: AbortSignal }) => {
        seen.resolve(signal);
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }) as unknown as RunJob,
      {},
    );
    const caller = new AbortController();
    const asked = analyze({}, {}, caller.signal).catch(() => null);
    const signal = await seen.promise;
    caller.abort();
    await asked;
    await expect.poll(() => signal.aborted).toBe(true);
  });

  it('answers what it has when it stops', async () => {
    const { server, ping, analyze } = await started();
    const go = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    server.ready(
      (async () => {
        began.resolve();
        await go.promise;
        return { well: true };
      }) as unknown as RunJob,
      {},
    );
    const asked = analyze({});
    await began.promise;
    const closing = server.close(5000);
    expect((await ping()).status).toBe(503);
    expect((await analyze({})).status).toBe(503);
    go.resolve();
    expect(await (await asked).json()).toEqual({ well: true });
    await closing;
  });
});
