import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Agent, fetch as ownFetch } from 'undici';
import { type HttpOptions, HttpProduct, INITIALIZE, legacy, messageOf, modern } from '../support/http.ts';
import { eachOf } from '../support/in-turn.ts';
import { handlesOf, residentMb, threadsOf } from '../support/process-tree.ts';
import { type Random, random } from '../support/random.ts';
import { EXAMPLE } from '../support/seeds.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { type Message, verdictOn } from '../support/verdict.ts';

const STAGE = new URL('../stage/memory.ts', import.meta.url).href;
const CALLS = 10_000;
const FIRST = 0.2;
/** Memory at the end against that after the first fifth, in use and resident; what runs differ by is in it. */
const GROWTH = 1.08;

/** Thousands of calls by clients of both generations that come, ask, leave in the middle and vanish. */
export const soakSet: AttackSet = {
  id: 'S13',
  title: 'clients that come and vanish',
  bounds: { maxMs: 20_000, maxRssMb: 1200 },
  async run(tally, { share }) {
    const calls = Math.max(100, Math.round(CALLS * share));
    const product = await HttpProduct.open(tally, { stage: [STAGE] });
    try {
      const photo = join(product.photos, 'desk.jpg');
      copyFileSync(EXAMPLE, photo);
      const visit = visits(tally, product, photo);
      await eachOf(numbers(0, FIRST * calls), 6, visit);
      const looks = calls < CALLS ? 2 : 16;
      const first = await settled(product, looks);
      await eachOf(numbers(FIRST * calls, calls), 6, visit);
      const last = await settled(product, looks);
      if (first === null || last === null) return tally.note('memory and handles are not told by this system');
      const [a, b] = [Math.round(FIRST * calls), calls];
      tally.note(
        `after ${a} calls ${Math.round(first.mb)} MB (${Math.round(first.usedMb)} in use), ${first.handles} handles; after ${b} ${Math.round(last.mb)} MB (${Math.round(last.usedMb)} in use), ${last.handles} handles`,
      );
      if (calls < CALLS) return;
      if (last.usedMb > GROWTH * first.usedMb)
        tally.fail('memory in use', `grew from ${Math.round(first.usedMb)} to ${Math.round(last.usedMb)} MB`);
      if (last.mb > GROWTH * first.mb)
        tally.fail('resident memory', `grew from ${Math.round(first.mb)} to ${Math.round(last.mb)} MB`);
      if (last.handles > first.handles || last.threads > first.threads)
        tally.fail(
          'handles',
          `${first.handles} and ${first.threads} threads became ${last.handles} and ${last.threads}`,
        );
    } finally {
      await product.stop();
    }
  },
};

function* numbers(from: number, to: number): Generator<number> {
  for (let i = Math.round(from); i < to; i += 1) yield i;
}

/** What the process holds when nobody asks it anything: the least of some seconds. */
async function settled(product: HttpProduct, looks: number) {
  const usedMb = await used(product);
  let mb = Number.POSITIVE_INFINITY;
  let handles = Number.POSITIVE_INFINITY;
  for (let i = 0; i < looks; i += 1) {
    await new Promise((done) => setTimeout(done, 500));
    const [memory, open] = [residentMb(product.pid), handlesOf(product.pid)];
    if (memory === null || open === null) return null;
    mb = Math.min(mb, memory);
    handles = Math.min(handles, open);
  }
  return { mb, handles, threads: threadsOf(product.pid) ?? 0, usedMb };
}

/** Heap and buffers in use after everything else was collected, MB. */
async function used(product: HttpProduct): Promise<number> {
  const said = once(product.child, 'message', { signal: AbortSignal.timeout(10_000) });
  product.child.send({ collect: true });
  const [{ memory }] = (await said) as [{ memory: NodeJS.MemoryUsage }];
  return (memory.heapUsed + memory.external) / 1e6;
}

type Visit = (i: number, chance: Random) => Promise<void>;

