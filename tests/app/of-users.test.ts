import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { openStore } from '../../src/app/open-stores.ts';
import { callFor } from '../../src/cli/caller.ts';
import { examineStore } from '../../src/cli/examine-store.ts';
import { tellOfUsers } from '../../src/cli/tell-of-users.ts';
import { loadConfig } from '../../src/config/config.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { callOf, localCall, makeRule } from '../support/caller.ts';
import { DESK } from '../support/journey.ts';

let folder: string;
let app: App;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-of-users-'));
  app = await createApp(config());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});
const config = () => loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder });
const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
const analyze = (ctx: typeof localCall) =>
  app.services.analyses.analyze(ctx, { detections, size: { width: 640, height: 480 }, store: true } as never);

async function admin(): Promise<string> {
  await app.services.accounts.ensureAdmin('admin', 'a long enough password');
  const store = await openStore(config());
  const found = await recordsOver(store).registry.find('user', 'admin');
  await store.close();
  return found!.id;
}

it('acts for a user whom it names, which the audit log keeps, and for nobody else', async () => {
  const id = await admin();
  await analyze(callOf(id));
  const { accounts, analyses } = app.services;
  const ctx = await callFor(app.services, 'ADMIN', 'analyses delete');
  expect(await analyses.deleteAll(ctx, { dryRun: true })).toMatchObject({ deleted: 1 });
  const [line] = (await accounts.audit(localCall, { limit: 1 })).items;
  expect(line).toMatchObject({
    event: 'user_acted_for',
    actor: 'local',
    target: id,
    details: { what: 'analyses delete' },
  });
  expect(await analyses.count(await callFor(app.services, undefined, 'x'))).toBe(0);
  await expect(callFor(app.services, 'eve', 'x')).rejects.toMatchObject({ code: 'AUTH_006' });
  await expect(accounts.actFor(callOf(id), 'admin', 'x')).rejects.toMatchObject({ code: 'AUTH_003' });
});

it('says how much belongs to users, and nothing where it is all of this machine', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await analyze(localCall);
  await makeRule(app.services.rules, { text: 'Keep mugs left of laptops', scope: 'mine' }, { user: 'local' });
  expect(await app.examine.ofUsers()).toEqual({ analyses: 0, rules: 0 });
  await tellOfUsers(app, 'analyses');
  expect(said).not.toHaveBeenCalled();

  const id = await admin();
  await analyze(callOf(id));
  await analyze(callOf('usr_removed'));
  for (const scope of ['mine', 'everyone'] as const) {
    await makeRule(app.services.rules, { text: 'Keep mugs at least 10 cm away from laptops', scope }, { user: id });
  }
  expect(await app.examine.ofUsers()).toEqual({ analyses: 2, rules: 1 });
  await tellOfUsers(app, 'rules');
  await tellOfUsers(app, 'analyses');
  expect(said.mock.calls.map(([text]) => String(text).slice(0, 40))).toEqual([
    '1 more rules belong to users of the serv',
    '2 more analyses belong to users of the s',
  ]);
  const [store] = await examineStore(app, config());
  expect(store?.detail).toMatch(/3 analyses \(2 of users\)/);
});
