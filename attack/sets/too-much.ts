import { copyFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { VARIABLES } from '../../src/config/config.ts';
import { type HttpAnswer, HttpProduct, INITIALIZE, legacy, messageOf, modern } from '../support/http.ts';
import { EXAMPLE } from '../support/seeds.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { type Message, textOf } from '../support/verdict.ts';

/** More than the product takes: requests, analyses, sessions, streams, sockets; and who else is served meanwhile. */
export const tooMuchSet: AttackSet = {
  id: 'S14',
  title: 'more than is allowed, and others beside it',
  bounds: { maxMs: 20_000, maxRssMb: 1200 },
  async run(tally, { share }) {
    await queue(tally, Math.max(12, Math.round(60 * share)));
    await streams(tally);
    if ('H200_RATE_LIMIT' in VARIABLES) await rate(tally);
    else tally.note('no rate limit in this version');
  },
};

const OTHER = '127.0.0.2';
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** 429 or 503 with the whole seconds to wait, in a header or in the text of a tool's error. */
function saysWhen({ status, headers, body }: HttpAnswer): boolean {
  const seconds = headers['retry-after'] ?? /retry_after_s"?: (\d+)/.exec(body.replaceAll('\\', ''))?.[1];
  return (status === 429 || status === 503 || status === 200) && /^\d+$/.test(String(seconds)) && Number(seconds) >= 1;
}

let salt = 0;
function analyze(image: string) {
  salt += 1;
  const args = { image, threshold: 0.3 + salt / 1e6, store: false, inference: 'single' };
  return modern('tools/call', { name: 'analyze_image', arguments: args }, salt);
}

async function queue(tally: Tally, calls: number): Promise<void> {
  const product = await HttpProduct.open(tally, { env: { H200_QUEUE_LIMIT: '8', H200_WORKERS: '1' } });
  try {
    const photo = join(product.photos, 'desk.jpg');
    copyFileSync(EXAMPLE, photo);
    await product.send('/mcp', analyze(photo));
    const alone = performance.now();
    await product.send('/mcp', analyze(photo));
    const one = performance.now() - alone;

    const flood = Array.from({ length: calls }, async (_, i) => {
      const begun = performance.now();
      return judge(
        tally,
        `call ${i} of ${calls} at once`,
        await product.send('/mcp', analyze(photo)),
        performance.now() - begun,
      );
    });
    await wait(5);
    const begun = performance.now();
    const quick = await product.send('/mcp', {
      ...modern('tools/call', { name: 'list_rules', arguments: {} }),
      from: OTHER,
    });
    tally.held('a list asked for beside the flood', 'answered', performance.now() - begun);
    if (quick.status !== 200) tally.fail('a list asked for beside the flood', `${quick.status}`);
    const outcomes = await Promise.all(flood);
    if (!outcomes.includes('answered')) tally.fail('the flood', 'nobody was served');
    if (!outcomes.includes('refused'))
      tally.fail('the flood', 'nobody was refused although it is more than the queue holds');

    await cancelled(tally, product, photo, one);
  } finally {
    await product.stop();
  }
}

function judge(tally: Tally, name: string, answer: HttpAnswer, ms: number): string {
  const message = messageOf(answer.body) as Message | null;
  const text = message?.result ? textOf(message) : answer.body;
  if (answer.status === 200 && message?.result && message.result.isError !== true) {
    tally.held(name, 'answered', ms);
    return 'answered';
  }
  // A share of running analyses is free again when one of them ends, and nobody knows when that is.
  if (/RATE_001.*\bshare\b/.test(text) || (/SYSTEM_002|RATE_001/.test(text) && saysWhen(answer)))
    tally.held(name, 'refused', ms);
  else tally.failed(name, `${answer.status} ${answer.body.slice(0, 200)}`);
  return 'refused';
}

/** Who leaves gives the place back before its analysis would have ended. */
async function cancelled(tally: Tally, product: HttpProduct, photo: string, one: number): Promise<void> {
  const leave = new AbortController();
  const gone = Array.from({ length: 8 }, () =>
    product.send('/mcp', { ...analyze(photo), signal: leave.signal }).catch(() => null),
  );
  await wait(20);
  leave.abort();
  await Promise.all(gone);
  const begun = performance.now();
  const answer = await product.send('/mcp', analyze(photo));
  const ms = performance.now() - begun;
  if (judge(tally, 'a call after eight were abandoned', answer, ms) !== 'answered')
    tally.fail('a call after eight were abandoned', 'was refused');
  // At most the run that nobody can stop, its own run, and the noise of a busy machine.
  if (ms > 4 * one + 1000)
    tally.fail('a call after eight were abandoned', `took ${Math.round(ms)} ms; one alone ${Math.round(one)}`);
}

/** Sessions, listeners and sockets: refused with a time to come back, and there is room again when they have gone. */
async function streams(tally: Tally): Promise<void> {
  const product = await HttpProduct.open(tally);
  try {
    const sessions: string[] = [];
    let full: HttpAnswer | null = null;
    for (let i = 0; i < 330 && full === null; i += 1) {
      const begun = performance.now();
      const answer = await product.send('/mcp', legacy(INITIALIZE));
      if (answer.status === 200) sessions.push(answer.headers['mcp-session-id'] as string);
      else full = answer;
      tally.held(`session ${i}`, full === null ? 'answered' : 'refused', performance.now() - begun);
    }
    if (full === null) tally.fail('sessions', `${sessions.length} are open and nobody is refused`);
    else if (full.status !== 503 || !saysWhen(full))
      tally.fail('sessions', `${full.status} ${full.body.slice(0, 200)}`);
    await product.send('/mcp', { method: 'DELETE', headers: { 'mcp-session-id': sessions[0]! } });
    const again = await product.send('/mcp', legacy(INITIALIZE));
    if (again.status !== 200) tally.fail('a session after one was closed', `${again.status}`);

    await silentSockets(tally, product);
  } finally {
    await product.stop();
  }
}

async function silentSockets(tally: Tally, product: HttpProduct): Promise<void> {
  const sockets: Socket[] = [];
  for (let i = 0; i < 1100; i += 1) {
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
  await wait(500);
  const open = sockets.filter((socket) => socket.readyState === 'open').length;
  if (open > 1024) tally.fail('silent sockets', `${open} are open`);
  if ('H200_RATE_LIMIT' in VARIABLES) {
    const beside = await product.send('/healthz', { method: 'GET', from: OTHER }).catch((error: Error) => error);
    if (beside instanceof Error || beside.status !== 200)
      tally.fail('another client beside 1,100 silent sockets', String(beside));
  }
  for (const socket of sockets) socket.destroy();
  await wait(300);
  const begun = performance.now();
  const after = await product.send('/healthz', { method: 'GET' });
  if (after.status === 200) tally.held('health after 1,100 silent sockets', 'answered', performance.now() - begun);
  else tally.failed('health after 1,100 silent sockets', `${after.status}`);
  tally.note(`of 1,100 silent sockets ${open} stayed open`);
}

async function rate(tally: Tally): Promise<void> {
  const product = await HttpProduct.open(tally, { env: { H200_RATE_LIMIT: '30' } });
  try {
    let refused = 0;
    for (let i = 0; i < 60; i += 1) {
      const begun = performance.now();
      const answer = await product.send('/mcp', modern('tools/list'));
      const ms = performance.now() - begun;
      if (answer.status === 429 && saysWhen(answer)) {
        refused += 1;
        tally.held(`request ${i} in a minute of 30`, 'refused', ms);
      } else if (answer.status === 200) tally.held(`request ${i} in a minute of 30`, 'answered', ms);
      else tally.failed(`request ${i} in a minute of 30`, `${answer.status} ${answer.body.slice(0, 200)}`);
    }
    if (refused < 25 || refused > 30) tally.fail('60 requests in a minute of 30', `${refused} were refused`);
    const other = await product.send('/mcp', { ...modern('tools/list'), from: OTHER });
    if (other.status !== 200) tally.fail('another client beside one that asks too often', `${other.status}`);
    const health = await product.send('/healthz', { method: 'GET' });
    if (health.status !== 200) tally.fail('health beside one that asks too often', `${health.status}`);
  } finally {
    await product.stop();
  }
}
