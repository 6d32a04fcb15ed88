import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_PERMISSIONS } from '../../../src/access/can.ts';
import { type Permission, ROLES, type Role } from '../../../src/contract/principal.ts';
import { INITIALIZE, legacy, modern } from '../raw-http.ts';
import { type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const ADMIN = { username: 'root', password: 'correct horse battery' };
const PASSWORD = 'another long password';
const DESK = {
  detections: [
    { class: 'mug', bbox: [100, 260, 160, 330] },
    { class: 'laptop', bbox: [220, 160, 520, 340] },
  ],
  size: { width: 640, height: 480 },
  mm_per_pixel: 1,
};

let server: RestServer;
const tokens = {} as Record<Role | 'otto', string>;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const login = async (username: string, password: string) =>
  (await server.ask('POST', `${API}/auth/login`, { username, password })).body.access_token as string;

beforeAll(async () => {
  server = await startRest({ H200_ADMIN_USERNAME: ADMIN.username, H200_ADMIN_PASSWORD: ADMIN.password });
  tokens.admin = await login(ADMIN.username, ADMIN.password);
  for (const [name, role] of [
    ...ROLES.filter((one) => one !== 'admin').map((one) => [one, one]),
    ['otto', 'manager'],
  ]) {
    const made = { username: name, password: PASSWORD, role, must_change_password: false };
    await server.ask('POST', `${API}/users`, made, bearer(tokens.admin));
    tokens[name as Role] = await login(name as string, PASSWORD);
  }
});
afterAll(() => server.close());

const as = (who: keyof typeof tokens, method: string, path: string, body?: unknown) =>
  server.ask(method, `${API}${path}`, body, bearer(tokens[who]));

it('the login of the manual, and who is logged in', async () => {
  const { status, body } = await server.ask('POST', `${API}/auth/login`, ADMIN);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'bearer', expires_in: 86_400, user: { username: 'root', role: 'admin' } });
  const me = await server.ask('GET', `${API}/auth/me`, undefined, bearer(body.access_token));
  expect(me.body).toMatchObject({ kind: 'user', role: 'admin', user: { username: 'root' } });
  const wrong = await server.ask('POST', `${API}/auth/login`, { ...ADMIN, password: 'wrong' });
  expect([wrong.status, wrong.body.error.code]).toEqual([401, 'AUTH_004']);
});

