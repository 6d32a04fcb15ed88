import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, startRest } from './rest-server.ts';

let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const API = '/api/v1';
const bulk = (body: unknown) => server.ask('POST', `${API}/rules/bulk`, body);
const sentence = (cm: number) => ({ text: `Keep mugs at least ${cm} cm away from laptops` });

/** A mug 50 mm from a laptop, 1 mm a pixel. */
const DESK = {
  detections: [
    { class: 'mug', bbox: [100, 100, 180, 200], confidence: 0.9 },
    { class: 'laptop', bbox: [230, 50, 530, 250], confidence: 0.9 },
  ],
  size: { width: 640, height: 480 },
  mm_per_pixel: 1,
  box_noise: 0.005,
};

describe('many rules in one request', () => {
  it('creates, switches and removes them, and names those that are refused', async () => {
    const made = await bulk({ action: 'create', rules: [sentence(10), { text: 'Paint it blue' }, sentence(20), {}] });
    expect(made).toMatchObject({ status: 200, body: { total: 4, successful: 2, failed: 2 } });
    expect(made.body.errors).toMatchObject([
      { index: 1, code: 'RULES_004' },
      { index: 3, code: 'VALIDATION_001' },
    ]);
    const [first, second] = made.body.results as { index: number; rule_id: string }[];
    expect([first?.index, second?.index]).toEqual([0, 2]);
    const rule_ids = [first?.rule_id, 'rule_none', second?.rule_id];
    const enabled = async () =>
      ((await server.ask('GET', `${API}/rules?enabled=true`)).body as { rule_id: string }[]).map((one) => one.rule_id);

    const off = await bulk({ action: 'disable', rule_ids, reason: 'moving house' });
    expect(off.body).toMatchObject({ successful: 2, errors: [{ index: 1, code: 'RULES_001' }] });
    expect(off.body.results).toMatchObject([{ enabled: false }, { enabled: false }]);
    expect(await enabled()).toEqual([]);
    const history = await server.ask('GET', `${API}/rules/${first?.rule_id}/history`);
    expect(history.body.versions.at(-1)).toMatchObject({ reason: 'moving house' });
    expect((await bulk({ action: 'enable', rule_ids })).body.results).toMatchObject([{ enabled: true }, {}]);
    expect(await enabled()).toHaveLength(2);

    expect((await bulk({ action: 'delete', rule_ids, permanent: true })).body.successful).toBe(2);
    expect((await server.ask('GET', `${API}/rules/${first?.rule_id}`)).status).toBe(404);
  });

  it('deletes as DELETE does, and says which of both it did', async () => {
    const made = await bulk({ action: 'create', rules: [sentence(11), sentence(12)] });
    const [one, two] = (made.body.results as { rule_id: string }[]).map(({ rule_id }) => rule_id);
    const listed = async (query = '') =>
      ((await server.ask('GET', `${API}/rules${query}`)).body as { rule_id: string }[]).map(({ rule_id }) => rule_id);
    const single = (await server.ask('DELETE', `${API}/rules/${one}`)).body;
    const [many] = (await bulk({ action: 'delete', rule_ids: [two] })).body.results;
    expect(single).toMatchObject({ rule_id: one, deleted: false, enabled: false });
    expect(single.message).toMatch(/^Disabled, not removed: GET \/rules still lists it/);
    expect(many).toEqual({ ...single, index: 0, rule_id: two });
    expect(await listed()).toEqual(expect.arrayContaining([one, two]));
    expect(await listed('?enabled=true')).toEqual([]);

    const gone = (await bulk({ action: 'delete', rule_ids: [one, two], permanent: true })).body.results;
    expect(gone).toMatchObject([{ deleted: true, message: 'Removed; its history is kept.' }, { deleted: true }]);
    expect(await listed()).toEqual([]);
  });

  it('says of each rule that it creates what was assumed and what it is in conflict with', async () => {
    const text = 'Keep mugs near the keyboard';
    const { body: alone } = await server.ask('POST', `${API}/rules/natural-language`, { text });
    await server.ask('DELETE', `${API}/rules/${alone.rule_id}?permanent=true`);
    const far = { text: 'Keep mugs at least 50 cm away from keyboards' };
    const { results } = (await bulk({ action: 'create', rules: [{ text }, far] })).body;
    const { canonical, assumptions, validation } = alone;
    expect(assumptions.join()).toContain('150 mm');
    expect(results[0]).toMatchObject({ canonical, assumptions, validation, conflicts: [] });
    expect(results[1].conflicts[0]).toMatchObject({ kind: 'contradiction' });
    const rule_ids = results.map(({ rule_id }: { rule_id: string }) => rule_id);
    await bulk({ action: 'delete', rule_ids, permanent: true });
  });

  it('refuses what is not one list of at most 50', async () => {
    const ids = Array.from({ length: 51 }, (_, n) => `rule_${n}`);
    for (const [body, code] of [
      [{ action: 'enable' }, 'VALIDATION_001'],
      [{ action: 'create', rule_ids: ['rule_1'] }, 'VALIDATION_001'],
      [{ action: 'enable', rule_ids: ['rule_1'], rules: [{}] }, 'VALIDATION_002'],
      [{ action: 'enable', rule_ids: ids }, 'VALIDATION_002'],
      [{ action: 'burn', rule_ids: ['rule_1'] }, 'VALIDATION_002'],
    ] as const) {
      const { status, body: said } = await bulk(body);
      expect([body.action, status, said.error.code]).toEqual([body.action, 422, code]);
    }
  });

  it('is done once under one idempotency key', async () => {
    const again = () =>
      server.ask('POST', `${API}/rules/bulk`, { action: 'create', rules: [sentence(31)] }, { 'idempotency-key': 'b' });
    const [one, two] = [await again(), await again()];
    expect(two.headers.get('idempotency-replayed')).toBe('true');
    expect(two.body).toEqual(one.body);
    await bulk({ action: 'delete', rule_ids: [one.body.results[0].rule_id], permanent: true });
  });
});

