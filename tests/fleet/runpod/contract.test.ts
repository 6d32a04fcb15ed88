import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testAsset } from '../../../scripts/test-assets.ts';
import { cloudName } from '../../../src/ports/gpu-cloud.ts';
import { type FakeRunpod, startFakeRunpod } from '../../fakes/runpod/fake-runpod.ts';
import { checkedBody, REQUESTS } from '../../fakes/runpod/requests.ts';
import { type ManualTime, manualTime } from '../../fakes/runpod/time.ts';
import { clientOf, ever, QuickClock, spec } from './support.ts';

/** The description that RunPod publishes; it is not ours to hand on, so it lies outside the repository. */
const file = testAsset('openapi', 'runpod-v2.json');

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: AnySchema }> };
  readonly responses: Record<string, { readonly $ref?: string; readonly content?: Record<string, unknown> }>;
}
interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
}

/** The description without words that are no JSON schema, and the way to each part of it. */
class Contract {
  private readonly description: Description;
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(path: string) {
    this.description = JSON.parse(readFileSync(path, 'utf8'), (_, value) => conditionsLast(value));
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats.default(this.ajv, ['date-time']);
    this.ajv.addFormat('uri', true).addFormat('float', true).addFormat('double', true);
    this.ajv.addSchema({ ...this.description, $id: 'runpod' } as AnySchema);
  }

  /** "POST", "/v2/pods" is the operation "/v2/pods" "post". */
  operation(method: string, path: string): { template: string; operation: Operation } {
    const parts = path.split('?')[0]?.split('/') ?? [];
    const fits = (template: string) => {
      const words = template.split('/');
      return words.length === parts.length && words.every((word, i) => word.startsWith('{') || word === parts[i]);
    };
    const literal = (template: string) => template.split('{').length;
    const template = Object.keys(this.description.paths)
      .filter((one) => fits(one) && method.toLowerCase() in (this.description.paths[one] ?? {}))
      .sort((a, b) => literal(a) - literal(b))[0];
    const operation = this.description.paths[template ?? '']?.[method.toLowerCase()];
    if (template === undefined || operation === undefined) throw new Error(`${method} ${path} is not described`);
    return { template, operation };
  }

  /** What is wrong with a request's body; empty: nothing. */
  requestFaults(method: string, path: string, body: unknown): string[] {
    const { template, operation } = this.operation(method, path);
    if (operation.requestBody === undefined) return body === undefined ? [] : ['a body where none is described'];
    return this.faults(
      ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'],
      body,
    );
  }

  answerFaults(method: string, path: string, status: number, body: unknown): string[] {
    const { template, operation } = this.operation(method, path);
    const described = operation.responses[`${status}`] ?? operation.responses.default;
    if (described === undefined) return [`status ${status} is not described`];
    const shared = described.$ref?.split('/').slice(1);
    const place = shared ?? [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      operation.responses[`${status}`] ? `${status}` : 'default',
    ];
    const content = shared ? ['application/problem+json'] : Object.keys(described.content ?? {});
    if (content[0] === undefined) return body === undefined ? [] : ['a body where none is described'];
    return this.faults([...place, 'content', content[0], 'schema'], body);
  }

