import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import { type Answered, openStage, type Stage } from '../support/rollout-stage.ts';

const WAIT = { timeout: 150_000, interval: 500 };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ H200_SERVER_ENV: '{"OF_OURS":"a-secret-value"}' });
}, 120_000);
afterAll(() => stage?.close(), 90_000);

it('analyses go over to a new server while they come, and back again', { timeout: 600_000 }, async () => {
  const { ask, analyseSome, deployment, weights, trafficOf } = stage;
  const [here] = await analyseSome(1);

  const first = await ask<{ server: { id: string }; deployment: Deployment }>('POST', '/servers/deploy', {
    ...{ type: 'timed', strategy: 'blue-green', traffic: 40, keep_seconds: 0 },
  });
  const old = first.deployment.swaps[0]?.new_server_id ?? '';
  await expect.poll(async () => (await deployment(first.deployment.id)).outcome, WAIT).toBe('deployed');
  expect(await weights()).toEqual({ [old]: 40, here: 60 });
  expect([...stage.fake.account.pods.values()].map(({ fields }) => fields.env)).toEqual([
    { H200_API_TOKEN: expect.stringMatching(/^[\w-]{43}$/), OF_OURS: 'a-secret-value' },
  ]);

  const wish = { type: 'timed', strategy: 'blue-green', config: { gpu_type: 'H100' }, keep_seconds: 3600 } as const;
  const { deployment: begun } = await ask<{ deployment: Deployment }>('POST', '/deployments', wish);
  const meanwhile: Answered[] = [];
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
  const servers = await stage.servers();
  expect(servers.map(({ id }) => id)).toEqual([old]);
  expect(stage.fake.account.pods.size).toBe(1);

  await ask('PUT', '/servers/routing', { weights: { here: 100 } });
  // The last request is written down as over some seconds later.
  const end = async () => {
    await ask('DELETE', `/servers/${old}`).catch(() => null);
    return stage.fake.account.pods.size;
  };
  await expect.poll(end, WAIT).toBe(0);
});
