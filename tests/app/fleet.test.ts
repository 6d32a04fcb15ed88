import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { FakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { localCall } from '../support/caller.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-fleet-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (env: Record<string, string> = {}) =>
  createApp(loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder, ...env }));

it('without a key it says what to set, and nothing fails', async () => {
  const app = await open();
  const { fleet, warm } = app.services;
  warm();
  expect(await fleet.list(localCall)).toMatchObject({
    servers: [],
    provider: { state: 'not_configured', reason: expect.stringContaining('RUNPOD_API_KEY') },
  });
  const asked = [
    fleet.get(localCall, 'timed'),
    fleet.create(localCall, { type: 'timed' }),
    fleet.control(localCall, 'timed', { action: 'stop' }),
    fleet.configure(localCall, 'timed', {}),
    fleet.cost(localCall),
    fleet.logs(localCall, 'timed'),
    fleet.offers(localCall, { type: 'timed', gpu_count: 1, max_price: null }),
    fleet.quote(localCall, { type: 'timed' }),
    fleet.follow(localCall, 'timed')[Symbol.asyncIterator]().next(),
  ];
  for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'SERVER_005', http: 409 });
  await app.close();
});

it('with one, servers outlive the program and are in the audit log', async () => {
  const fake = await new FakeRunpod({ times: { provisionMs: 10, startMs: 10 } }).listen();
  const env = { ...fake.env, H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1' };
  const first = await open(env);
  first.services.warm();
  const made = await first.services.fleet.create(localCall, { type: 'timed', wait_for_completion: false });
  await first.close();
  const second = await open(env);
  const { servers, provider } = await second.services.fleet.list(localCall);
  expect(provider).toMatchObject({ state: 'ok', simulated: true });
  expect(servers).toMatchObject([{ id: made.server.id, state: 'running', config: { image: 'ghcr.io/acme/mug:1' } }]);
  const { items } = await second.services.accounts.audit(localCall, { limit: 10 });
  expect(items).toMatchObject([{ event: 'server_created', target: made.server.id, actor: 'local' }]);
  expect(await second.services.fleet.control(localCall, 'timed', { action: 'terminate' })).toMatchObject({
    success: true,
  });
  expect(fake.account.pods.size).toBe(0);
  await second.close();
  await fake.close();
});