/** What each operation asks for; null: being somebody is enough. A new one fails until it is written down here. */
const NEEDS: Readonly<Record<string, Permission | null>> = {
  analyze: 'analysis:write',
  analyzeBatch: 'analysis:write',
  reanalyze: 'analysis:write',
  listAnalyses: 'analysis:read',
  getAnalysis: 'analysis:read',
  getScene: 'analysis:read',
  getCalibration: 'analysis:read',
  measureLength: 'analysis:read',
  listCameras: 'analysis:read',
  getCamera: 'analysis:read',
  cameraStatus: 'analysis:read',
  cameraEvents: 'analysis:read',
  cameraTimeline: 'analysis:read',
  cameraHeatmap: 'analysis:read',
  cameraSnapshot: 'analysis:read',
  cameraTimelapse: 'analysis:read',
  createCamera: 'analysis:write',
  testCamera: 'analysis:write',
  updateCamera: 'analysis:write',
  confirmCamera: 'analysis:write',
  deleteCamera: 'analysis:delete',
  whatIf: 'rules:execute',
  getAnnotatedImage: 'analysis:read',
  linkPicture: 'analysis:read',
  deleteAnalysis: 'analysis:delete',
  deleteAnalyses: 'analysis:delete',
  listPeers: 'analysis:read',
  listDelegations: 'analysis:read',
  getDelegation: 'analysis:read',
  delegate: 'analysis:write',
  cancelDelegation: 'analysis:write',
  listServers: 'servers:read',
  serversStatus: 'servers:read',
  serversCost: 'servers:read',
  listGpus: 'servers:read',
  quoteServer: 'servers:read',
  getRouting: 'servers:read',
  setRouting: 'servers:deploy',
  createServer: 'servers:deploy',
  deployServer: 'servers:deploy',
  beginDeployment: 'servers:deploy',
  listDeployments: 'servers:read',
  getDeployment: 'servers:read',
  promoteDeployment: 'servers:deploy',
  rollBackDeployment: 'servers:deploy',
  getServer: 'servers:read',
  getServerStatus: 'servers:read',
  getServerMetrics: 'servers:read',
  getServerLogs: 'servers:read',
  streamServerLogs: 'servers:read',
  controlServer: 'servers:control',
  configureServer: 'servers:control',
  protectServer: 'servers:control',
  terminateServer: 'servers:delete',
  listFeedback: 'analysis:read',
  giveFeedback: 'analysis:write',
  deleteFeedback: 'analysis:write',
  listJobs: null,
  getJob: null,
  getJobResult: null,
  cancelJob: null,
  exportRecords: 'analysis:read',
  searchAnalyses: 'analysis:read',
  searchByImage: 'analysis:read',
  listRules: 'rules:read',
  getRule: 'rules:read',
  validateRule: 'rules:read',
  createRule: 'rules:write',
  createRuleFromSentence: 'rules:write',
  updateRule: 'rules:write',
  deleteRule: 'rules:delete',
  testRule: 'rules:execute',
  evaluateRules: 'rules:execute',
  changeRules: 'rules:write',
  getRuleHistory: 'rules:read',
  getRuleStatistics: 'rules:read',
  listConflicts: 'rules:read',
  listRemovedRules: 'rules:read',
  getRuleSeries: 'rules:read',
  getRuleSeriesTable: 'rules:read',
  exportRules: 'rules:read',
  importRules: 'rules:write',
  restoreRule: 'rules:write',
  listCalibrations: 'analysis:read',
  createCalibration: 'analysis:write',
  deleteCalibration: 'analysis:delete',
  getDashboard: 'servers:read',
  getMetrics: 'servers:read',
  getSeries: 'servers:read',
  getSeriesTable: 'servers:read',
  getModelSeries: 'servers:read',
  getModelSeriesTable: 'servers:read',
  listModels: 'servers:read',
  login: null,
  whoAmI: null,
  logout: null,
  refreshLogin: null,
  createFirstAdmin: null,
  issueTicket: null,
  changePassword: null,
  listApiKeys: null,
  createApiKey: null,
  deleteApiKey: null,
  listUsers: 'admin:users',
  notificationTargets: 'servers:read',
  notificationPreferences: 'analysis:read',
  setNotificationPreferences: 'analysis:read',
  testNotification: 'admin:system',
  queueStatus: 'servers:read',
  deadAnalyses: 'admin:system',
  replayDeadAnalyses: 'admin:system',
  deleteDeadAnalysis: 'admin:system',
  deadLetters: 'admin:system',
  analysisRender: 'analysis:read',
  replayDeadLetters: 'admin:system',
  deleteDeadLetter: 'admin:system',
  createUser: 'admin:users',
  updateUser: 'admin:users',
  deleteUser: 'admin:users',
  listAudit: 'admin:audit',
  checkAudit: 'admin:audit',
};
const BODIES: Readonly<Record<string, unknown>> = {
  analyze: { ...DESK, store: false },
  giveFeedback: { analysis_id: 'ana_none', is_correct: true },
  whatIf: { moves: [{ object_id: 'mug-1', vector_px: [1, 1] }] },
  measureLength: { from_px: [1, 1], to_px: [2, 2] },
  delegate: { peer: 'none', text: 'Is it fine?' },
  validateRule: { text: 'Keep mugs 10 cm from laptops' },
  createRule: { text: 'Keep mugs 10 cm from laptops' },
  createRuleFromSentence: { text: 'Keep mugs 10 cm from laptops' },
  updateRule: { enabled: false },
  importRules: { version: 1, rules: [] },
  evaluateRules: DESK,
  changeRules: { action: 'enable', rule_ids: ['rule_none'] },
  createCalibration: { name: 'a', width: 640, height: 480, calibration: { mm_per_pixel: 1 } },
  quoteServer: { type: 'timed' },
  createServer: { type: 'timed' },
  deployServer: { type: 'timed' },
  beginDeployment: { type: 'timed' },
  controlServer: { action: 'stop' },
  createUser: { username: 'new-one', password: PASSWORD },
  updateUser: { disabled: false },
};
/** A valid request that means nothing that is there. */
const addressOf = (path: string) =>
  path
    .replace('{analysis_id}', 'ana_none')
    .replace('{rule_id}', 'rule_none')
    .replace('{calibration_id}', 'cal_none')
    .replace('{feedback_id}', 'fb_none')
    .replace('{delegation_id}', 'del_none')
    .replace('{job_id}', 'job_none')
    .replace('{server}', 'srv_none')
    .replace('{deployment}', 'dep_none')
    .replace('{name}', 'requests')
    .replace('{user_id}', 'usr_none')
    .replace('{key_id}', 'key_none')
    .replace('{id}', 'none');

