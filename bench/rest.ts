import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { line, machine, median, paired, quantile, ratioText } from './support/measure.ts';

/** REST against a bare Fastify route, and what slow clients cost the others: `npm run bench -- rest`. */
const child = fileURLToPath(new URL('./support/http-child.ts', import.meta.url));
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const REQUESTS = 400;
const SLOW = 200;
const SOCKETS = 500;
const EVENTS = 40;
/** Pairs of fan-outs, with and without the stuck one in turn. */
const PAIRS = 4;
const ANALYSES = 150;
/** Pairs of rounds in which the processor's time is taken. */
const CPU_ROUNDS = 30;

async function start(kind: 'bare' | 'ours') {
  const server = fork(child, [kind], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  return { server, port };
}

function ask(port: number, path: string): Promise<number> {
  const started = performance.now();
  return new Promise((done, fail) => {
    get({ port, path, agent }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 200 ? done(performance.now() - started) : fail(answer.statusCode)));
    }).on('error', fail);
  });
}

function post(port: number, path: string, body: object, headers: Record<string, string> = {}): Promise<string> {
  const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers };
  return new Promise((done, fail) => {
    const asked = request({ port, path, agent, method: 'POST', headers: json }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => (answer.statusCode === 200 ? done(text) : fail(new Error(text))));
    });
    asked.on('error', fail).end(JSON.stringify(body));
  });
}

/** A desk that needs no model: the same work behind both doors. Never the same twice, so that no cache answers. */
let moved = 0;
const desk = () => {
  moved += 1e-6;
  const detections = [
    { class: 'mug', bbox: [240 + moved, 260, 300, 330] },
    { class: 'laptop', bbox: [340, 160, 620, 340] },
  ];
  return { detections, size: { width: 640, height: 480 }, calibration: { mm_per_pixel: 1 }, store: false };
};
const MCP = '2026-07-28';
const byRest = (port: number) => post(port, '/api/v1/analyze/with-feedback', desk());
async function byMcp(port: number): Promise<void> {
  const name = 'analyze_image';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MCP,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name, arguments: { ...desk(), detail: 'full' }, _meta };
  const headers = { 'mcp-protocol-version': MCP, 'mcp-method': 'tools/call', 'mcp-name': name };
  const text = await post(port, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, headers);
  if (!text.includes('analysis_id')) throw new Error(text.slice(0, 500));
}

async function many(port: number, path: string): Promise<number[]> {
  const times: number[] = [];
  const client = async () => {
    for (let n = 0; n < REQUESTS / 8; n += 1) times.push(await ask(port, path));
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return times;
}

/** Processor time of one request, µs: other programs on the machine change it less than the time that passes. */
async function cpuOf({ server, port }: { server: ChildProcess; port: number }, path: string): Promise<number> {
  const used = async () => {
    server.send('cpu');
    const [{ cpu }] = (await once(server, 'message')) as [{ cpu: NodeJS.CpuUsage }];
    return cpu.user + cpu.system;
  };
  const before = await used();
  await many(port, path);
  return ((await used()) - before) / REQUESTS;
}

/** Sends the head of a request a byte a second, for ever. */
function slowSender(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const text = 'POST /api/v1/rules HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n';
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? 'x'), 1000);
  return socket.on('close', () => clearInterval(timer));
}

/** A WebSocket that subscribes; what comes then goes to `onData`. Bare, so that 500 of them cost this process little. */
async function subscribe(port: number, onData: (text: string) => void): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const head = [
    'GET /ws/control-plane HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  socket.write(
    [...head, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'),
  );
  await once(socket, 'data');
  const subscribed = new Promise<void>((done) => {
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (text.includes('"subscribed"')) done();
      onData(text);
    });
  });
  const text = Buffer.from(JSON.stringify({ type: 'subscribe', topics: ['activity'] }));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  await subscribed;
  return socket;
}

/** Its delays of messages, ms. */
const listen = (port: number, delays: number[]): Promise<Socket> =>
  subscribe(port, (text) => {
    const now = performance.timeOrigin + performance.now();
    for (const [, sent] of text.matchAll(/"ana_([\d.]+)"/g)) delays.push(now - Number(sent));
  });

