import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type App, type AppOptions, createApp } from '../../src/app/create-app.ts';
import { openRecords } from '../../src/app/open-stores.ts';
import { notifyCommand, statusLine } from '../../src/cli/notify.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { Receiver, until } from '../support/receiver.ts';

const ctx = { principal: LOCAL };
const signal = new AbortController().signal;
let folder: string;
let receiver: Receiver;
const apps: App[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-messages-'));
  receiver = await new Receiver().start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({ LOG_LEVEL: 'silent', H200_DATA_DIR: folder, ...more });
const hooks = () => ({ WEBHOOK_URL: receiver.url, SLACK_WEBHOOK_URL: receiver.url, H200_NOTIFY_PRIVATE: 'true' });
async function open(more: Record<string, string> = {}, options?: AppOptions): Promise<App> {
  const app = await createApp(loadConfig(env(more)), undefined, options);
  apps.push(app);
  return app;
}
const analyse = ({ services }: App, store = true) =>
  services.analyses.analyze(ctx, {
    detections: [
      { class: 'mug', confidence: 0.9, bbox: [100, 200, 150, 250] },
      { class: 'laptop', confidence: 0.9, bbox: [155, 200, 400, 350] },
    ],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 1.4 },
    store,
  });
const waiting = async () => {
  const records = await openRecords(loadConfig(env()));
  try {
    return (await records.registry.list('outgoing', null, { limit: 50 })).items.length;
  } finally {
    await records.close();
  }
};
const types = () => receiver.events.flatMap(({ event_type: type }) => type ?? []);

it('an analysis that was answered leaves as events, and a command that ends right behind it has sent them', async () => {
  const app = await open(hooks());
  const reading = await app.services.rules.read(ctx, { text: 'Keep mugs at least 10 cm away from laptops' });
  if (!reading.ok) throw new Error(reading.reason);
  const { rule } = await app.services.rules.create(ctx, { ...reading.draft, priority: 10 });
  const { analysis_id } = await analyse(app);
  await apps.pop()!.close();
  expect(types()).toEqual(['rule_changed', 'positioning_analyzed', 'mug_detected', 'rule_triggered']);
  expect(receiver.events.find((one) => one.event_type === 'rule_triggered')).toMatchObject({
    severity: 'critical',
    data: { analysis_id, rule_id: rule.rule_id, name: rule.name, priority: 10 },
  });
  const slack = receiver.calls.map(({ body }) => JSON.parse(body)).filter((body) => body.blocks);
  expect(slack).toHaveLength(1);
  expect(await waiting()).toBe(0);
});

