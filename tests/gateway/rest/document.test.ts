import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { CONTRACT } from '../../../src/gateway/rest/document/contract-schemas.ts';
import { nameBodies } from '../../../src/gateway/rest/document/name-bodies.ts';
import { nameSchemas } from '../../../src/gateway/rest/document/name-schemas.ts';
import { EXAMPLES, form, type RestServer, startRest } from './rest-server.ts';

/** What /api/openapi.json says beside the paths: names for what it speaks of, headers, other names of fields. */
// biome-ignore lint/suspicious/noExplicitAny: the document is looked into
type Json = any;

let server: RestServer;
let document: Json;
beforeAll(async () => {
  server = await startRest({}, undefined, { rateLimit: 10_000 });
  document = (await server.ask('GET', '/api/openapi.json')).body;
});
afterAll(() => server.close());

const schemaOf = (path: string, method: string, status = '200') =>
  document.paths[`/api/v1${path}`][method].responses[status].content['application/json'].schema;
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

it('clients have types of the names that people use', () => {
  expect(schemaOf('/analyze/results/{analysis_id}', 'get')).toMatchObject(ref('Analysis'));
  expect(schemaOf('/rules', 'get')).toMatchObject({ type: 'array', items: ref('StoredRule') });
  expect(schemaOf('/jobs/{job_id}', 'get')).toMatchObject(ref('Job'));
  expect(document.components.schemas.Analysis.properties.calibration).toMatchObject(ref('CalibrationReport'));
  expect(document.components.schemas.Analysis.properties.objects.items).toEqual(ref('AnalysedObject'));
  const { requestBody, responses } = document.paths['/api/v1/analyze/with-feedback'].post;
  expect(requestBody.content['multipart/form-data'].schema).toEqual(ref('AnalyzeBody'));
  expect(requestBody.content['application/json'].schema).toEqual(ref('AnalyzeBody'));
  expect(responses.default).toEqual({ $ref: '#/components/responses/Failed' });
});

it('every reference leads somewhere, and no schema is there that nothing leads to', () => {
  const refs = new Set(JSON.stringify(document).match(/(?<="\$ref":"#\/components\/)[^"]+/g));
  const told = ['schemas', 'headers', 'responses'].flatMap((kind) =>
    Object.keys(document.components[kind]).map((name) => `${kind}/${name}`),
  );
  expect([...refs].toSorted()).toEqual(told.toSorted());
});

it('whatever the contract has with fields may have a name; else add its module to contract-schemas.ts', async () => {
  const known = new Set(Object.values(CONTRACT));
  const unknown: string[] = [];
  for (const room of ['contract', 'presentation']) {
    const folder = join(import.meta.dirname, '../../../src', room);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
      const exported: Record<string, unknown> = await import(join(folder, file));
      for (const [name, schema] of Object.entries(exported)) {
        if (schema instanceof z.ZodObject && !known.has(schema)) unknown.push(`${file}: ${name}`);
      }
    }
  }
  // Of tools, of settings, and the rule as it is stored: routes answer more of it.
  expect(unknown.toSorted()).toEqual([
    'analysis-summary.ts: AnalysisAnswer',
    'peer-settings.ts: PeerSettings',
    'rule.ts: Rule',
  ]);
});

it('one look has one name, and what is taken another where it differs from what is answered', () => {
  const Inner = z.strictObject({ a: z.number() });
  const Outer = z.strictObject({ inner: Inner.describe('this one'), size: z.number().default(1) });
  const inner = (description?: string) => ({
    type: 'object',
    properties: { a: { type: 'number' } },
    required: ['a'],
    additionalProperties: false,
    ...(description !== undefined && { description }),
  });
  const size = { default: 1, type: 'number' };
  const outer = (required: string[]) => ({
    additionalProperties: false,
    type: 'object',
    properties: { inner: inner('this one'), size },
    required,
  });
  const { paths, schemas } = nameSchemas(
    { taken: outer(['inner']), answered: outer(['inner', 'size']), alone: inner('that one') },
    { Inner, Outer, Same: Inner },
  );
  expect(paths).toEqual({
    taken: ref('OuterInput'),
    answered: ref('Outer'),
    alone: { ...ref('Inner'), description: 'that one' },
  });
  expect(Object.keys(schemas)).toEqual(['Inner', 'Outer', 'OuterInput']);
  expect(schemas.Outer).toMatchObject({ properties: { inner: { ...ref('Inner'), description: 'this one' } } });
  const { paths: only, schemas: taken } = nameSchemas({ taken: outer(['inner']) }, { Outer });
  expect([only, Object.keys(taken)]).toEqual([{ taken: ref('Outer') }, ['Outer']]);
  const operation = { operationId: 'x', responses: { 200: { content: { 'application/json': { schema: inner() } } } } };
  expect(() => nameBodies({ paths: { '/x': { get: operation } }, schemas: { XAnswer: inner() } })).toThrow('XAnswer');
});

