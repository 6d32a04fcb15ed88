import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCES } from '../../resources/index.ts';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { type TestClient, TRANSPORTS } from '../gateway/clients.ts';
import { createFakeServices } from '../gateway/fake-services.ts';

let gateway: HttpGateway;
let url: string;

beforeAll(async () => {
  gateway = createHttpGateway(createFakeServices(), [mcpPlugin(MCP_SURFACE)], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  ({ url } = await gateway.listen());
});
afterAll(() => gateway.close());

const transports = TRANSPORTS.filter(({ name }) =>
  ['stdio, client 1', 'HTTP, client 2 modern', 'HTTP, client 1', 'SSE, client 1'].includes(name),
);

describe.each(transports)('$name', ({ connect }) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await connect(url);
    await client.call('create_rule', { text: 'mugs 150 mm from laptops' });
    await client.call('analyze_image', { image: 'a.jpg' });
  });
  afterAll(() => client.close());

  const read = async (uri: string) => {
    const { contents } = await client.raw.readResource({ uri });
    return contents[0] as { uri: string; mimeType: string; text?: string; blob?: string };
  };
  const json = async (uri: string) => JSON.parse((await read(uri)).text ?? '');
  const complete = async (ref: { type: 'ref/resource'; uri: string }, name: string, value: string) =>
    (await client.raw.complete({ ref, argument: { name, value } })).completion.values;

  it('lists what is fixed and what has a template', async () => {
    const { resources } = await client.raw.listResources();
    expect(resources.map((resource) => resource.uri)).toEqual(RESOURCES.flatMap((r) => ('uri' in r ? [r.uri] : [])));
    const { resourceTemplates } = await client.raw.listResourceTemplates();
    expect(resourceTemplates.map((template) => template.uriTemplate)).toEqual([
      'rule://{rule_id}',
      'analysis://{analysis_id}',
      'analysis://{analysis_id}/annotated-image',
      'camera://{name}',
      'server://{server_id}',
    ]);
    for (const { description, mimeType } of [...resources, ...resourceTemplates]) {
      expect(description).toBeTruthy();
      expect(mimeType).toBeTruthy();
    }
  });

  it('reads rules with history', async () => {
    const { rules } = await json('rules://list');
    const id = rules[0].rule_id;
    expect(await json(`rule://${id}`)).toMatchObject({
      rule: { rule_id: id },
      history: [{ version: 1, action: 'created' }],
      statistics: { violation_rate: null },
    });
  });

  it('reads analyses and the image', async () => {
    const { analyses } = await json('analyses://recent');
    const { uri, analysis_id } = analyses[0];
    expect(await json(uri)).toMatchObject({ analysis_id, objects: expect.any(Array) });
    expect(await read(`${uri}/annotated-image`)).toMatchObject({
      mimeType: 'image/jpeg',
      blob: expect.stringMatching(/^\/9j\//),
    });
  });

  it('reads models, metrics and the vocabulary', async () => {
    expect(await json('models://list')).toMatchObject({ models: [{ state: 'READY', provider: 'cpu' }] });
    expect(await json('metrics://current')).toMatchObject({ cache: { hit_rate: null } });
    const vocabulary = await json('vocabulary://operators');
    expect(vocabulary.operators.map((o: { operator: string }) => o.operator)).toContain('min_distance');
  });

  it('completes ids', async () => {
    const { rules } = await json('rules://list');
    const id = rules[0].rule_id as string;
    const ref = (uri: string) => ({ type: 'ref/resource' as const, uri });
    expect(await complete(ref('rule://{rule_id}'), 'rule_id', id.slice(0, 5))).toContain(id);
    expect(await complete(ref('rule://{rule_id}'), 'rule_id', 'x')).toEqual([]);
    expect(await complete(ref('analysis://{analysis_id}'), 'analysis_id', 'ana_')).not.toHaveLength(0);
    expect(await complete(ref('analysis://{analysis_id}/annotated-image'), 'analysis_id', 'ana_')).not.toHaveLength(0);
  });

  it('answers unknown ones with -32602 and the uri', async () => {
    for (const uri of [
      'rule://rule_none',
      'analysis://ana_none',
      'analysis://ana_none/annotated-image',
      'nothing://here',
    ]) {
      await expect(client.raw.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
    }
    await expect(client.raw.readResource({ uri: 'no uri' })).rejects.toMatchObject({ code: -32602 });
  });
});

it('cache hints: lists are public, what changes is not kept', async () => {
  const { modern, raw } = await import('../gateway/raw-http.ts');
  const hint = async (method: string, params = {}) =>
    JSON.parse((await raw(`${url}/mcp`, modern(method, params))).body).result;
  for (const method of [
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
    'server/discover',
  ]) {
    expect(await hint(method)).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
  }
  expect(await hint('resources/read', { uri: 'rules://list' })).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
  expect(await hint('resources/read', { uri: 'vocabulary://operators' })).toMatchObject({ cacheScope: 'public' });
});

it('lets nobody keep for longer than a minute what can be deleted', () => {
  const deletable = RESOURCES.filter(({ cache }) => cache.cacheScope === 'private');
  expect(deletable.map(({ name }) => name)).toEqual(expect.arrayContaining(['analysis', 'analysis-annotated-image']));
  for (const { name, cache } of deletable) expect([name, cache.ttlMs <= 60_000]).toEqual([name, true]);
});
