import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

const PHOTO = readFileSync(join(EXAMPLES, 'mug-too-close.jpg'));
const SENTENCE = 'Keep mugs at least 6 inches away from laptops';
const API = '/api/v1';
const ajv = new Ajv2020({ strict: false, validateFormats: true });
addFormats.default(ajv);

let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const photo = (fields: Record<string, string> = {}) => form(fields, [['image', 'desk.jpg', PHOTO]]);

it('a sentence becomes the rule of the manual', async () => {
  const { status, headers, body } = await server.ask('POST', `${API}/rules/natural-language`, {
    text: SENTENCE,
    context: 'office',
    auto_enable: true,
  });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`${API}/rules/${body.rule_id}`);
  expect(body).toMatchObject({
    rule_id: expect.stringMatching(/^rule_/),
    name: 'Laptop Safety Distance',
    type: 'distance',
    conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 152.4, unit: 'mm' }],
    actions: [{ type: 'maintain_distance', parameters: { distance: 152.4, unit: 'mm' } }],
    priority: 8,
    enabled: true,
    context: 'office',
    validation: { is_valid: true, issues: [], warnings: [] },
  });
});

it('a photo is measured, judged by the stored rules and kept', async () => {
  const fields = { confidence_threshold: '0.3', include_feedback: 'true', rules_context: 'office' };
  const { status, body, headers } = await server.ask('POST', `${API}/analyze/with-feedback`, photo(fields));
  expect(status).toBe(200);
  expect(headers.get('x-request-id')).toMatch(/^req_/);
  expect(Number(headers.get('x-process-time'))).toBeGreaterThan(0);
  expect(body.model.threshold).toBe(0.3);
  expect(body.detections[0]).toMatchObject({ class: 'mug', bbox: expect.any(Array) });
  expect(body.rules.map((r: { rule_id: string }) => r.rule_id)).toContainEqual(expect.stringMatching(/^rule_/));
  expect(body.feedback.summary).not.toBe('');

  const listed = await server.ask('GET', `${API}/analyze/history?limit=1`);
  expect(listed.headers.get('x-total-count')).toBe('1');
  expect(listed.body[0].analysis_id).toBe(body.analysis_id);
  const again = await server.ask('GET', `${API}/analyze/results/${body.analysis_id}`);
  expect(again.body.detections).toEqual(body.detections);
  const image = await server.ask('GET', `${API}/analyze/results/${body.analysis_id}/image?max_size=400&units=imperial`);
  expect(image.headers.get('content-type')).toBe('image/jpeg');
  expect(image.body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));

  const unchanged = await server.ask('GET', `${API}/analyze/results/${body.analysis_id}`, undefined, {
    'if-none-match': again.headers.get('etag')!,
  });
  expect(unchanged.status).toBe(304);

  const anew = await server.ask('POST', `${API}/analyze/reanalyze/${body.analysis_id}`, { mm_per_pixel: 0.7 });
  expect(anew.body.calibration).toMatchObject({ method: 'scale', mm_per_pixel: 0.7 });
  const gone = await server.ask('DELETE', `${API}/analyze/results/${body.analysis_id}`);
  expect(gone.body).toMatchObject({ deleted: 1, remaining: 1 });
  expect((await server.ask('GET', `${API}/analyze/results/${body.analysis_id}`)).status).toBe(404);
});

it('JSON takes what a form takes', async () => {
  const sent = {
    detections: [
      { class: 'mug', bbox: [100, 260, 160, 330] },
      { class: 'laptop', bbox: [220, 160, 520, 340] },
    ],
    size: { width: 640, height: 480 },
    mm_per_pixel: 1,
    store: false,
  };
  const asJson = await server.ask('POST', `${API}/analyze/with-feedback`, sent);
  const text = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, JSON.stringify(value)]));
  const asForm = await server.ask('POST', `${API}/analyze/with-feedback`, form(text, []));
  expect(asJson.status).toBe(200);
  expect(asForm.body.rules).toEqual(asJson.body.rules);
  const path = await server.ask('POST', `${API}/analyze/with-feedback`, { image: join(EXAMPLES, 'all-fine.jpg') });
  expect(path.status).toBe(200);
});

it('one bad photo does not spoil a batch', async () => {
  const files = [
    ['images', 'a.jpg', PHOTO],
    ['images', 'b.txt', Buffer.from('no photo')],
  ] as const;
  const { status, body } = await server.ask('POST', `${API}/analyze/batch`, form({}, files));
  expect(status).toBe(200);
  expect(body).toMatchObject({ total_images: 2, successful: 1, failed: 1 });
  expect(body.errors).toMatchObject([{ index: 1, filename: 'b.txt', code: 'VALIDATION_003' }]);
});

