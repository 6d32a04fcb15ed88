import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment, DeployRequest } from '../../src/contract/deployment.ts';
import { type Answered, openStage, type Stage } from '../support/rollout-stage.ts';

/** Canary, rolling and recreate with real workers; blue-green is in rollout.test.ts. */
const LATE_MS = 300_000;
const AT_ONCE = 4;

let stage: Stage;
let here: Answered | undefined;
let first: string;
beforeAll(async () => {
  stage = await openStage();
  [here] = await stage.analyseSome(1);
  const wish = { type: 'timed', strategy: 'blue-green', traffic: 60, keep_seconds: 0 } as const;
  first = freshOf(await follow(await begin(wish), isOver));
}, 400_000);
afterAll(() => stage?.close(), 90_000);

const begin = async (wish: Partial<DeployRequest>) =>
  (await stage.ask<{ deployment: Deployment }>('POST', '/deployments', wish)).deployment.id;
const freshOf = ({ swaps }: Deployment) => swaps[0]?.new_server_id ?? '';
const isOver = ({ phase }: Deployment) => phase === 'over';

/** Photos are sent until it has come so far; every one of them is answered, and as this process answers. */
async function follow(id: string, reached: (one: Deployment) => boolean, seen?: (one: Deployment) => void) {
  const late = Date.now() + LATE_MS;
  for (;;) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => stage.analyse()));
    for (const one of answers) expect({ ...one, warned: [] }).toEqual(here);
    const now = await stage.deployment(id);
    seen?.(now);
    if (reached(now)) return now;
    if (now.phase === 'over' || Date.now() > late) throw new Error(JSON.stringify(now, null, 1));
  }
}

/** What is left: these servers, in the list and at RunPod, and who has which share. */
async function expectLeft(weights: Record<string, number>) {
  expect(await stage.weights()).toEqual(weights);
  const ids = Object.keys(weights).filter((id) => id !== 'here');
  expect((await stage.servers()).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(stage.fake.account.pods.size).toBe(ids.length);
}

it('a canary goes through its steps to all of it', { timeout: 400_000 }, async () => {
  // So large that the old one has too few requests for its p95 to be compared: two programs share this machine.
  const canary = { strategy: 'canary', canary_percent: 70, canary_duration: 90, keep_seconds: 0 } as const;
  const shares: number[] = [];
  const over = await follow(await begin({ type: 'timed', ...canary }), isOver, ({ swaps: [swap] }) => {
    if (swap !== undefined && swap.handed_over !== shares.at(-1)) shares.push(swap.handed_over);
  });
  expect(over.outcome, over.message).toBe('deployed');
  expect(over).toMatchObject({ smoke: { ok: true, same: true } });
  expect(over.judgement).toMatchObject({ fresh: { errors: 0 } });
  expect(over.notes.map(({ text }) => text).join(' ')).toContain('70 % of its 60 %');
  expect(shares).toEqual([0, 70, 100]);
  first = freshOf(over);
  await expectLeft({ [first]: 60, here: 40 });
});

it('a canary whose server fails goes back to none, and nobody is left without an answer', {
  timeout: 400_000,
}, async () => {
  const canary = { strategy: 'canary', canary_percent: 50, canary_duration: 3600 } as const;
  const id = await begin({ type: 'timed', ...canary });
  const fresh = freshOf(await follow(id, ({ phase }) => phase === 'canary'));
  const { fake } = stage;
  const [pod] = [...fake.account.pods].find(([, { fields }]) => fields.name.includes(fresh)) ?? [''];
  fake.containers.ailments.set(pod, 'errors');
  const failures: number[] = [];
  const over = await follow(id, isOver, ({ judgement }) => failures.push(judgement?.fresh.errors ?? 0));
  expect(over).toMatchObject({ outcome: 'rolled_back', judgement: { verdict: 'bad', fresh: { id: fresh } } });
  expect(Math.max(...failures)).toBeGreaterThanOrEqual(5);
  expect(over.swaps).toMatchObject([{ handed_over: 0 }]);
  await expectLeft({ [first]: 60, here: 40 });
});

it('rolling replaces one server after the other', { timeout: 400_000 }, async () => {
  const { server } = await stage.ask<{ server: { id: string } }>('POST', '/servers', { type: 'timed' });
  await stage.ask('PUT', '/servers/routing', { weights: { here: 40, [first]: 30, [server.id]: 30 } });
  const most: number[] = [];
  const over = await follow(await begin({ type: 'timed', strategy: 'rolling', keep_seconds: 0 }), isOver, () =>
    most.push(stage.fake.account.pods.size),
  );
  expect(over.outcome, over.message).toBe('deployed');
  expect(over.swaps.map(({ old_server_id }) => old_server_id).toSorted()).toEqual([first, server.id].toSorted());
  const [one = '', two = ''] = over.swaps.map(({ new_server_id }) => new_server_id ?? '');
  await expectLeft({ here: 40, [one]: 30, [two]: 30 });
  expect(Math.max(...most)).toBeLessThanOrEqual(4);
  await stage.ask('PUT', '/servers/routing', { weights: { here: 40, [one]: 60 } });
  await expect
    .poll(() => stage.ask('DELETE', `/servers/${two}`).then(() => 'gone', String), { timeout: LATE_MS, interval: 500 })
    .toBe('gone');
  first = one;
});

it('recreate ends the old server first, and this process computes meanwhile', { timeout: 400_000 }, async () => {
  const running: number[] = [];
  const over = await follow(await begin({ type: 'timed', strategy: 'recreate' }), isOver, ({ swaps: [swap] }) => {
    const { pods, time } = stage.fake.account;
    if (swap?.handed_over === 0)
      running.push([...pods.values()].filter((one) => one.status(time.now()) === 'RUNNING').length);
  });
  expect(over.outcome, over.message).toBe('deployed');
  expect(Math.max(...running)).toBe(1);
  await expectLeft({ [freshOf(over)]: 60, here: 40 });
});