/** Subscribes and never reads again. */
async function stuck(port: number): Promise<Socket> {
  const socket = await subscribe(port, () => undefined);
  return socket.pause();
}

async function fanOut(server: ChildProcess, port: number, withStuck: boolean): Promise<number[]> {
  const delays: number[] = [];
  const sockets: Socket[] = [];
  for (let n = 0; n < SOCKETS; n += 50) {
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => listen(port, delays)))));
  }
  const silent = withStuck ? await stuck(port) : null;
  server.send(EVENTS);
  const until = Date.now() + 60_000;
  while (delays.length < SOCKETS * EVENTS && Date.now() < until) await sleep(100);
  for (const socket of sockets) socket.destroy();
  silent?.destroy();
  await sleep(1000);
  if (delays.length !== SOCKETS * EVENTS) throw new Error(`${delays.length} of ${SOCKETS * EVENTS} messages came`);
  return delays;
}

const ms = (values: readonly number[], q: number) => `${quantile(values, q).toFixed(1)} ms`;

console.log(machine());
const [bare, ours] = [await start('bare'), await start('ours')];
const me = await (await fetch(`http://127.0.0.1:${ours.port}/api/v1/auth/me`)).json();
bare.server.send(me as object);
const noop = await paired(
  20,
  () => many(ours.port, '/api/v1/auth/me'),
  () => many(bare.port, '/noop'),
);
line(
  'REST no-op ÷ bare Fastify route',
  ratioText(noop),
  '≤ 1.15',
  `${((noop.a / REQUESTS) * 1000).toFixed(0)} µs each`,
);
const cpu: { a: number; b: number }[] = [];
for (let n = 0; n < CPU_ROUNDS; n += 1) {
  cpu.push({ a: await cpuOf(ours, '/api/v1/auth/me'), b: await cpuOf(bare, '/noop') });
}
line(
  'the same in processor time of the server',
  `${median(cpu.map(({ a, b }) => a / b)).toFixed(2)}`,
  '',
  `${median(cpu.map(({ a }) => a)).toFixed(0)} against ${median(cpu.map(({ b }) => b)).toFixed(0)} µs each`,
);
const analyse = await paired(
  ANALYSES,
  () => byRest(ours.port),
  () => byMcp(ours.port),
);
line(
  'REST analyse ÷ MCP analyse, boxes given',
  ratioText(analyse),
  '',
  `${analyse.a.toFixed(1)} against ${analyse.b.toFixed(1)} ms, both over HTTP`,
);
const alone = await many(ours.port, '/api/v1/rules');
const slow = Array.from({ length: SLOW }, () => slowSender(ours.port));
await sleep(5000);
const beside = await many(ours.port, '/api/v1/rules');
line(`list of rules beside ${SLOW} slow senders, p95`, ms(beside, 0.95), 'as alone', `alone ${ms(alone, 0.95)}`);
for (const socket of slow) socket.destroy();
await sleep(500);
const [free, held, more]: [number[], number[], number[]] = [[], [], []];
for (let n = 0; n < PAIRS; n += 1) {
  const ways = n % 2 === 0 ? [false, true] : [true, false];
  const p99 = new Map<boolean, number>();
  for (const withStuck of ways) {
    const delays = await fanOut(ours.server, ours.port, withStuck);
    (withStuck ? held : free).push(...delays);
    p99.set(withStuck, quantile(delays, 0.99));
  }
  more.push(p99.get(true)! - p99.get(false)!);
}
line(
  `${SOCKETS} sockets, one stuck: p99 more`,
  `${median(more).toFixed(1)} ms`,
  '≤ 50 ms',
  `p99 ${ms(held, 0.99)} against ${ms(free, 0.99)}; of ${PAIRS} pairs ${more.map((one) => one.toFixed(0)).join(', ')}`,
);
for (const { server } of [bare, ours]) server.disconnect();
agent.destroy();
