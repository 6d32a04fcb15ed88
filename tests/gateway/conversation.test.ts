import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { type ClientOptions, type TestClient, TRANSPORTS } from './clients.ts';
import { createFakeServices, type FakeServices } from './fake-services.ts';
import { INITIALIZE, legacy, raw } from './raw-http.ts';

/** What goes both ways: forms, folders, notices, cancelling. */
let services: FakeServices;
let gateway: HttpGateway;
let url: string;
const open: TestClient[] = [];

beforeAll(async () => {
  services = createFakeServices();
  gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  ({ url } = await gateway.listen());
});
afterAll(() => gateway.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

type Transport = (typeof TRANSPORTS)[number];
const LOCAL = TRANSPORTS.filter(({ name }) => name.startsWith('stdio'));
const REMOTE = TRANSPORTS.filter(({ name }) => !name.startsWith('stdio'));

const dialer =
  ({ connect }: Transport) =>
  async (options?: ClientOptions) => {
    const client = await connect(url, options);
    open.push(client);
    return client;
  };

describe.each(TRANSPORTS)('$name', (transport) => {
  const dial = dialer(transport);

  it('asks the person for better words until the sentence is understood', async () => {
    const questions: string[] = [];
    const answers = ['still nothing', 'mugs 150 mm from laptops'];
    const client = await dial({
      form: (message) => {
        questions.push(message);
        return { action: 'accept', content: { sentence: answers.shift() ?? '' } };
      },
    });
    const outcome = await client.call('create_rule', { text: 'keep mugs near', dry_run: true });
    expect(outcome.structuredContent).toMatchObject({ stored: false, rule: { text: 'mugs 150 mm from laptops' } });
    expect(questions[0]).toContain('How near is near?');
    expect(questions[0]).toContain('Understood would be: Keep mugs at least 150 mm away from laptops');
    expect(questions).toHaveLength(2);
  });

  it('gives up when the person declines, and does not ask a client without forms', async () => {
    const declining = await dial({ form: () => ({ action: 'decline' }) });
    const declined = await declining.call('create_rule', { text: 'keep mugs near' });
    expect(declined.content[0]?.text).toContain('no other wording was given');
    const mute = await dial();
    const refused = await mute.call('create_rule', { text: 'keep mugs near' });
    expect(refused.isError).toBe(true);
    expect(refused.content[0]?.text).toContain('How near is near?');
  });

  it('tells subscribers which rules and metrics changed, once, and nothing else', async () => {
    const client = await dial();
    const told: string[] = [];
    await client.watch(['rules://list', 'metrics://current'], (uri) => told.push(uri));
    await client.call('create_rule', { text: 'mugs 75 mm from laptops' });
    await client.call('analyze_image', { image: 'a.jpg' });
    await expect.poll(() => told.toSorted(), { timeout: 3000 }).toEqual(['metrics://current', 'rules://list']);
    await sleep(300);
    expect(told).toHaveLength(2);
  });
});

describe.each(LOCAL)('$name', (transport) => {
  const dial = dialer(transport);

  it('reads the folders of a local client when a path needs them', async () => {
    const client = await dial({ roots: ['/photos'] });
    const outcome = await client.call('analyze_image', { image: 'outside.jpg' });
    expect(outcome.isError, outcome.content[0]?.text).toBeFalsy();
  });
});

describe.each(REMOTE)('$name', (transport) => {
  const dial = dialer(transport);

  it('stops asking after three questions', async () => {
    let asked = 0;
    const client = await dial({
      form: () => {
        asked += 1;
        return { action: 'accept', content: { sentence: 'nothing' } };
      },
    });
    const outcome = await client.call('create_rule', { text: 'nothing' });
    expect(outcome.content[0]?.text).toContain('RULES_004');
    expect(asked).toBe(3);
  });

  it('never believes folders that come over the network', async () => {
    const client = await dial({ roots: ['/'] });
    const outcome = await client.call('analyze_image', { image: 'outside.jpg' });
    expect(outcome.content[0]?.text).toContain('VALIDATION_007');
  });

  it('lets a cancelled call abort the analysis', async () => {
    const client = await dial();
    const before = services.aborted;
    const abort = new AbortController();
    const calling = client.call('analyze_image', { image: 'slow.jpg' }, { signal: abort.signal });
    calling.catch(() => {});
    await expect.poll(() => services.requests.at(-1)?.request.image).toBe('slow.jpg');
    abort.abort();
    await expect(calling).rejects.toThrow();
    await expect.poll(() => services.aborted).toBe(before + 1);
    services.requests.length = 0;
  });
});

it.each(REMOTE.filter(({ name }) => name.startsWith('SSE')))(
  'aborts the analysis when the stream of $name ends',
  async (transport) => {
    const client = await dialer(transport)();
    const before = services.aborted;
    client.call('analyze_image', { image: 'slow.jpg' }).catch(() => {});
    await expect.poll(() => services.requests.at(-1)?.request.image).toBe('slow.jpg');
    await client.close();
    await expect.poll(() => services.aborted).toBe(before + 1);
    services.requests.length = 0;
  },
);

it('aborts the analysis when a modern client hangs up', async () => {
  const before = services.aborted;
  const abort = new AbortController();
  const request = fetch(`${url}/mcp`, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'analyze_image',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'analyze_image',
        arguments: { image: 'slow.jpg' },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  request.catch(() => {});
  await expect.poll(() => services.requests.at(-1)?.request.image).toBe('slow.jpg');
  abort.abort();
  await expect(request).rejects.toThrow();
  await expect.poll(() => services.aborted).toBe(before + 1);
});

it('serves 64 clients of both generations at once', async () => {
  const clients = await Promise.all(
    Array.from({ length: 64 }, (_, i) => (REMOTE[i % REMOTE.length] as Transport).connect(url)),
  );
  open.push(...clients);
  const outcomes = await Promise.all(
    clients.map((client, i) => client.call('analyze_image', { image: `many-${i}.jpg`, detail: 'full' })),
  );
  const ids = outcomes.map((outcome) => outcome.structuredContent?.analysis_id);
  expect(new Set(ids).size).toBe(64);
  expect(outcomes.map((o, i) => o.content[0]?.text?.includes(`many-${i}.jpg`))).not.toContain(false);
});

it('leaves no listener behind when clients go, or never finish coming', async () => {
  const own = createFakeServices();
  const { on } = own.bus;
  let listening = 0;
  Object.assign(own.bus, {
    on: (listener: Parameters<typeof on>[0]) => {
      listening += 1;
      const off = on(listener);
      return () => {
        listening -= 1;
        off();
      };
    },
  });
  const other = createHttpGateway(own, [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  const { url: address } = await other.listen();
  const idle = listening;
  for (const transport of REMOTE) {
    const clients = await Promise.all(Array.from({ length: 3 }, () => transport.connect(address)));
    await Promise.all(clients.map((client) => client.call('list_rules')));
    for (const { raw: client } of clients) {
      // Closing a client does not end its session; only this does.
      await (client.transport as { terminateSession?(): Promise<void> } | undefined)?.terminateSession?.();
      await client.close();
    }
  }
  const refused = legacy(INITIALIZE);
  await raw(`${address}/mcp`, { ...refused, headers: { ...refused.headers, accept: 'text/html' } });
  await expect.poll(() => listening).toBe(idle);
  await other.close();
  expect(listening).toBe(0);
});