it('a rule is tried, changed, switched off, removed and brought back', async () => {
  const { body: made } = await server.ask('POST', `${API}/rules`, {
    conditions: [{ object1: 'mug', object2: 'keyboard', operator: 'min_distance', value: '10 cm' }],
    name: 'Dry keys',
  });
  const at = `${API}/rules/${made.rule_id}`;
  const tried = await server.ask('POST', `${at}/test`, photo({ calibration_mm_per_pixel: '0.7' }));
  expect(tried.body).toMatchObject({
    rule_id: made.rule_id,
    verdict: expect.any(String),
    violations: expect.any(Array),
  });
  const off = await server.ask('PATCH', at, { enabled: false, reason: 'on holiday' });
  expect(off.body).toMatchObject({ enabled: false, version: 2 });
  expect((await server.ask('GET', `${API}/rules?enabled=true`)).body).not.toContainEqual(
    expect.objectContaining({ rule_id: made.rule_id }),
  );
  const late = await server.ask('PATCH', at, { priority: 9, expected_version: 1 });
  expect([late.status, late.body.error.code]).toEqual([409, 'RULES_006']);
  expect((await server.ask('PATCH', at, { priority: 9, expected_version: 2 })).body).toMatchObject({ version: 3 });
  const other = await server.ask('PATCH', at, { text: 'Keep mugs 20 cm from keyboards', context: null });
  expect(other.body.conditions[0]).toMatchObject({ value: 200 });
  expect((await server.ask('DELETE', `${at}?permanent=true`)).body).toEqual({
    rule_id: made.rule_id,
    deleted: true,
    enabled: false,
    message: 'Removed; its history is kept.',
  });
  expect((await server.ask('GET', at)).status).toBe(404);
  const gone = await server.ask('GET', `${API}/rules/removed?limit=1`);
  expect(gone.body).toMatchObject([
    { rule_id: made.rule_id, removed_by: 'local', reason: null, rule: { name: 'Dry keys' } },
  ]);
  const back = await server.ask('POST', `${at}/restore`, {});
  expect(back.body).toMatchObject({ rule_id: made.rule_id });
  expect((await server.ask('GET', `${API}/rules/removed`)).body).toEqual([]);
  const { body: history } = await server.ask('GET', `${at}/history`);
  expect(history.versions.map((v: { action: string }) => v.action)).toEqual([
    'created',
    'updated',
    'updated',
    'updated',
    'deleted',
    'restored',
  ]);
  expect((await server.ask('GET', `${at}/statistics`)).body).toMatchObject({
    rule_id: made.rule_id,
    total_evaluations: expect.any(Number),
  });
  const { body: book } = await server.ask('GET', `${API}/rules/export`);
  await server.ask('DELETE', `${at}?permanent=true`);
  expect((await server.ask('POST', `${API}/rules/import`, book)).body).toEqual({ created: 1, updated: 0 });
});

it('a sentence is read without being stored, and words that are not understood are named', async () => {
  const before = (await server.ask('GET', `${API}/rules`)).headers.get('x-total-count');
  const read = await server.ask('POST', `${API}/rules/validate`, {
    text: 'Place all beverages on coasters when available',
  });
  expect(read.body.conditions[0]).toMatchObject({ operator: 'on', object2: 'coaster', when: 'available' });
  expect(read.body).not.toHaveProperty('rule_id');
  const refused = await server.ask('POST', `${API}/rules/validate`, { text: 'Frobnicate the mugs' });
  expect(refused.status).toBe(422);
  expect(refused.body.error).toMatchObject({ code: 'RULES_004', details: { unknown: ['Frobnicate'] } });
  expect((await server.ask('GET', `${API}/rules`)).headers.get('x-total-count')).toBe(before);
});

it('a calibration is stored, used and deleted', async () => {
  const { status, body } = await server.ask('POST', `${API}/calibrations`, {
    name: 'above',
    width: 640,
    height: 480,
    calibration: { mm_per_pixel: 0.5 },
  });
  expect([status, body.method]).toEqual([201, 'scale']);
  expect((await server.ask('GET', `${API}/calibrations`)).headers.get('x-total-count')).toBe('1');
  const at = `${API}/calibrations/${body.calibration_id}`;
  expect((await server.ask('DELETE', at)).body).toEqual({ calibration_id: body.calibration_id, deleted: true });
  expect((await server.ask('DELETE', at)).status).toBe(404);
});

it('lists go on by cursor and by offset alike', async () => {
  for (const cm of [11, 12, 13]) await server.ask('POST', `${API}/rules`, { text: `Keep mugs ${cm} cm from phones` });
  const all = (await server.ask('GET', `${API}/rules?limit=100`)).body as unknown[];
  const first = await server.ask('GET', `${API}/rules?limit=2`);
  const next = await server.ask('GET', `${API}/rules?limit=2&cursor=${first.headers.get('x-next-cursor')}`);
  expect(next.body).toEqual(all.slice(2, 4));
  expect((await server.ask('GET', `${API}/rules?limit=2&offset=2`)).body).toEqual(all.slice(2, 4));
  expect((await server.ask('GET', `${API}/rules?offset=999`)).body).toEqual([]);
});

it('answers are what the document says', async () => {
  const { body: document } = await server.ask('GET', '/api/openapi.json');
  const gets = [
    '/rules',
    '/rules/conflicts',
    '/rules/removed',
    '/rules/export',
    '/analyze/history',
    '/calibrations',
    '/dashboard',
    '/metrics',
    '/models',
  ];
  const whole = (schema: object) => {
    const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
    return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object;
  };
  for (const path of gets) {
    const schema = document.paths[`${API}${path}`].get.responses['200'].content['application/json'].schema;
    const { status, body } = await server.ask('GET', `${API}${path}`);
    const valid = ajv.compile(whole(schema));
    expect([path, status, valid(body), valid.errors]).toEqual([path, 200, true, null]);
  }
  const { body } = await server.ask('POST', `${API}/analyze/with-feedback`, photo({ store: 'false' }));
  const analysis =
    document.paths[`${API}/analyze/with-feedback`].post.responses['200'].content['application/json'].schema;
  const valid = ajv.compile(whole(analysis));
  expect([valid(body), valid.errors]).toEqual([true, null]);
});

it('what nobody measured is null with the reason', async () => {
  const { body } = await server.ask('GET', `${API}/dashboard`);
  expect(body.gpu).toMatchObject({ utilization: null, reason: expect.stringContaining('no GPU') });
  expect(body.cost).toMatchObject({ total_usd: null, reason: expect.any(String) });
  expect(body.health.status).toBe('ok');
});
