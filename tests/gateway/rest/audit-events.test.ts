import { afterAll, beforeAll, expect, it } from 'vitest';
import { modern } from '../raw-http.ts';
import { type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const ADMIN = { username: 'root', password: 'correct horse battery' };
const PASSWORD = 'another long password';
const DESK = {
  detections: [{ class: 'mug', bbox: [100, 260, 160, 330] }],
  size: { width: 640, height: 480 },
};

let server: RestServer;
const tokens: Record<string, string> = {};
const as = (who: string, method: string, path: string, body?: unknown) =>
  server.ask(method, `${API}${path}`, body, { authorization: `Bearer ${tokens[who]}` });
const login = async (username: string, password: string) => {
  const { body } = await server.ask('POST', `${API}/auth/login`, { username, password });
  tokens[username] = body.access_token;
  return body.user.user_id as string;
};
interface Line {
  event: string;
  actor: string;
  target: string | null;
  details: Record<string, string>;
}
const lines = async (event: string) =>
  ((await as('root', 'GET', '/audit?limit=100')).body as Line[]).filter((one) => one.event === event);

let manager: string;
let viewer: string;
beforeAll(async () => {
  server = await startRest({ H200_ADMIN_USERNAME: ADMIN.username, H200_ADMIN_PASSWORD: ADMIN.password });
  await login(ADMIN.username, ADMIN.password);
  for (const role of ['viewer', 'manager']) {
    await as('root', 'POST', '/users', { username: role, password: PASSWORD, role, must_change_password: false });
  }
  manager = await login('manager', PASSWORD);
  viewer = await login('viewer', PASSWORD);
});
afterAll(() => server.close());

it('permission_denied: who was refused what, once', async () => {
  for (const _ of [1, 2, 3]) {
    expect((await as('viewer', 'POST', '/rules', { text: 'Keep mugs 10 cm from laptops' })).status).toBe(403);
  }
  const tool = modern('tools/call', { name: 'create_rule', arguments: { text: 'Keep mugs 10 cm from laptops' } });
  const headers = { ...(tool.headers as Record<string, string>), authorization: `Bearer ${tokens.viewer}` };
  expect((await server.ask('POST', '/mcp', String(tool.body), headers)).status).toBe(403);
  await expect
    .poll(async () => (await lines('permission_denied')).map(({ actor, details }) => [actor, details.asked]))
    .toEqual([
      [viewer, 'POST /mcp'],
      [viewer, 'POST /api/v1/rules'],
    ]);
  expect((await lines('permission_denied'))[0]?.details.permission).toBe('rules:write');
});

it('data_access: what is taken along, linked to, or read of the log itself', async () => {
  const { body: analysis } = await as('manager', 'POST', '/analyze/with-feedback', DESK);
  expect((await as('manager', 'GET', '/export?what=analyses&format=json')).status).toBe(200);
  expect((await as('manager', 'GET', '/rules/export')).status).toBe(200);
  expect((await as('viewer', 'GET', '/export?what=rules&format=csv')).status).toBe(200);
  expect((await as('manager', 'GET', `/analyze/results/${analysis.analysis_id}/link?of=annotated`)).status).toBe(200);
  // Looking at one's own photo hands nothing on.
  for (const what of ['photo', 'annotated']) {
    await as('manager', 'GET', `/analyze/results/${analysis.analysis_id}/image?of=${what}`);
  }
  const seen = (await lines('data_access')).map(({ actor, target, details }) => [actor, target, details.what]);
  expect(seen.filter(([actor]) => actor !== manager && actor !== viewer)).toEqual([
    [expect.any(String), 'audit', 'list'],
  ]);
  expect(seen.filter(([actor]) => actor === manager || actor === viewer)).toEqual([
    [manager, analysis.analysis_id, 'link'],
    [viewer, 'rules', 'export'],
    [manager, 'rules', 'export'],
    [manager, 'analyses', 'export'],
  ]);
});

it('configuration_change: rules of everyone, and those alone', async () => {
  const text = 'Keep mugs at least 21 cm from laptops';
  const { body: mine } = await as('manager', 'POST', '/rules', { text });
  const { body: shared } = await as('manager', 'POST', '/rules', {
    text: 'Keep mugs 22 cm from phones',
    scope: 'everyone',
  });
  await as('manager', 'PATCH', `/rules/${shared.rule_id}`, { priority: 9 });
  await as('manager', 'PATCH', `/rules/${mine.rule_id}`, { priority: 9 });
  await as('manager', 'PATCH', `/rules/${mine.rule_id}`, { scope: 'everyone' });
  await as('manager', 'DELETE', `/rules/${shared.rule_id}?permanent=true`);
  const seen = (await lines('configuration_change')).map(({ target, details }) => [target, details.action]);
  expect(seen).toEqual([
    [shared.rule_id, 'deleted'],
    [mine.rule_id, 'updated'],
    [shared.rule_id, 'updated'],
    [shared.rule_id, 'created'],
  ]);
  expect((await as('root', 'GET', '/audit/check')).body.broken_at).toBeNull();
});

it('without users there is no log, and nobody is locked out by one', async () => {
  const alone = await startRest();
  try {
    await alone.ask('POST', `${API}/rules`, { text: 'Keep mugs 10 cm from laptops', scope: 'everyone' });
    expect((await alone.ask('GET', `${API}/rules/export`)).status).toBe(200);
    expect((await alone.ask('GET', `${API}/audit`)).body).toEqual([]);
    expect(await alone.services.accounts.inUse()).toBe(false);
  } finally {
    await alone.close();
  }
});
