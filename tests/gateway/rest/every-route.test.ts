import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RestServer, startRest } from './rest-server.ts';

const TOKEN = 'a-token-of-enough-length';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Operation {
  readonly method: string;
  readonly path: string;
  /** Asks for no token. */
  readonly open: boolean;
}

let server: RestServer;
let operations: Operation[];
beforeAll(async () => {
  server = await startRest({}, TOKEN);
  const { body } = await server.ask('GET', '/api/openapi.json');
  operations = Object.entries(body.paths as Record<string, Record<string, { security?: unknown[] }>>).flatMap(
    ([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => ({
        method: method.toUpperCase(),
        path,
        open: item[method]?.security?.length === 0,
      })),
  );
});
afterAll(() => server.close());

const authorization = `Bearer ${TOKEN}`;
const filled = (path: string, value: string) => path.replace(/\{[^}]+\}/g, encodeURIComponent(value));
const ERROR = {
  code: expect.stringMatching(/^[A-Z_]+(?:_\d{3})?$/),
  type: expect.any(String),
  message: expect.any(String),
  advice: expect.any(String),
  request_id: expect.any(String),
  timestamp: expect.any(String),
};

it('the document names every route, each once', () => {
  expect(operations.length).toBeGreaterThan(25);
  expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(operations.length);
});

it('no route answers without the token, or with a wrong one', async () => {
  expect(operations.filter(({ open }) => open).map(({ path }) => path)).toEqual([
    '/api/v1/auth/login',
    '/api/v1/auth/refresh',
    '/api/v1/auth/first-admin',
  ]);
  for (const { method, path } of operations.filter(({ open }) => !open)) {
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const { status, body } = await server.ask(method, filled(path, 'rule_1'), undefined, headers);
      // After many wrong tokens the address is not heard at all.
      expect([method, path, [401, 429].includes(status)]).toEqual([method, path, true]);
      expect(body.error).toMatchObject(ERROR);
    }
  }
});

it('no answer is kept on the disk of a browser, or run as a page', async () => {
  const POLICY = "default-src 'none'";
  for (const { method, path } of operations.filter((one) => one.method === 'GET')) {
    const { headers } = await server.ask(method, filled(path, 'rule_1'), undefined, { authorization });
    expect([path, headers.get('cache-control')]).toEqual([path, expect.stringContaining('no-store')]);
    expect([path, headers.get('content-security-policy')]).toEqual([path, expect.stringContaining(POLICY)]);
  }
});

it('the page and the document are open, and nothing on the page comes from elsewhere', async () => {
  const page = await server.ask('GET', '/api/docs/');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(page.body.toString()).not.toMatch(/https?:/);
  expect((await server.ask('GET', '/api/docs/page.js')).body.length).toBeGreaterThan(1_000_000);
});

const BODIES = [
  '',
  '{',
  '[]',
  '"text"',
  'null',
  '{"a":1}',
  '{"text":5,"images":7,"image":{}}',
  `{"text":"${'x'.repeat(5000)}"}`,
  '{"__proto__":{"a":1}}',
];
const IDS = ['rule_1', 'ana_1', '..', '%00', '💥', 'x'.repeat(300), "' OR 1=1", 'constructor'];

it('no body and no id makes any route fail', async () => {
  const heard = await startRest();
  try {
    for (const { method, path } of operations) {
      for (const body of method === 'GET' ? [undefined] : BODIES) {
        const sent = body === undefined ? {} : { 'content-type': 'application/json' };
        const { status, body: said } = await heard.ask(method, filled(path, 'rule_1'), body, sent);
        expect([method, path, body, status < 500]).toEqual([method, path, body, true]);
        if (status >= 400) expect(said.error).toMatchObject(ERROR);
      }
      for (const id of path.includes('{') ? IDS : []) {
        // That is the address of the stream of events, which has no end.
        if (id === '..' && /^\/api\/v1\/\w+\/\{\w+\}\/events$/.test(path)) continue;
        const { status } = await heard.ask(method, filled(path, id), method === 'GET' ? undefined : {});
        // An address with ".." in it is another address, which may be there.
        const refused = status >= 400 && status < 500;
        expect([method, path, id, refused || (id === '..' && status < 400)]).toEqual([method, path, id, true]);
      }
    }
  } finally {
    await heard.close();
  }
}, 120_000);

it('another method is refused with those that are taken', async () => {
  const { status, headers, body } = await server.ask('PUT', '/api/v1/rules/rule_1', undefined, { authorization });
  expect([status, body.error.code]).toEqual([405, 'SYSTEM_005']);
  expect(headers.get('allow')?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
  expect((await server.ask('GET', '/api/v1/nothing', undefined, { authorization })).status).toBe(404);
  // A path of its own is no id, and a method that nobody knows is refused before a body is wanted.
  for (const [method, path, allow] of [
    ['PATCH', '/rules/import', ['POST']],
    ['DELETE', '/rules/conflicts', ['GET', 'HEAD']],
    ['QUERY', '/rules/rule_1', ['DELETE', 'GET', 'HEAD', 'PATCH']],
  ] as const) {
    const refused = await server.ask(method, `/api/v1${path}`, undefined, { authorization });
    expect([path, refused.status, refused.headers.get('allow')?.split(', ').toSorted()]).toEqual([path, 405, allow]);
  }
});

it('in read-only mode nothing that changes is served', async () => {
  const reading = await startRest({ H200_READ_ONLY: 'true' });
  try {
    const { body } = await reading.ask('GET', '/api/openapi.json');
    const served = Object.entries(body.paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path.replace('/api/v1', '')}`),
    );
    const changing = served.filter((name) => !name.startsWith('get '));
    expect(changing.toSorted()).toEqual([
      'delete /jobs/{job_id}',
      'post /analyze/batch',
      'post /analyze/reanalyze/{analysis_id}',
      'post /analyze/results/{analysis_id}/what-if',
      'post /analyze/with-feedback',
      'post /auth/login',
      'post /auth/logout',
      'post /auth/refresh',
      'post /auth/ws-ticket',
      'post /calibrations/{calibration_id}/measure',
      'post /rules/evaluate',
      'post /rules/validate',
      'post /rules/{rule_id}/test',
      'post /search',
      'post /servers/quote',
    ]);
    const sent = { detections: [{ class: 'mug', bbox: [1, 1, 9, 9] }], size: { width: 64, height: 48 } };
    expect((await reading.ask('POST', '/api/v1/analyze/with-feedback', sent)).status).toBe(200);
    expect((await reading.ask('GET', '/api/v1/analyze/history')).body).toEqual([]);
  } finally {
    await reading.close();
  }
});