describe('rules checked without an analysis', () => {
  it('tells how each comes out, named ones only, and stores nothing', async () => {
    const { body: made } = await bulk({ action: 'create', rules: [sentence(30), sentence(1)] });
    const [far, near] = (made.results as { rule_id: string }[]).map(({ rule_id }) => rule_id);
    await bulk({ action: 'disable', rule_ids: [near] });
    const statistics = async (id = far) => (await server.ask('GET', `${API}/rules/${id}/statistics`)).body;
    expect(await statistics()).toMatchObject({
      avg_execution_time_ms: null,
      avg_execution_time_reason: expect.stringContaining('since it started'),
    });

    const evaluate = (more: object) => server.ask('POST', `${API}/rules/evaluate`, { ...DESK, ...more });
    const all = await evaluate({});
    expect(all.status).toBe(200);
    expect(all.body.rules).toMatchObject([{ rule_id: far, verdict: 'violated' }]);
    expect(all.body.rules[0].violations[0]).toMatchObject({ required_mm: 300 });
    expect(all.body.findings).toEqual({ violated: 1, uncertain: 0, satisfied: 0 });
    expect(all.body.adjustments[0]).toMatchObject({ verified: expect.any(Boolean) });

    const both = await evaluate({ rule_ids: [near, far, near] });
    expect(both.body.rules.map((one: { verdict: string }) => one.verdict)).toEqual(['satisfied', 'violated']);
    expect((await evaluate({ rule_ids: ['rule_none'] })).body.error.code).toBe('RULES_001');
    expect((await evaluate({ store: true })).body.error.code).toBe('VALIDATION_002');
    expect((await server.ask('GET', `${API}/analyze/history`)).headers.get('x-total-count')).toBe('0');

    const measured = await statistics();
    expect(measured).toMatchObject({ total_evaluations: 0, avg_execution_time_reason: null });
    expect(measured.avg_execution_time_ms).toBeGreaterThan(0);
    expect(measured.avg_execution_time_ms).toBeLessThan(1000);
  });
});