it('every operation asks for its permission, of every role', async () => {
  const { body: document } = await server.ask('GET', '/api/openapi.json');
  interface Operation {
    operationId: string;
    'x-permission'?: string;
  }
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, { operationId: id, 'x-permission': permission }]) => ({
        path,
        method: method.toUpperCase(),
        id,
        permission: permission ?? null,
      })),
  );
  // What the document says is what is asked for.
  expect(Object.fromEntries(operations.map(({ id, permission }) => [id, permission]))).toEqual(NEEDS);
  expect(operations.map(({ id }) => id).toSorted()).toEqual(Object.keys(NEEDS).toSorted());
  const skipped = new Set(['login', 'logout', 'changePassword', 'refreshLogin', 'createFirstAdmin']);
  const failures: unknown[] = [];
  for (const { path, method, id } of operations.filter((one) => !skipped.has(one.id))) {
    for (const role of ROLES) {
      const body = BODIES[id] ?? (method === 'GET' || method === 'DELETE' ? undefined : {});
      const query = id === 'deleteAnalyses' ? '?older_than_days=3000' : '';
      const { status, body: said } = await server.ask(method, addressOf(path) + query, body, bearer(tokens[role]));
      const need = NEEDS[id];
      const may = need === null || need === undefined || ROLE_PERMISSIONS[role].includes(need);
      if (
        may
          ? status === 401 || status === 403 || status >= 500
          : status !== 403 || said.error.details.permission !== need
      )
        failures.push([id, role, status, may]);
    }
  }
  expect(failures).toEqual([]);
}, 60_000);

it('a key that may not is told which permission it lacks, whatever its body', async () => {
  const made = await as('manager', 'POST', '/api-keys', { name: 'reads', permissions: ['analysis:read'] });
  expect(made.status).toBe(201);
  for (const body of [{}, { text: 'Keep mugs 10 cm from laptops' }, { strange: 1 }]) {
    const { status, body: said } = await server.ask('POST', `${API}/rules`, body, bearer(made.body.key));
    expect([status, said.error.code, said.error.details.permission]).toEqual([403, 'AUTH_003', 'rules:write']);
  }
});

it('who may try rules tries them, and keeps nothing', async () => {
  const { body: rule } = await as('manager', 'POST', '/rules', { text: 'Keep mugs 10 cm from laptops' });
  const { body: key } = await as('manager', 'POST', '/api-keys', {
    name: 'tries',
    permissions: ['rules:read', 'rules:execute'],
  });
  const tried = (path: string, body: object) => server.ask('POST', `${API}${path}`, body, bearer(key.key));
  expect((await tried(`/rules/${rule.rule_id}/test`, DESK)).body).toMatchObject({ rule_id: rule.rule_id });
  expect((await tried('/rules/evaluate', DESK)).status).toBe(200);
  const kept = await tried('/analyze/with-feedback', { ...DESK, store: false });
  expect(kept.body.error.details.permission).toBe('analysis:write');
  await as('manager', 'DELETE', `/rules/${rule.rule_id}?permanent=true`);
});

it('lists tell how many there are', async () => {
  const total = async (who: keyof typeof tokens, path: string) => {
    const { headers, body } = await as(who, 'GET', `${path}?limit=1`);
    return [body.length, Number(headers.get('x-total-count'))];
  };
  const before = await total('admin', '/api-keys');
  const made = await as('manager', 'POST', '/api-keys', { name: 'one' });
  await as('manager', 'POST', '/api-keys', { name: 'two' });
  expect(await total('admin', '/api-keys')).toEqual([1, before[1]! + 2]);
  expect((await total('otto', '/api-keys'))[1]).toBe(0);
  const everyone = (await as('admin', 'GET', '/users?limit=100')).body.length;
  expect(await total('admin', '/users')).toEqual([1, everyone]);
  await as('manager', 'DELETE', `/api-keys/${made.body.key_id}`);
  // Its reader is written down too, the first time.
  await as('admin', 'GET', '/audit');
  const [newest] = (await as('admin', 'GET', '/audit?limit=1')).body;
  expect(await total('admin', '/audit')).toEqual([1, newest.number]);
  expect(await total('manager', '/analyze/feedback')).toEqual([0, 0]);
});