  private faults(place: readonly string[], value: unknown): string[] {
    const pointer = place.map((word) => encodeURIComponent(word.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const check = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: `runpod#/${pointer}` });
    this.compiled.set(pointer, check);
    return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}

describe.skipIf(file === null)('the published description', () => {
  const contract = file === null ? null : new Contract(file);
  let time: ManualTime;
  let fake: FakeRunpod;
  beforeEach(async () => {
    time = manualTime();
    fake = await startFakeRunpod({ time, rates: null });
  });
  afterEach(() => fake.close());

  async function ask(method: string, path: string, body?: unknown, key: string | null = fake.key): Promise<number> {
    const response = await fetch(`${fake.url}${path}`, {
      method,
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await response.text();
    return response.status;
  }

  /** Every call that was answered, as "POST /v2/pods 422". */
  function compared(): string[] {
    return fake.calls.map(({ method, path, status, body, answer }) => {
      const faults = contract?.answerFaults(method, path, status ?? 0, answer) ?? [];
      expect({ method, path, status, body, answer, faults }).toMatchObject({ faults: [] });
      return `${method} ${contract?.operation(method, path).template} ${status}`;
    });
  }

  it('is kept by everything that the client sends and gets', async () => {
    const { cloud, close } = clientOf(fake, { clock: new QuickClock((ms) => time.advance(ms)) });
    for (const type of ['timed', 'serverless'] as const) {
      for (const serving of ['queue', 'load_balancer'] as const) {
        const made = await cloud.create(spec({ type, serving, name: cloudName(`srv_${type}_${serving}`) }), ever);
        time.advance(60_000);
        await cloud.list(ever);
        await cloud.update(made, { image: 'other:2', env: { B: 'c' }, workers: { min: 0, max: 2 } }, ever);
        await cloud.restart(made, { min: 1, max: 2 }, ever);
        time.advance(60_000);
        await cloud.get(type, made.id, ever);
        await cloud.stop(made, ever);
        await cloud.start(made, { min: 1, max: 2 }, ever);
        time.advance(600_000);
        await cloud.billing('2026-11-27T12:00:00Z', ever);
        await cloud.catalog(type, ever);
        await cloud.terminate(made, ever);
        expect(await cloud.get(type, made.id, ever)).toBeNull();
      }
    }
    await close();
    for (const { method, path, body } of fake.calls) {
      expect({ method, path, faults: contract?.requestFaults(method, path, body) }).toMatchObject({ faults: [] });
    }
    expect(new Set(compared()).size).toBeGreaterThan(16);
  });

  it('is kept by every other answer of the fake', async () => {
    const pod = { name: 'a', image: 'b', gpu: { id: 'NVIDIA H200' } };
    const queue = { type: 'QUEUE', scaling: { type: 'QUEUE_DELAY', queueDelay: 4 } };
    const sls = { name: 'a', image: 'b', gpu: { pools: ['AMPERE_80'] }, ...queue };
    const statuses = [
      await ask('GET', '/v2/pods', undefined, null),
      await ask('GET', '/v2/pods', undefined, 'wrong'),
      await ask('POST', '/v2/pods', { ...pod, imageName: 'x' }),
      await ask('POST', '/v2/pods', { ...pod, cpu: { id: 'cpu3c', vcpuCount: 2 } }),
      await ask('POST', '/v2/pods', { ...pod, templateId: 'none' }),
      await ask('POST', '/v2/pods', { name: 'c', image: 'b', cpu: { id: 'cpu3c', vcpuCount: 4 } }),
      await ask('GET', '/v2/pods/none'),
      await ask('POST', '/v2/serverless', { ...sls, workers: { min: 2, idleTimeout: 5 } }),
      await ask('POST', '/v2/serverless', { ...sls, gpu: undefined, cpu: [{ id: 'cpu3c', vcpuCount: 2 }] }),
      await ask('POST', '/v2/serverless', { ...sls, scaling: { type: 'REQUEST_COUNT', requestCount: 1 } }),
      await ask('POST', '/v2/templates', { name: 't', image: 'i', serverless: true }),
      await ask('POST', '/v2/network-volumes', { name: 'v', size: 10, dataCenter: 'EU-RO-1' }),
      await ask('POST', '/v2/registries', { name: 'r', username: 'u', password: 'p' }),
      await ask('GET', '/v2/catalog/gpus'),
      await ask('GET', '/v2/catalog/gpus/NVIDIA%20H200?include=AVAILABILITY&product=POD'),
      await ask('GET', '/v2/catalog/cpus?include=AVAILABILITY&product=POD'),
      await ask('GET', '/v2/catalog/datacenters?include=GPU_AVAILABILITY'),
      await ask('GET', '/v2/catalog/gpus?include=AVAILABILITY'),
      await ask('GET', '/v2/billing/pods?lastN=3&startTime=2026-11-01T00:00:00Z'),
      await ask('GET', '/v2/billing/serverless?lastN=3&bucketSize=month'),
    ];
    expect(statuses).toEqual([
      401, 401, 422, 400, 404, 201, 404, 201, 201, 201, 201, 201, 201, 200, 200, 200, 200, 400, 400, 200,
    ]);
    time.advance(60_000);
    const { pods, endpoints, templates, volumes, registries } = fake.account;
    for (const id of endpoints.keys()) {
      expect(await ask('GET', `/v2/serverless/${id}`)).toBe(200);
      expect(await ask('GET', `/v2/serverless/${id}/workers`)).toBe(200);
      expect(await ask('PATCH', `/v2/serverless/${id}`, { image: 'newer' })).toBe(200);
      expect(await ask('GET', `/v2/serverless/${id}/releases`)).toBe(200);
    }
    for (const [room, ids] of [
      ['pods', pods],
      ['templates', templates],
      ['network-volumes', volumes],
      ['registries', registries],
    ] as const) {
      const [id] = ids.keys();
      expect(await ask('GET', `/v2/${room}`)).toBe(200);
      expect(await ask('GET', `/v2/${room}/${id}`)).toBe(200);
      expect(await ask('DELETE', `/v2/${room}/${id}`)).toBe(204);
      expect(await ask('DELETE', `/v2/${room}/${id}`)).toBe(404);
    }
    fake.account.balance = 0;
    expect(await ask('POST', '/v2/pods', pod)).toBe(402);
    expect(compared().length).toBeGreaterThan(40);
  });

  describe.each([
    ['POST', '/v2/pods', REQUESTS.createPod],
    ['PATCH', '/v2/pods/p1', REQUESTS.updatePod],
    ['POST', '/v2/pods/p1/action', REQUESTS.podAction],
    ['POST', '/v2/serverless', REQUESTS.createEndpoint],
    ['PATCH', '/v2/serverless/e1', REQUESTS.updateEndpoint],
    ['POST', '/v2/templates', REQUESTS.createTemplate],
    ['PATCH', '/v2/templates/t1', REQUESTS.updateTemplate],
    ['POST', '/v2/network-volumes', REQUESTS.createVolume],
    ['PATCH', '/v2/network-volumes/v1', REQUESTS.updateVolume],
    ['POST', '/v2/registries', REQUESTS.createRegistry],
  ] as const)('%s %s', (method, path, shape) => {
    it('is refused by the fake exactly where the description refuses it', () => {
      let refused = 0;
      fc.assert(
        fc.property(bodies, (body) => {
          const described = contract?.requestFaults(method, path, body) ?? [];
          const said = faultsOf(() => checkedBody<unknown>(shape, body));
          expect({ body, described, said }).toSatisfy(() => (described.length === 0) === (said.length === 0));
          refused += Number(said.length > 0);
        }),
        { numRuns: 3000 },
      );
      expect(refused).toBeGreaterThan(100);
      expect(refused).toBeLessThan(3000);
    });
  });
});

/** Ajv forgets what `allOf` has evaluated where an `if` beside it does not hold; inside of `allOf` it means the same. */
function conditionsLast(value: unknown): unknown {
  const schema = value as { allOf?: unknown[]; if?: unknown; then?: unknown } | null;
  if (!Array.isArray(schema?.allOf) || schema.if === undefined) return value;
  const { if: condition, then: rest, ...other } = schema;
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON schema
  return { ...other, allOf: [...schema.allOf, { if: condition, then: rest }] };
}

function faultsOf(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (thrown) {
    return (thrown as { errors?: string[] }).errors ?? ['refused'];
  }
}

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const texts = few<unknown>('a', '', 'EU-RO-1', '-', ' x', 7, null);
const numbers = few<unknown>(0, 1, 2, 9, 10, 4096, 4097, 0.5, -1, 1.5, '1', null);
const cudas = few<unknown>(undefined, '12.8', '12', '', 12.8);
const listsOf = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: fc.array(item, { maxLength: 3 }) }, few<unknown>('a', {}));
const record = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const gpu = record({
  id: few<unknown>('NVIDIA H200', 3),
  pools: listsOf(few<unknown>('AMPERE_80', 4)),
  excludedTypes: listsOf(few<unknown>('NVIDIA A40', '-x', ' ', 'b')),
  count: few<unknown>(1, 2, 0, 'x'),
  allowedCudaVersions: listsOf(few<unknown>('12.8', '12')),
  minCudaVersion: cudas,
});
const cpu = record({ id: few<unknown>('cpu3c', ''), vcpuCount: few<unknown>(2, 1, 4), extra: few(1) });
const persistent = record({ size: numbers, path: texts });
const mounts = record({ persistent, network: listsOf(record({ volumeId: texts, path: texts })) });
const fields: Record<string, fc.Arbitrary<unknown>> = {
  name: few<unknown>('a', 'a', 'a', '', 3),
  image: few<unknown>('i', 'i', 'i', '', 3),
  args: texts,
  disk: numbers,
  ports: listsOf(texts),
  env: few<unknown>({}, { A: 'b' }, { A: 1 }, []),
  registry: few<unknown>(null, 'r', 1),
  gpu,
  cpu: fc.oneof(cpu, listsOf(cpu)),
  cloud: few<unknown>('SECURE', 'COMMUNITY', 'OTHER'),
  dataCenterIds: listsOf(texts),
  globalNetworking: few<unknown>(true, 'x'),
  mounts,
  startSsh: few<unknown>(true, 1),
  startJupyter: few<unknown>(false, null),
  templateId: few<unknown>('t', '', 2),
  locked: few<unknown>(true, 1),
  action: few<unknown>('start', 'stop', 'reset'),
  type: few<unknown>('QUEUE', 'LOAD_BALANCER', 'STANDARD', 'X'),
  scaling: record({
    type: few<unknown>('QUEUE_DELAY', 'REQUEST_COUNT', 'X'),
    queueDelay: numbers,
    requestCount: numbers,
  }),
  workers: record({ min: numbers, max: numbers, idleTimeout: few<unknown>(1, 3600, 3601, 0), extra: few(1) }),
  flashboot: few<unknown>('OFF', 'ON'),
  timeout: numbers,
  networkVolumes: listsOf(texts),
  size: numbers,
  dataCenter: texts,
  serverless: few<unknown>(true, 1),
  public: few<unknown>(true, 1),
  category: few<unknown>('NVIDIA', 'X'),
  allowedCudaVersions: listsOf(cudas),
  username: texts,
  password: texts,
  unknown: few<unknown>(1),
};
/** Whole valid bodies with some fields taken away, put in or spoilt. */
const bases: Record<string, unknown>[] = [
  {},
  { name: 'a', image: 'i' },
  { name: 'a', image: 'i', gpu: { id: 'NVIDIA H200' } },
  { name: 'a', image: 'i', type: 'QUEUE', scaling: { type: 'QUEUE_DELAY', queueDelay: 1 } },
  {
    name: 'a',
    templateId: 't',
    type: 'LOAD_BALANCER',
    scaling: { type: 'REQUEST_COUNT', requestCount: 1 },
    gpu: { pools: ['AMPERE_80'] },
  },
  { name: 'a', size: 10, dataCenter: 'EU-RO-1' },
  { name: 'a', username: 'u', password: 'p' },
  { action: 'stop' },
  { size: 20 },
];
const bodies = fc
  .tuple(fc.constantFrom(...bases), fc.subarray(Object.keys(fields), { maxLength: 3 }), fc.nat(3), fc.gen())
  .map(([base, names, drop, gen]) => {
    const body: Record<string, unknown> = { ...base };
    if (drop === 0) delete body[Object.keys(body)[0] ?? ''];
    for (const name of names) body[name] = gen(() => fields[name] as fc.Arbitrary<unknown>);
    return JSON.parse(JSON.stringify(body)) as unknown;
  });
