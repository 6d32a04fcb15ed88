import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL } from '../../../src/contract/principal.ts';
import { AppError } from '../../../src/errors.ts';
import { LiveFeed } from '../../../src/events/live-feed.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { LiveClient } from '../../../src/gateway/live/live-client.ts';
import { livePlugin } from '../../../src/gateway/live/live-plugin.ts';
import { createFakeServices } from '../fake-services.ts';

const TOKEN = 'a-token-of-enough-length';
const local = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };

// biome-ignore lint/suspicious/noExplicitAny: messages of all shapes are looked into
type Message = any;

/** A client as the manual shows it: everything it was told, in order. */
class Watcher {
  readonly heard: Message[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.onmessage = ({ data }) => this.heard.push(JSON.parse(String(data)));
    this.socket.onclose = ({ code }) => {
      this.closed = code;
    };
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (let i = 0; i < 300; i += 1) {
      const found = this.heard.find(fits);
      if (found) return found;
      await sleep(10);
    }
    throw new Error(`never heard; but ${JSON.stringify(this.heard).slice(0, 500)}`);
  }
}

const services = createFakeServices();
const feed = services.live as LiveFeed;
let open: { gateway: HttpGateway; url: string };
let guarded: { gateway: HttpGateway; url: string };
beforeAll(async () => {
  const start = async (token?: string) => {
    const gateway = createHttpGateway(services, [livePlugin()], { ...local, token });
    const { url } = await gateway.listen();
    return { gateway, url: url.replace('http', 'ws') };
  };
  open = await start();
  guarded = await start(TOKEN);
});
afterAll(() => Promise.all([open.gateway.close(), guarded.gateway.close()]));

const at = ({ url }: { url: string }, more = '') => new Watcher(`${url}/ws/control-plane${more}`);
const activity = (n: number) => feed.publish({ type: 'activity', topic: 'activity', data: { n } });

it('how long somebody listens is not how long an answer takes', async () => {
  const taken = async () => {
    const { values } = await services.metrics.requestDuration.get();
    return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0;
  };
  const before = await taken();
  const watcher = new Watcher(`${open.url}/ws/control-plane`);
  await watcher.until(({ type }) => type === 'connection');
  const leave = new AbortController();
  const events = await fetch(`${open.url.replace('ws', 'http')}/api/v1/events`, { signal: leave.signal });
  watcher.socket.close();
  leave.abort();
  await events.text().catch(() => undefined);
  for (let i = 0; i < 100 && watcher.closed === undefined; i += 1) await sleep(10);
  await sleep(100);
  expect(await taken()).toBe(before);
  await (await fetch(`${open.url.replace('ws', 'http')}/api/v1/events?topics=none`)).text();
  expect(await taken()).toBe(before + 1);
});