describe('what belongs to others is not there', () => {
  it('analyses, rules and calibrations, to read, change or delete', async () => {
    const { body: analysis } = await as('manager', 'POST', '/analyze/with-feedback', DESK);
    const { body: rule } = await as('manager', 'POST', '/rules', { text: 'Keep mugs 10 cm from laptops' });
    const { body: calibration } = await as('manager', 'POST', '/calibrations', BODIES.createCalibration);
    const about = { analysis_id: analysis.analysis_id, is_correct: false };
    const { body: said } = await as('manager', 'POST', '/analyze/feedback', about);
    const calls = [
      ['POST', '/analyze/feedback', about],
      ['GET', `/analyze/feedback?analysis_id=${analysis.analysis_id}`],
      ['DELETE', `/analyze/feedback/${said.feedback_id}`],
      ['GET', `/analyze/results/${analysis.analysis_id}`],
      ['GET', `/analyze/results/${analysis.analysis_id}/image`],
      ['POST', `/analyze/reanalyze/${analysis.analysis_id}`, {}],
      ['POST', '/analyze/with-feedback', { image: analysis.analysis_id }],
      ['DELETE', `/analyze/results/${analysis.analysis_id}`],
      ['GET', `/rules/${rule.rule_id}`],
      ['PATCH', `/rules/${rule.rule_id}`, { enabled: false }],
      ['DELETE', `/rules/${rule.rule_id}?permanent=true`],
      ['GET', `/rules/${rule.rule_id}/history`],
      ['GET', `/rules/${rule.rule_id}/statistics`],
      ['POST', `/rules/${rule.rule_id}/restore`, {}],
      ['POST', `/rules/${rule.rule_id}/test`, DESK],
      ['POST', '/rules/evaluate', { ...DESK, rule_ids: [rule.rule_id] }],
      ['DELETE', `/calibrations/${calibration.calibration_id}`],
      [
        'POST',
        '/analyze/with-feedback',
        { ...DESK, mm_per_pixel: undefined, calibration_id: calibration.calibration_id },
      ],
    ] as const;
    for (const [method, path, body] of calls) {
      const { status } = await as('otto', method, path, body);
      // An image that is named by an id is one that cannot be read.
      expect([method, path, status === 404 || status === 422]).toEqual([method, path, true]);
    }
    for (const list of ['/analyze/history', '/analyze/feedback', '/rules', '/calibrations']) {
      expect([list, (await as('otto', 'GET', list)).body]).toEqual([list, []]);
    }
    const removal = { action: 'delete', rule_ids: [rule.rule_id], permanent: true };
    expect((await as('otto', 'POST', '/rules/bulk', removal)).body).toMatchObject({
      successful: 0,
      errors: [{ code: 'RULES_001' }],
    });
    const book = (await as('manager', 'GET', '/rules/export')).body;
    const taken = await as('otto', 'POST', '/rules/import', book);
    expect((await as('manager', 'GET', `/rules/${rule.rule_id}`)).body).toMatchObject({ rule_id: rule.rule_id });
    expect(taken.status).not.toBe(500);
    expect((await as('manager', 'GET', `/analyze/results/${analysis.analysis_id}`)).status).toBe(200);
  });
});

it("what a removed user left an administrator can delete, and nobody's of a user who is there", async () => {
  const made = { username: 'leaver', password: PASSWORD, role: 'manager', must_change_password: false };
  const { user_id } = (await as('admin', 'POST', '/users', made)).body;
  const token = await login('leaver', PASSWORD);
  const { body: analysis } = await server.ask('POST', `${API}/analyze/with-feedback`, DESK, bearer(token));
  const { body: mine } = await as('admin', 'POST', '/analyze/with-feedback', DESK);
  const remove = (who: keyof typeof tokens, query: string) =>
    as(who, 'DELETE', `/analyze/results?owner=${user_id}&${query}`);
  const there = await remove('admin', 'all=true');
  expect([there.status, there.body.error.code]).toEqual([409, 'AUTH_007']);
  await as('admin', 'DELETE', `/users/${user_id}`);
  expect((await remove('manager', 'all=true')).status).toBe(403);
  expect((await remove('admin', `analysis_id=${analysis.analysis_id}`)).status).toBe(422);
  expect((await remove('admin', 'all=true&dry_run=true')).body).toMatchObject({ deleted: 1, dry_run: true });
  expect((await as('admin', 'DELETE', '/analyze/results?all=true&owner=local')).status).toBe(422);
  const byTool = modern('tools/call', { name: 'delete_analyses', arguments: { owner: user_id, all: true } });
  const { body } = await server.ask('POST', '/mcp', String(byTool.body), {
    ...(byTool.headers as Record<string, string>),
    ...bearer(tokens.admin),
  });
  expect(JSON.stringify(body)).toContain('"deleted":1');
  expect((await remove('admin', 'all=true')).body).toMatchObject({ deleted: 0, remaining: 0 });
  expect((await as('admin', 'GET', `/analyze/results/${mine.analysis_id}`)).status).toBe(200);
});

