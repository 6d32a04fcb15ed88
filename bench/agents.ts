import { once } from 'node:events';
import { HttpProduct } from '../attack/support/http.ts';
import { handlesOf, residentMb } from '../attack/support/process-tree.ts';
import { Tally } from '../attack/support/set.ts';
import { Receiver, until } from '../tests/support/receiver.ts';
import { line, machine } from './support/measure.ts';
import { slopeOf } from './support/slope.ts';

/**
 * What the server process holds while other agents stream and messages leave for a long time: `npm run build && npm run bench -- agents
 * [--turns=3000] [--only=a2a|agui]`. A turn is a streamed A2A message or an AG-UI run with an analysis in it; every tenth task has an address for push
 * notifications, every event goes to a webhook that lives and one that is gone (100 letters wait at most), and thirty subscriptions
 * stay open all the time.
 */
const option = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const ONLY = process.argv.find((word) => word.startsWith('--only='))?.slice(7);
const TURNS = option('turns', 3000);
const LOOKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => Math.round(share * TURNS));
/** The first looks are of a process that still fills its caches and its five hundred tasks. */
const WARM = TURNS * 0.3;
const AT_ONCE = 4;
const OPEN = 30;
const PARTS = ['heap', 'external', 'resident'] as const;
const STAGE = new URL('../attack/stage/memory.ts', import.meta.url).href;

const receiver = await new Receiver().start();
const product = await HttpProduct.open(new Tally({ maxMs: 60_000, maxRssMb: 4000 }), {
  stage: [STAGE],
  env: {
    H200_CACHE_MB: '1',
    H200_WORKERS: '1',
    H200_RATE_LIMIT: '0',
    H200_NOTIFY_PRIVATE: 'true',
    WEBHOOK_URL: `${receiver.url}/hook`,
    N8N_WEBHOOK_URL: 'http://127.0.0.1:1/gone',
    H200_OUTBOX_LIMIT: '100',
    H200_CALLBACK_HOSTS: new URL(receiver.url).host,
  },
});

const json = { 'content-type': 'application/json', 'a2a-version': '1.0' };
/** Three things somewhere on a desk, no two alike. */
function deskOf(n: number) {
  const x = 20 + (n % 200) + n / 10_000;
  return {
    detections: [
      { class: 'mug', bbox: [x, 260, x + 60, 330] },
      { class: 'laptop', bbox: [260, 160, 520, 340] },
    ],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 1 },
  };
}

async function a2a(n: number): Promise<boolean> {
  const configuration = n % 10 === 0 ? { taskPushNotificationConfig: { url: `${receiver.url}/push` } } : {};
  const parts = [{ data: { skill: 'analyse_desk', ...deskOf(n) } }];
  const message = { messageId: `m${n}`, role: 'ROLE_USER', parts };
  const { body } = await product.send('/a2a/rest/message:stream', {
    headers: json,
    body: JSON.stringify({ message, configuration }),
  });
  return body.includes('TASK_STATE_COMPLETED');
}

async function agui(n: number): Promise<boolean> {
  const messages = [{ id: `u${n}`, role: 'user', content: 'Which rules are there?' }];
  const input = {
    threadId: `t${n}`,
    runId: `r${n}`,
    protocolVersion: '1.0',
    state: {},
    messages,
    tools: [],
    context: [],
  };
  const { body } = await product.send('/ag-ui', {
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(input),
  });
  return body.includes('RUN_FINISHED');
}

/** A stream that says nothing more and stays. */
async function subscribe(n: number, stop: AbortSignal): Promise<void> {
  const asked = { messageId: `s${n}`, role: 'ROLE_USER', parts: [{ text: 'hello' }] };
  const made = await product.send('/a2a/rest/message:send', {
    headers: json,
    body: JSON.stringify({ message: asked }),
  });
  const { id } = JSON.parse(made.body).task;
  const answer = await fetch(`${product.url}/a2a/rest/tasks/${id}:subscribe`, {
    method: 'POST',
    headers: json,
    signal: stop,
  });
  void answer.text().catch(() => undefined);
}

async function look(turns: number) {
  const said = once(product.child, 'message', { signal: AbortSignal.timeout(30_000) });
  product.child.send({ collect: true });
  const [{ memory }] = (await said) as [{ memory: NodeJS.MemoryUsage }];
  const resident = (residentMb(product.pid) ?? 0) * 1e6;
  return { turns, heap: memory.heapUsed, external: memory.external, resident, handles: handlesOf(product.pid) ?? 0 };
}

console.log(machine());
const stop = new AbortController();
try {
  const rule = await product.send('/api/v1/rules', {
    headers: json,
    body: JSON.stringify({ text: 'Keep mugs 10 cm from laptops' }),
  });
  if (rule.status !== 201) throw new Error(`no rule: ${rule.body}`);
  await Promise.all(Array.from({ length: OPEN }, (_, n) => subscribe(n, stop.signal)));
  const looks: Awaited<ReturnType<typeof look>>[] = [];
  let [next, failed] = [0, 0];
  const begun = performance.now();
  for (const upTo of LOOKS) {
    const caller = async () => {
      while (next < upTo) {
        const n = next;
        next += 1;
        const isRun = ONLY === 'agui' || (ONLY !== 'a2a' && n % 3 === 2);
        if (!(await (isRun ? agui(n) : a2a(n)))) failed += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, caller));
    const now = await look(upTo);
    looks.push(now);
    const mb = PARTS.map((part) => `${part} ${(now[part] / 1e6).toFixed(1)}`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(`after ${upTo} (${seconds} s): ${mb.join(', ')} MB, ${now.handles} handles`);
    receiver.calls.length = 0;
  }
  const counted = looks.filter(({ turns }) => turns >= WARM);
  for (const part of PARTS) {
    const { slope, low, high } = slopeOf(counted.map((one) => ({ x: one.turns, y: one[part] })));
    const text = `${slope.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
    line(`${part}, bytes per turn from ${WARM} on`, text, '≈ 0', 'slope, 90 % of it between');
  }
  const isQuiet = async () => {
    const { body } = await product.send('/api/v1/notifications', { method: 'GET' });
    const waiting = (JSON.parse(body) as { target: string; waiting: number }[]).filter(
      ({ target }) => target !== 'n8n',
    );
    return waiting.every((one) => one.waiting === 0);
  };
  await until(isQuiet, 60_000);
  line('turns that failed', String(failed), '0', machine());
  if (failed > 0) process.exitCode = 1;
} finally {
  stop.abort();
  await product.stop();
  await receiver.stop();
}