it('fields are there under every name that the manual uses', () => {
  const { AnalyzeBody, AnalyzeBatchBody, ReanalyzeBody } = document.components.schemas;
  for (const body of [AnalyzeBody, AnalyzeBatchBody, ReanalyzeBody]) {
    expect(body.properties.rules_context).toMatchObject({ type: 'string', description: 'another name of "context"' });
    expect(body.required ?? []).not.toContain('rules_context');
  }
  const sentence = document.components.schemas.CreateRuleFromSentenceBody;
  expect(sentence.properties.auto_enable).toMatchObject({ type: 'boolean' });
  const { parameters, responses } = document.paths['/api/v1/analyze/batch'].post;
  expect(parameters.map((one: Json) => one.name)).toEqual(
    expect.arrayContaining(['prefer', 'h200-priority', 'idempotency-key']),
  );
  expect(Object.keys(responses['200'].content)).toEqual([
    'application/json',
    'application/x-ndjson',
    'text/event-stream',
  ]);
});

/** Of HTTP itself, of browsers, and how what is sent is spelled. */
const PLAIN = new Set(
  'cache-control connection content-length content-security-policy content-type date keep-alive transfer-encoding vary x-accel-buffering x-content-type-options'.split(
    ' ',
  ),
);

it('no answer comes with a header that the document does not name', async () => {
  const seen = new Set<string>();
  const look = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    at = path,
  ) => {
    const answer = await server.ask(method, `/api/v1${at}`, body, headers);
    const { responses } = document.paths[`/api/v1${path}`][method.toLowerCase()];
    const found = responses[answer.status] ?? responses.default;
    const told = (found.$ref === undefined ? found : document.components.responses.Failed).headers ?? {};
    const names = new Set(Object.keys(told).map((name) => name.toLowerCase()));
    for (const name of answer.headers.keys()) {
      if (PLAIN.has(name)) continue;
      expect([method, path, answer.status, name, answer.status === 304 || names.has(name)]).toEqual([
        ...[method, path, answer.status, name],
        true,
      ]);
      seen.add(name);
    }
    return answer;
  };
  const photo = await readFile(join(EXAMPLES, 'mug-too-close.jpg'));
  const once = { 'idempotency-key': 'one' };
  const sentence = { text: 'Keep mugs at least 90 mm away from laptops' };
  for (const _ of [1, 2]) await look('POST', '/rules/natural-language', sentence, once);
  await look('POST', '/rules/natural-language', { text: 'Keep mugs off books' });
  const page = await look('GET', '/rules', undefined, {}, '/rules?limit=1');
  const etag = page.headers.get('etag')!;
  expect((await look('GET', '/rules', undefined, { 'if-none-match': etag }, '/rules?limit=1')).status).toBe(304);
  for (const known of [`"none", W/${etag}`, '*']) {
    expect((await look('GET', '/rules', undefined, { 'if-none-match': known }, '/rules?limit=1')).status).toBe(304);
  }
  // Only what is read: to do something again is no reading, and an error is nothing that one has.
  expect((await look('POST', '/rules/validate', sentence, { 'if-none-match': '*' })).status).toBe(200);
  expect((await look('GET', '/rules/{rule_id}', undefined, { 'if-none-match': '*' }, '/rules/rule_none')).status).toBe(
    404,
  );
  await look('POST', '/analyze/with-feedback', form({ store: 'true' }, [['image', 'desk.jpg', photo]]));
  const job = await look('GET', '/export', undefined, { prefer: 'respond-async' }, '/export?what=rules');
  expect(job.status).toBe(202);
  await look('GET', '/export', undefined, {}, '/export?what=rules&format=csv');
  for (const [path, item] of Object.entries(document.paths as Record<string, object>)) {
    const route = path.replace('/api/v1', '');
    for (const method of Object.keys(item)) {
      const sent = method === 'get' ? undefined : {};
      await look(method.toUpperCase(), route, sent, {}, route.replace(/\{[^}]+\}/g, 'none'));
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...['x-request-id', 'x-process-time', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
      ...['etag', 'x-total-count', 'x-next-cursor', 'location', 'preference-applied', 'idempotency-replayed'],
      'content-disposition',
    ]),
  );
}, 300_000);