it('people get a link to the picture where they can reach this server, and it ends with the analysis', async () => {
  const told = async (more: Record<string, string>) => {
    const app = await open({ ...hooks(), ...more }, { delivery: 'always' });
    const reading = await app.services.rules.read(ctx, { text: 'Keep mugs at least 10 cm away from laptops' });
    if (!reading.ok) throw new Error(reading.reason);
    await app.services.rules.create(ctx, { ...reading.draft, priority: 10 });
    receiver.calls.length = 0;
    const { analysis_id } = await analyse(app);
    const slack = () => receiver.calls.map(({ body }) => body).find((body) => body.includes('"blocks"'));
    await until(() => slack() !== undefined);
    return { app, analysis_id, body: slack()! };
  };
  const { app, analysis_id, body } = await told({ H200_PUBLIC_URL: 'https://desk.example/mugs/' });
  const token = /<https:\/\/desk\.example\/mugs\/files\/([\w-]+)\|The picture>/.exec(body)?.[1];
  const file = await app.services.files.open(token!, signal);
  expect(file.contentType).toMatch(/^image\//);
  file.stream.destroy();
  await app.services.analyses.delete(ctx, analysis_id);
  await expect(app.services.files.open(token!, signal)).rejects.toMatchObject({ code: 'STORAGE_002' });
  await expect(app.services.files.open(`${token}x`, signal)).rejects.toMatchObject({ code: 'AUTH_003' });
});

it('no link is made where nobody said how people reach this server, and an address with a password is refused', async () => {
  const app = await open(hooks());
  const reading = await app.services.rules.read(ctx, { text: 'Keep mugs at least 10 cm away from laptops' });
  if (!reading.ok) throw new Error(reading.reason);
  await app.services.rules.create(ctx, { ...reading.draft, priority: 10 });
  await analyse(app);
  await apps.pop()!.close();
  expect(receiver.calls.some(({ body }) => body.includes('"blocks"'))).toBe(true);
  expect(receiver.calls.some(({ body }) => body.includes('The picture'))).toBe(false);
  for (const address of [
    'desk.example',
    'ftp://desk.example',
    'https://ann:pw@desk.example',
    'https://desk.example/?a=1',
  ]) {
    expect(() => loadConfig(env({ H200_PUBLIC_URL: address })), address).toThrow(/H200_PUBLIC_URL/);
  }
});

it('what could not be sent waits in the store, and the next server sends it', async () => {
  await receiver.stop();
  const app = await open(hooks());
  await analyse(app);
  await apps.pop()!.close();
  expect(await waiting()).toBe(2);
  await receiver.start();
  await open(hooks(), { delivery: 'always' });
  await until(() => types().length === 2);
});

it('a command that only looks delivers nothing, and says what waits and why, as does one beside a server that fails', async () => {
  await receiver.stop();
  await analyse(await open(hooks()));
  await apps.pop()!.close();
  await receiver.start();
  const looks = await open(hooks());
  const [webhook] = await looks.services.notifications.status(ctx);
  expect(webhook).toMatchObject({
    target: 'webhook',
    state: 'retrying',
    waiting: 2,
    dead_letters: 0,
    last_success_at: null,
    last_error: { reason: 'could not be reached (ECONNREFUSED)' },
  });
  expect(statusLine(webhook!)).toMatch(
    /^webhook +2 waiting, 0 dead; none is known to have arrived; last error 2\S+Z: could not be reached/,
  );
  // Longer than a queue takes to look.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await apps.pop()!.close();
  const doctor = await open(hooks(), { delivery: 'never' });
  await analyse(doctor);
  await apps.pop()!.close();
  expect(receiver.calls).toEqual([]);
  expect(await waiting()).toBe(4);
  const server = await open(hooks(), { delivery: 'always' });
  await until(async () => (await server.services.notifications.status(ctx))[0]?.waiting === 0);
  const beside = await open(hooks());
  const [after] = await beside.services.notifications.status(ctx);
  expect(after).toMatchObject({ state: 'ok', waiting: 0, last_success_at: expect.any(String) });
});

it('beside a server that delivers, a command leaves its messages to it, each once', async () => {
  await open(hooks(), { delivery: 'always' });
  await analyse(await open(hooks()));
  await apps.pop()!.close();
  await until(async () => (await waiting()) === 0);
  expect(types()).toEqual(['positioning_analyzed', 'mug_detected']);
});

it('nothing is written where no target is configured, where nothing may be stored, and of what is not stored', async () => {
  for (const [more, store] of [
    [{}, true],
    [{ ...hooks(), H200_READ_ONLY: 'true' }, false],
    [hooks(), false],
  ] as const) {
    const app = await open(more);
    await analyse(app, store);
    await apps.pop()!.close();
  }
  expect(receiver.calls).toEqual([]);
  expect(await waiting()).toBe(0);
});

it('where nothing may be stored, what waits can be looked at, and nothing is delivered or changed', async () => {
  await receiver.stop();
  await analyse(await open(hooks()));
  await apps.pop()!.close();
  await receiver.start();
  const app = await open({ ...hooks(), H200_READ_ONLY: 'true' }, { delivery: 'always' });
  const { notifications } = app.services;
  expect(await notifications.status(ctx)).toMatchObject([
    { target: 'webhook', waiting: 2, state: 'retrying' },
    { target: 'slack', waiting: 0 },
  ]);
  for (const change of [
    () => notifications.test(ctx, 'webhook'),
    () => notifications.replay(ctx, 'x'),
    () => notifications.forget(ctx, 'x'),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'AUTH_003' });
  }
  // Longer than a queue takes to look.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await apps.pop()!.close();
  expect(receiver.calls).toEqual([]);
  expect(await waiting()).toBe(2);
});

it('says where messages go, and in health nothing is ill where they do not arrive', async () => {
  await receiver.stop();
  const app = await open(hooks());
  const { notifications } = app.services;
  expect(notifications.states(ctx).map(({ target }) => target)).toEqual(['webhook', 'slack']);
  expect(await notifications.test(ctx, 'slack')).toMatchObject({ ok: false });
  await expect(notifications.test(ctx, 'email')).rejects.toMatchObject({ code: 'NOTIFICATION_001' });
  const viewer = { principal: { ...LOCAL, role: 'viewer', permissions: ['analysis:read'] } } as const;
  await expect(notifications.test(viewer, 'slack')).rejects.toMatchObject({ code: 'AUTH_003' });
  await expect(notifications.deadLetters(viewer, { limit: 1 })).rejects.toMatchObject({ code: 'AUTH_003' });
  await expect(notifications.replayAll(viewer)).rejects.toMatchObject({ code: 'AUTH_003' });
});

it('refuses a sender without receivers', async () => {
  await expect(createApp(loadConfig(env({ EMAIL_FROM: 'desk@example.com' })))).rejects.toThrow('EMAIL_TO');
});

it.each(['mail', 'email'])('the command line knows mail as %s', async (name) => {
  for (const [variable, value] of Object.entries(env())) vi.stubEnv(variable, value);
  const command = notifyCommand(() => {}).exitOverride();
  await expect(command.parseAsync(['test', name], { from: 'user' })).rejects.toMatchObject({
    code: 'NOTIFICATION_001',
    details: { target: 'email' },
  });
});
