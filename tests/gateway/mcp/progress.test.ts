import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { type Progress, TRANSPORTS } from '../clients.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy } from '../raw-http.ts';
import { call, startStdio } from '../stdio-process.ts';

let gateway: HttpGateway;
let url: string;
beforeAll(async () => {
  const local = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], local);
  ({ url } = await gateway.listen());
});
afterAll(() => gateway.close());

describe.each(TRANSPORTS)('$name', ({ connect }) => {
  it('hears of a call that succeeds to its end, of one that fails nothing more', async () => {
    const client = await connect(url);
    const ends: (Progress | undefined)[] = [];
    for (let round = 0; round < 10; round++) {
      const told: Progress[] = [];
      const onprogress = (progress: Progress) => told.push(progress);
      await client.call('analyze_image', { image: `round-${round}.jpg` }, { onprogress });
      ends.push(told.at(-1));
    }
    // A client that was too busy to read drops what it finds together with the answer: no server can help that.
    expect(ends.filter((end) => end?.progress === 3 && end.total === 3).length).toBeGreaterThan(5);
    const told: Progress[] = [];
    await client.call('analyze_image', { image: 'crash.jpg' }, { onprogress: (progress) => told.push(progress) });
    expect(told).toEqual([]);
    await client.close();
  });
});

describe('on the wire of stdio', () => {
  let server: ReturnType<typeof startStdio>;
  afterEach(() => server.child.kill('SIGKILL'));

  async function begin() {
    server = startStdio();
    server.say(INITIALIZE);
    await server.answer(1).toHaveProperty('result');
    return server;
  }

  it('the last progress goes before the result', async () => {
    const { say, answer, messages } = await begin();
    say(call(2, 'analyze_image', { image: 'a.jpg' }, { progressToken: 'p' }));
    await answer(2).toHaveProperty('result');
    const heard = messages().map(({ id, params }) => id ?? `${params?.progress}/${params?.total}`);
    expect(heard).toEqual([1, '0/3', '1/3', '2/3', '3/3', 2]);
  });

  it('nothing goes out for a call that was cancelled, whatever its service still does', async () => {
    const { say, answer, messages } = await begin();
    say(call(2, 'analyze_image', { image: 'deaf.jpg' }, { progressToken: 'p' }));
    await expect.poll(() => messages().length).toBe(2);
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    say(call(3, 'list_rules', {}));
    await answer(3).toHaveProperty('result');
    await sleep(700);
    expect(messages().map(({ id, params }) => id ?? params?.progress)).toEqual([1, 0, 3]);
  });
});

it('a cancelled request of a 2025 session ends its stream without an answer', async () => {
  const post = (message: unknown, session?: string) => {
    const { method, headers, body } = legacy(message, session);
    return fetch(`${url}/mcp`, { method, headers, body });
  };
  const opened = await post(INITIALIZE);
  const session = opened.headers.get('mcp-session-id') as string;
  await opened.text();
  const calling = await post(call(7, 'analyze_image', { image: 'slow.jpg' }, { progressToken: 1 }), session);
  await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }, session);
  expect(await calling.text()).toBe('');
});
