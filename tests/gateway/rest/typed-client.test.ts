import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { components, paths } from '../../../dashboard/src/api/schema.d.ts';
import { type RestServer, startRest } from './rest-server.ts';

/**
 * A program of somebody's against the types that openapi-typescript made of our document: it compiles (`npm run types`), and what
 * it does works. That the types are those of the document is tests/dashboard/client.test.ts.
 */
let server: RestServer;
let api: ReturnType<typeof createClient<paths>>;
beforeAll(async () => {
  server = await startRest();
  api = createClient<paths>({ baseUrl: server.url });
});
afterAll(() => server.close());

it('goes the whole way from a sentence to a rule that is broken and back', async () => {
  const made = await api.POST('/api/v1/rules/natural-language', {
    body: { text: 'Keep mugs at least 6 inches away from laptops', context: 'office' },
  });
  expect(made.error).toBeUndefined();
  const rule = made.data!;
  const { rule_id } = rule;
  expect(rule.conditions[0]).toMatchObject({ operator: 'min_distance', value: 152.4 });

  const looked = await api.POST('/api/v1/analyze/with-feedback', {
    body: {
      detections: [
        { class: 'mug', bbox: [240, 260, 300, 330] },
        { class: 'laptop', bbox: [340, 160, 620, 340] },
      ],
      size: { width: 640, height: 480 },
      calibration: { mm_per_pixel: 1.3 },
      context: 'office',
    },
  });
  if (looked.data === undefined || !('rules' in looked.data)) throw new Error('no analysis came');
  const analysis = looked.data;
  const verdict = analysis.rules.find((one) => one.rule_id === rule_id);
  expect(verdict?.verdict).toBe('violated');
  const [move] = analysis.positioning?.adjustments_needed ?? [];
  expect(move?.verified).toBe(true);

  const { analysis_id } = analysis;
  const again = await api.GET('/api/v1/analyze/results/{analysis_id}', { params: { path: { analysis_id } } });
  expect(again.data?.objects).toEqual(analysis.objects);
  const found = await api.GET('/api/v1/search', { params: { query: { rule_id } } });
  expect(found.data?.results.map((one) => one.analysis_id)).toEqual([analysis_id]);

  const changed = await api.PATCH('/api/v1/rules/{rule_id}', {
    params: { path: { rule_id } },
    body: { enabled: false, reason: 'not while the desk is moved', expected_version: rule.version },
  });
  expect(changed.data?.enabled).toBe(false);
  const gone = await api.DELETE('/api/v1/rules/{rule_id}', {
    params: { path: { rule_id }, query: { permanent: true } },
  });
  expect(gone.data?.deleted).toBe(true);
});

type Schemas = components['schemas'];

it('has names for what it speaks of', async () => {
  const nameOf = (rule: Schemas['StoredRule']): string => rule.rule_id;
  const kinds = (verdicts: Schemas['Verdict'][]): string[] => verdicts.map((one) => one.verdict);
  const body: Schemas['AnalyzeBody'] = {
    detections: [{ class: 'mug', bbox: [240, 260, 300, 330], confidence: 1 }],
    size: { width: 640, height: 480 },
    rules_context: 'office',
  };
  const { data } = await api.POST('/api/v1/analyze/with-feedback', { body });
  if (data === undefined || !('rules' in data)) throw new Error('there is a job in place of the answer');
  expect(kinds(data.rules)).toEqual([]);
  const { data: rules } = await api.GET('/api/v1/rules');
  expect(rules!.map(nameOf)).toEqual([]);
});

it('has errors as the document describes them', async () => {
  const { error, response } = await api.GET('/api/v1/rules/{rule_id}', { params: { path: { rule_id: 'rule_none' } } });
  expect(response.status).toBe(404);
  expect(error?.error).toMatchObject({ code: 'RULES_001', request_id: response.headers.get('x-request-id') });
});

it('does not compile with a value of another type, a path or a word that is not there', () => {
  const wrong = [
    // @ts-expect-error
    () => api.POST('/api/v1/rules/natural-language', { body: { text: 5 } }),
    // @ts-expect-error
    () => api.GET('/api/v1/ruels'),
    // @ts-expect-error
    () => api.POST('/api/v1/analyze/with-feedback', { body: { image: 'desk.jpg', units: 'cubits' } }),
  ];
  expect(wrong).toHaveLength(3);
});