function visits(tally: Tally, product: HttpProduct, photo: string): (i: number) => Promise<void> {
  const chance = random(42);
  const desk = {
    detections: [
      { class: 'mug', bbox: [100, 260, 160, 330] },
      { class: 'laptop', bbox: [220, 160, 520, 340] },
    ],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 1 },
  };
  const tools = (i: number): [string, object] => {
    const all: [string, object][] = [
      ['analyze_image', { ...desk, threshold: (i % 1000) / 2000 }],
      ['analyze_image', { image: photo, inference: 'single', threshold: 0.3 + (i % 500) / 5000 }],
      ['analyze_image', { image: photo, inference: 'single', store: false }],
      ['list_rules', {}],
      ['get_analysis', { limit: 5 }],
      ['create_rule', { text: `Keep mugs ${1 + (i % 90)} cm from laptops`, dry_run: true }],
      ['test_rule', { ...desk, text: 'Keep mugs 10 cm from laptops' }],
      ['get_metrics', {}],
    ];
    return all[i % all.length]!;
  };
  const call = (i: number): HttpOptions => {
    const [name, args] = tools(i);
    return modern('tools/call', { name, arguments: args }, i);
  };
  const asked: Visit = async (i) => {
    const begun = performance.now();
    const answer = await product.send('/mcp', call(i));
    judged(`call ${i}`, messageOf(answer.body) as Message | null, performance.now() - begun);
  };
  const left: Visit = async (i, { below }) => {
    const leave = AbortSignal.timeout(1 + below(40));
    await product.send('/mcp', { ...call(i), signal: leave }).catch(() => null);
    tally.held(`call ${i}, left`, 'answered', 0);
  };
  /** Half a request, and the end of the line. */
  const cutOff: Visit = async (i, { below }) => {
    const { headers = {}, body = '' } = call(i);
    const head = Object.entries({ ...headers, host: 'localhost', 'content-length': String(body.length) });
    const text = `POST /mcp HTTP/1.1\r\n${head.map(([k, v]) => `${k}: ${v}`).join('\r\n')}\r\n\r\n${body}`;
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text.slice(0, 20 + below(text.length)));
    await new Promise((done) => setTimeout(done, below(20)));
    socket.destroy();
    tally.held(`call ${i}, cut off`, 'answered', 0);
  };
  /** Opens a session, asks and never comes back. */
  const forgotten: Visit = async (i) => {
    const opened = await product.send('/mcp', legacy(INITIALIZE));
    const session = opened.headers['mcp-session-id'];
    if (typeof session !== 'string') {
      tally.held(`session ${i}`, 'refused', 0);
      return;
    }
    const [name, args] = tools(i);
    const begun = performance.now();
    const answer = await product.send(
      '/mcp',
      legacy({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name, arguments: args } }, session),
    );
    judged(`call ${i} in a session`, messageOf(answer.body) as Message | null, performance.now() - begun);
    if (i % 2 === 0) await product.send('/mcp', { method: 'DELETE', headers: { 'mcp-session-id': session } });
  };
  const streamed: Visit = async (i) => {
    await product.send('/sse', { method: 'GET', headers: { accept: 'text/event-stream' } }).catch(() => null);
    tally.held(`stream ${i}, dropped`, 'answered', 0);
  };
  const realClient: Visit = async (i) => {
    const client = new Client({ name: 'soak', version: '1' });
    // Its own connections, which end with it: those of the process's own fetch would stay open for a minute.
    const agent = new Agent();
    const fetch = ((url: URL, init: object) =>
      ownFetch(url, { ...init, dispatcher: agent })) as unknown as typeof globalThis.fetch;
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', product.url), { fetch });
    try {
      await client.connect(transport);
      const [name, args] = tools(i);
      const begun = performance.now();
      const result = await client.callTool({ name, arguments: args as Record<string, unknown> });
      judged(`call ${i} of a client`, { result: result as Record<string, unknown> }, performance.now() - begun);
      // Its streams end; only one in three says that its session does.
      if (i % 3 === 0) await transport.terminateSession();
    } finally {
      await client.close();
      await agent.destroy();
    }
  };
  const kinds: readonly Visit[] = [asked, asked, asked, asked, asked, left, cutOff, forgotten, streamed, realClient];

  function judged(name: string, message: Message | null, ms: number): void {
    const { how, said } = message ? verdictOn(message) : { how: 'failed' as const, said: 'no message came back' };
    if (how === 'failed') tally.failed(name, said);
    else tally.held(name, how, ms);
  }
  return async (i) => {
    try {
      await kinds[Math.floor(i / 8) % kinds.length]!(i, chance);
    } catch (error) {
      // All places for sessions may be taken by those who vanished: refused, with the seconds to wait.
      if (/SYSTEM_002.*retry_after_s/.test(String(error))) tally.held(`visit ${i}`, 'refused', 0);
      else tally.failed(`visit ${i}`, String(error));
    }
  };
}