describe('the messages of the manual', () => {
  it('who says its token hears what it subscribed to, until it unsubscribes', async () => {
    const watcher = at(guarded);
    expect(await watcher.until(({ type }) => type === 'connection')).toMatchObject({
      status: 'connected',
      client_id: expect.any(String),
      timestamp: expect.any(String),
    });
    watcher.say({ type: 'auth', token: TOKEN });
    watcher.say({ type: 'subscribe', topics: ['metrics', 'alerts', 'activity'] });
    expect(await watcher.until(({ type }) => type === 'auth')).toMatchObject({ status: 'ok' });
    await watcher.until(({ type }) => type === 'subscription');
    activity(1);
    expect(await watcher.until(({ type }) => type === 'activity')).toEqual({
      type: 'activity',
      topic: 'activity',
      data: { n: 1 },
      timestamp: expect.any(String),
    });
    watcher.say({ action: 'unsubscribe', topic: 'activity' });
    expect(await watcher.until(({ status }) => status === 'unsubscribed')).toMatchObject({ topic: 'activity' });
    activity(2);
    watcher.say({ type: 'ping' });
    await watcher.until(({ type }) => type === 'pong');
    expect(watcher.heard.filter(({ type }) => type === 'activity')).toHaveLength(1);
    watcher.socket.close();
  });

  it('the token may come in the address, and no token is wanted where none is set', async () => {
    const named = at(guarded, `?token=${TOKEN}`);
    expect(await named.until(({ type }) => type === 'auth')).toMatchObject({ status: 'ok' });
    named.socket.close();
    const free = at(open);
    await free.until(({ type }) => type === 'connection');
    free.say({ type: 'subscribe', topics: ['activity'] });
    await free.until(({ status }) => status === 'subscribed');
    free.socket.close();
  });

  it('nothing is heard before the token, and a third wrong one ends it', async () => {
    const watcher = at(guarded);
    await watcher.until(({ type }) => type === 'connection');
    watcher.say({ type: 'subscribe', topics: ['activity'] });
    expect(await watcher.until(({ type }) => type === 'error')).toMatchObject({ code: 'AUTH_001' });
    activity(3);
    for (let i = 0; i < 3; i += 1) watcher.say({ type: 'auth', token: 'wrong' });
    await expect.poll(() => watcher.closed).toBe(1008);
    expect(watcher.heard.some(({ type }) => type === 'activity')).toBe(false);
  });

  it('a frame that means nothing is answered, and the line stays open', async () => {
    const watcher = at(open);
    await watcher.until(({ type }) => type === 'connection');
    for (const frame of [
      '{',
      '[]',
      'null',
      '{"type":"subscribe"}',
      '{"type":"subscribe","topics":["secrets"]}',
      '{"type":"__proto__"}',
    ])
      watcher.say(frame);
    await expect.poll(() => watcher.heard.filter(({ code }) => code === 'VALIDATION_002').length).toBe(6);
    watcher.say({ type: 'ping' });
    await watcher.until(({ type }) => type === 'pong');
    watcher.socket.close();
  });

  it('who floods is cut off, and so is a frame that is too large', async () => {
    const flooder = at(open);
    await flooder.until(({ type }) => type === 'connection');
    for (let i = 0; i < 300; i += 1) flooder.say({ type: 'ping' });
    await expect.poll(() => flooder.closed).toBe(1008);
    const large = at(open);
    await large.until(({ type }) => type === 'connection');
    large.say('x'.repeat(20_000));
    await expect.poll(() => large.closed).toBe(1009);
  });

  it('a page of another site is not let in', async () => {
    const { port } = new URL(open.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET /ws/control-plane HTTP/1.1\r\nhost: localhost:${port}\r\norigin: https://evil.example\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    const [answer] = await new Promise<Buffer[]>((done) => socket.once('data', (data) => done([data])));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });
});

describe('server-sent events', () => {
  const events = (path = '', headers: Record<string, string> = {}) =>
    fetch(`${open.url.replace('ws', 'http')}/api/v1/events${path}`, { headers });

  async function read(answer: Response, until: string): Promise<string> {
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes(until)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    await reader.cancel();
    return text;
  }

  it('come as they happen, and what was missed comes after Last-Event-ID', async () => {
    const first = await events('?topics=activity');
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    activity(10);
    const text = await read(first, '"n":10');
    const [, id] = /id: (\S+)\nevent: activity\n/.exec(text) ?? [];
    activity(11);
    activity(12);
    const again = await read(await events('?topics=activity', { 'last-event-id': id! }), '"n":12');
    expect(again).toContain('"n":11');
    expect(again).not.toContain('"n":10}');
  });

  it('an unknown topic is refused, an id of another run brings nothing old', async () => {
    expect((await events('?topics=secrets')).status).toBe(422);
    const other = await events('?topics=activity', { 'last-event-id': 'abcdef01-1' });
    activity(20);
    expect(await read(other, '"n":20')).not.toContain('"n":12');
  });
});

describe('who hears what', () => {
  const VIEWER = {
    id: 'ann',
    kind: 'user',
    role: 'viewer',
    permissions: ['analysis:read', 'rules:read', 'servers:read'],
  } as const;

  it('of others only what is for everyone, and no line of the program without the permission', () => {
    const live = new LiveFeed();
    const heard: unknown[] = [];
    live.listen({ principal: VIEWER }, ['activity'], { onMessage: ({ data }) => heard.push(data.n) });
    const say = (n: number, owner: string, scope?: 'everyone') =>
      live.publish({ type: 'activity', topic: 'activity', data: { n } }, { owner, ...(scope && { scope }) });
    say(1, 'ann');
    say(2, 'bob');
    say(3, 'bob', 'everyone');
    expect(heard).toEqual([1, 3]);
    const ADMIN = { ...VIEWER, role: 'admin', permissions: [...VIEWER.permissions, 'admin:system'] } as const;
    const lines = { viewer: [] as unknown[], admin: [] as unknown[] };
    live.listen({ principal: VIEWER }, ['logs'], { onMessage: ({ data }) => lines.viewer.push(data.n) });
    live.listen({ principal: ADMIN }, ['logs'], { onMessage: ({ data }) => lines.admin.push(data.n) });
    live.publish({ type: 'log', topic: 'logs', data: { n: 'of a server' } });
    live.publish({ type: 'log', topic: 'logs', data: { n: 'of the program' } }, { needs: 'admin:system' });
    expect(lines).toEqual({ viewer: ['of a server'], admin: ['of a server', 'of the program'] });
    const nobody = { ...VIEWER, permissions: ['analysis:read'] } as const;
    expect(() => live.listen({ principal: nobody }, ['logs'], { onMessage: () => {} })).toThrow(/may not/);
  });
});

describe('what asks for an upgrade and gets none', () => {
  const ask = (path: string, more: string) =>
    new Promise<string>((done) => {
      const socket = connect(Number(new URL(guarded.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => done(text));
      socket.on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\n${more}\r\n\r\n`);
    });
  const KEY = 'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';

  it.each([
    ['/ws/control-plane', `${KEY}\r\norigin: https://evil.example`, 403],
    ['/api/v1/events', KEY, 401],
    ['/healthz', KEY, 200],
    ['/nothing', KEY, 401],
  ])('%s is answered and its socket ends', async (path, headers, status) => {
    expect(await ask(path, headers)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('another protocol is not taken, and the request is answered as ever', async () => {
    expect(await ask('/healthz', 'upgrade: h2c\r\nconnection: close')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

it('a line ends with its login', async () => {
  const closed: number[] = [];
  let good = true;
  let answers = true;
  const client = new LiveClient(
    { send: (_text, sent) => sent(), close: (code) => void closed.push(code) },
    {
      live: feed,
      principal: null,
      again: async () => LOCAL,
      identify: async () => async () => {
        if (!answers) throw new AppError('DB_001');
        if (!good) throw new AppError('AUTH_001');
        return LOCAL;
      },
    },
  );
  client.hear('{"type":"auth","token":"x"}');
  await sleep(10);
  await client.recheck();
  expect(closed).toEqual([]);
  // The store is away for a moment.
  answers = false;
  await client.recheck();
  expect(closed).toEqual([]);
  answers = true;
  good = false;
  await client.recheck();
  expect(closed).toEqual([1008]);
  client.gone();
});
