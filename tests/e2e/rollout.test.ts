import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { RoutingReport } from '../../src/contract/routing.ts';
import type { ServerInfo } from '../../src/contract/server.ts';
import { type FakeRunpod, startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { runPrograms } from '../fakes/runpod/run-programs.ts';
import { freePort } from '../services/ports.ts';
import { start, waitForLine } from '../support/program.ts';

/** `serve` as it was built, a RunPod of this machine, and in its pods `serve` as it was built. */
const PHOTO = readFileSync('examples/mug-too-close.jpg');
const WAIT = { timeout: 150_000, interval: 500 };

let fake: FakeRunpod;
let endPrograms: () => Promise<void>;
let gateway: ChildProcess;
let folder: string;
let base: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-rollout-'));
  fake = await startFakeRunpod({ rates: null, times: { provisionMs: 10, startMs: 10 } });
  endPrograms = runPrograms(fake);
  const port = await freePort();
  base = `http://127.0.0.1:${port}/api/v1`;
  gateway = start(['serve', '--port', `${port}`], {
    env: {
      ...fake.env,
      H200_DATA_DIR: join(folder, 'data'),
      H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0',
      H200_SERVER_TOKEN: 'token-of-the-servers',
      H200_SERVER_ENV: '{"OF_OURS":"a-secret-value"}',
      H200_SERVER_WAIT_MS: '60000',
      H200_TIMEOUT_MS: '100000',
      H200_RATE_LIMIT: '10000',
    },
  });
  gateway.stdout?.resume();
  await waitForLine(gateway, /listens on/);
}, 120_000);
afterAll(async () => {
  if (gateway?.exitCode === null) {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await ended;
  }
  await endPrograms?.();
  await fake?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 90_000);

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${base}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** The same desk in another file: a comment after the first marker. */
function anotherPhoto(name: string): Uint8Array<ArrayBuffer> {
  const comment = Buffer.from(name);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return new Uint8Array(Buffer.concat([PHOTO.subarray(0, 2), head, comment, PHOTO.subarray(2)]));
}

let sent = 0;
/** What was found, and the warnings that name a server. */
async function analyse() {
  sent += 1;
  const form = new FormData();
  form.set('image', new Blob([anotherPhoto(`photo ${sent}`)], { type: 'image/jpeg' }), 'desk.jpg');
  const answer = await fetch(`${base}/analyze/with-feedback`, { method: 'POST', body: form });
  const text = await answer.text();
  if (!answer.ok) return { failed: `${answer.status} ${text}` };
  const { objects, feedback, warnings } = JSON.parse(text);
  return { failed: null, found: { objects, feedback }, warned: warnings.filter((one: string) => one.includes('srv_')) };
}
const analyseSome = async (count: number) => {
  const answers = [];
  for (let at = 0; at < count; at += 1) answers.push(await analyse());
  return answers;
};

const deployment = (id: string) => ask<Deployment>('GET', `/deployments/${id}`);
const weights = async () => {
  const { backends } = await ask<RoutingReport>('GET', '/servers/routing');
  return Object.fromEntries(backends.map(({ id, weight }) => [id, weight]));
};
const trafficOf = async (id: string) => {
  const { backends } = await ask<RoutingReport>('GET', '/servers/routing');
  const { requests = 0, errors = 0 } = backends.find((one) => one.id === id) ?? {};
  return { requests, errors };
};

it('analyses go over to a new server while they come, and back again', { timeout: 600_000 }, async () => {
  const [here] = await analyseSome(1);

  const first = await ask<{ server: { id: string }; deployment: Deployment }>('POST', '/servers/deploy', {
    ...{ type: 'timed', strategy: 'blue-green', traffic: 40, keep_seconds: 0 },
  });
  const old = first.deployment.swaps[0]?.new_server_id ?? '';
  await expect.poll(async () => (await deployment(first.deployment.id)).outcome, WAIT).toBe('deployed');
  expect(await weights()).toEqual({ [old]: 40, here: 60 });
  expect([...fake.account.pods.values()].map(({ fields }) => fields.env)).toEqual([
    { H200_API_TOKEN: 'token-of-the-servers', OF_OURS: 'a-secret-value' },
  ]);

  const wish = { type: 'timed', strategy: 'blue-green', config: { gpu_type: 'H100' }, keep_seconds: 3600 } as const;
  const { deployment: begun } = await ask<{ deployment: Deployment }>('POST', '/deployments', wish);
  const meanwhile: Awaited<ReturnType<typeof analyse>>[] = [];
  const until = async (reached: (one: Deployment) => boolean) => {
    const late = Date.now() + WAIT.timeout;
    for (;;) {
      meanwhile.push(...(await analyseSome(2)));
      const now = await deployment(begun.id);
      if (reached(now)) return now;
      if (now.phase === 'over' || Date.now() > late) throw new Error(JSON.stringify(now));
    }
  };
  const over = await until(({ phase }) => phase === 'keeping');
  const fresh = over.swaps[0]?.new_server_id ?? '';
  expect(over).toMatchObject({
    ...{ can_roll_back: true, attended: true },
    smoke: { ok: true, same: true },
    swaps: [{ old_server_id: old, traffic: 40, handed_over: 100 }],
  });
  expect(await weights()).toEqual({ [fresh]: 40, here: 60 });
  meanwhile.push(...(await analyseSome(12)));
  await expect.poll(async () => (await trafficOf(fresh)).requests, WAIT).toBeGreaterThan(0);
  expect((await trafficOf(fresh)).errors).toBe(0);

  await ask('POST', `/deployments/${begun.id}/rollback`);
  await until(({ outcome }) => outcome === 'rolled_back');
  expect(await weights()).toEqual({ [old]: 40, here: 60 });
  meanwhile.push(...(await analyseSome(4)));

  for (const one of meanwhile) expect(one).toEqual({ ...here, warned: [] });
  const servers = await ask<ServerInfo[]>('GET', '/servers');
  expect(servers.map(({ id }) => id)).toEqual([old]);
  expect(fake.account.pods.size).toBe(1);

  await ask('PUT', '/servers/routing', { weights: { here: 100 } });
  // The last request is written down as over some seconds later.
  const end = async () => {
    await ask('DELETE', `/servers/${old}`).catch(() => null);
    return fake.account.pods.size;
  };
  await expect.poll(end, WAIT).toBe(0);
});
