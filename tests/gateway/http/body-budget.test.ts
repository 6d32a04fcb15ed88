import { request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { createFakeServices } from '../fake-services.ts';
import { modern, raw } from '../raw-http.ts';

let gateway: HttpGateway;
afterEach(() => gateway.close());

async function start(waitMs: number) {
  const services = createFakeServices();
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    maxBodyBytesAtOnce: 300_000,
    bodyWaitMs: waitMs,
  });
  const { url } = await gateway.listen();
  return { services, url, mcp: `${url}/mcp` };
}

/** A call with 140 kB of a field that nobody reads. */
function large(image: string) {
  const call = modern('tools/call', { name: 'analyze_image', arguments: { image } });
  const body = JSON.parse(call.body) as { params: { _meta: object } };
  body.params._meta = { ...body.params._meta, padding: 'x'.repeat(140_000) };
  return { ...call, body: JSON.stringify(body) };
}

it('refuses a large body for which no room is made in time, and small ones never', async () => {
  const { services, mcp } = await start(100);
  const running = [1, 2].map(() => {
    const { body, ...options } = large('slow.jpg');
    return request(mcp, { ...options, agent: false })
      .on('error', () => {})
      .end(body);
  });
  await expect.poll(() => services.requests.length).toBe(2);
  const refused = await raw(mcp, large('desk.jpg'));
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(JSON.parse(refused.body).error).toMatchObject({ code: 'SYSTEM_002', retry_after_s: 1 });
  const small = modern('tools/call', { name: 'analyze_image', arguments: { image: 'desk.jpg' } });
  expect((await raw(mcp, small)).status).toBe(200);
  for (const call of running) call.destroy();
  await expect.poll(async () => (await raw(mcp, large('desk.jpg'))).status).toBe(200);
});

it('lets a large body wait for its turn', async () => {
  const { mcp } = await start(20_000);
  const answers = await Promise.all(Array.from({ length: 8 }, () => raw(mcp, large('desk.jpg'))));
  expect(answers.map(({ status }) => status)).toEqual(new Array(8).fill(200));
});

it.each([true, false])('cuts off senders that do not send, for those that wait (length given: %s)', async (given) => {
  const { mcp } = await start(200);
  const { headers, body } = large('desk.jpg');
  const slow = Array.from({ length: 2 }, () => {
    const length = given ? { 'content-length': String(body.length) } : undefined;
    const sender = request(mcp, { method: 'POST', agent: false, headers: { ...headers, ...length } });
    const gone = new Promise((resolve) => sender.on('error', resolve).on('response', resolve));
    sender.write(body.slice(0, 130_000));
    return { sender, gone };
  });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect((await raw(mcp, large('desk.jpg'))).status).toBe(200);
  await Promise.race(slow.map(({ gone }) => gone));
  for (const { sender } of slow) sender.destroy();
});

it('gives back the room of senders that go away', async () => {
  const { mcp } = await start(300);
  const { headers, body } = large('desk.jpg');
  for (let round = 0; round < 6; round++) {
    const sender = request(mcp, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    sender.on('error', () => {});
    await new Promise((resolve) => sender.write(body.slice(0, 100_000), resolve));
    sender.destroy();
  }
  expect((await raw(mcp, large('desk.jpg'))).status).toBe(200);
});