it('a user whose password must change can do nothing else', async () => {
  await as('admin', 'POST', '/users', { username: 'newcomer', password: PASSWORD, role: 'analyst' });
  const token = await login('newcomer', PASSWORD);
  const ask = (method: string, path: string, body?: unknown) =>
    server.ask(method, `${API}${path}`, body, bearer(token));
  expect((await ask('GET', '/rules')).body.error.code).toBe('AUTH_005');
  expect(
    (
      await server.ask('POST', '/mcp', modern('tools/list').body, {
        ...bearer(token),
        'content-type': 'application/json',
      })
    ).body.error.code,
  ).toBe('AUTH_005');
  expect((await ask('GET', '/auth/me')).body.user.must_change_password).toBe(true);
  const changed = await ask('POST', '/auth/password', {
    current_password: PASSWORD,
    new_password: 'a third long password',
  });
  expect(changed.body).toEqual({ done: true });
  expect((await ask('GET', '/auth/me')).status).toBe(401);
  const again = await login('newcomer', 'a third long password');
  expect((await server.ask('GET', `${API}/rules`, undefined, bearer(again))).status).toBe(200);
});

it('a key works everywhere and goes with its removal; logging out ends a login', async () => {
  const { body: key } = await as('manager', 'POST', '/api-keys', { name: 'script', permissions: ['rules:read'] });
  const byKey = (path: string) => server.ask('GET', `${API}${path}`, undefined, bearer(key.key));
  expect((await byKey('/rules')).status).toBe(200);
  expect((await byKey('/analyze/history')).status).toBe(403);
  await as('manager', 'DELETE', `/api-keys/${key.key_id}`);
  expect((await byKey('/rules')).status).toBe(401);
  const token = await login('manager', PASSWORD);
  await server.ask('POST', `${API}/auth/logout`, {}, bearer(token));
  expect((await server.ask('GET', `${API}/rules`, undefined, bearer(token))).status).toBe(401);
});

describe('over MCP', () => {
  const post = (who: keyof typeof tokens, { headers, body }: ReturnType<typeof modern> | ReturnType<typeof legacy>) =>
    server.ask('POST', '/mcp', String(body), { ...(headers as Record<string, string>), ...bearer(tokens[who]) });

  it('the same rules hold for tools', async () => {
    const text = async (who: keyof typeof tokens, name: string, args: object) =>
      JSON.stringify((await post(who, modern('tools/call', { name, arguments: args }))).body);
    expect(await text('viewer', 'create_rule', { text: 'Keep mugs 10 cm from laptops' })).toContain('AUTH_003');
    const made = await text('manager', 'create_rule', { text: 'Keep mugs 12 cm from phones' });
    const id = /rule_[A-Za-z0-9_-]+/.exec(made)![0];
    expect(await text('otto', 'update_rule', { rule_id: id, action: 'delete' })).toContain('RULES_001');
    expect(await text('otto', 'list_rules', {})).not.toContain(id);
  });

  it("nobody uses another's session", async () => {
    const opened = await post('manager', legacy(INITIALIZE));
    const session = opened.headers.get('mcp-session-id')!;
    expect(session).toBeTruthy();
    const list = () => legacy({ jsonrpc: '2.0', id: 5, method: 'tools/list', params: {} }, session);
    expect((await post('manager', list())).status).toBe(200);
    expect((await post('otto', list())).status).toBe(404);
    const gone = await server.ask('DELETE', '/mcp', undefined, { 'mcp-session-id': session, ...bearer(tokens.otto) });
    expect(gone.status).toBe(404);
    expect((await post('manager', list())).status).toBe(200);
  });
});

it('the control plane takes a login, and shows each only its own', async () => {
  const heard: Record<string, string[]> = { manager: [], otto: [] };
  const sockets = await Promise.all(
    (['manager', 'otto'] as const).map(
      (who) =>
        new Promise<WebSocket>((done) => {
          const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/control-plane`);
          socket.onopen = () => {
            socket.send(JSON.stringify({ type: 'auth', token: tokens[who] }));
            socket.send(JSON.stringify({ type: 'subscribe', topics: ['activity'] }));
          };
          socket.onmessage = ({ data }) => {
            heard[who]!.push(String(data));
            if (String(data).includes('subscribed')) done(socket);
          };
        }),
    ),
  );
  const { body } = await as('manager', 'POST', '/analyze/with-feedback', DESK);
  await expect.poll(() => heard.manager!.join()).toContain(body.analysis_id);
  expect(heard.otto!.join()).not.toContain(body.analysis_id);
  for (const socket of sockets) socket.close();
});
