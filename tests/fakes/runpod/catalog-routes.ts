import { type Call, ok, type Routes } from './call.ts';
import { CPUS, DATA_CENTERS, type FakeGpu, levelOf } from './gpus.ts';
import { bad, invalid, missing } from './problem.ts';

export const catalogRoutes: Routes = {
  'GET /catalog/gpus': (call) => {
    const withStock = stockAsked(call, ['POD', 'CLUSTER', 'SERVERLESS']);
    return ok({ gpus: call.account.gpus.map((gpu) => gpuView(gpu, withStock, countOf(call))) });
  },
  'GET /catalog/gpus/{id}': (call) => {
    const gpu = call.account.gpus.find(({ id }) => id === call.params.id);
    if (gpu === undefined) throw missing('GPU type');
    return ok(gpuView(gpu, stockAsked(call, ['POD', 'CLUSTER', 'SERVERLESS']), countOf(call)));
  },
  'GET /catalog/cpus': (call) => {
    const withStock = stockAsked(call, ['POD', 'SERVERLESS']);
    return ok({
      cpus: CPUS.map(({ id, name, group, min, max, ramGbPerVcpu, price }) => ({
        id,
        name,
        group,
        vcpu: { min, max },
        ramGbPerVcpu,
        price: { securePerVcpu: price, serverlessPerVcpu: price },
        ...(withStock && { availability: 'HIGH', dataCenters: [] }),
      })),
    });
  },
  'GET /catalog/datacenters': ({ query, account }) => {
    const include = (query.get('include') ?? '').split(',').filter(Boolean);
    const unknown = include.find((word) => !['GPU_AVAILABILITY', 'CPU_AVAILABILITY'].includes(word));
    if (unknown !== undefined) throw invalid(`include: unknown value '${unknown}'`);
    return ok({
      dataCenters: DATA_CENTERS.map((one) => ({
        ...one,
        compliance: ['GDPR'],
        ...(include.includes('GPU_AVAILABILITY') && {
          gpuAvailability: account.gpus.map(({ id, name, free }) => ({ id, name, availability: levelOf(free) })),
        }),
      })),
    });
  },
};

/** `include=AVAILABILITY` and `product` need each other. */
function stockAsked({ query }: Call, products: readonly string[]): boolean {
  const include = query.get('include');
  const product = query.get('product');
  if (include !== null && include !== 'AVAILABILITY') throw invalid(`include: unknown value '${include}'`);
  for (const word of product?.split(',') ?? []) {
    if (!products.includes(word)) throw invalid(`product: unknown value '${word}'`);
  }
  if ((include === null) !== (product === null)) throw bad('include=AVAILABILITY and product require each other');
  if (include === null && (query.has('count') || query.has('cloud')))
    throw bad('count and cloud need include=AVAILABILITY');
  return include !== null;
}

function countOf({ query }: Call): number {
  const count = query.get('count') ?? '1';
  if (!/^[1-9]\d{0,3}$/.test(count)) throw invalid('count: must be at least 1');
  return Number(count);
}

function gpuView(gpu: FakeGpu, withStock: boolean, count: number) {
  const level = levelOf(Math.floor(gpu.free / count));
  return {
    id: gpu.id,
    name: gpu.name,
    pool: gpu.pool,
    manufacturer: 'NVIDIA',
    memory: gpu.memory,
    secure: gpu.secure > 0,
    community: gpu.community > 0,
    price: {
      secure: gpu.secure,
      community: gpu.community,
      ...(gpu.serverless !== null && { serverless: gpu.serverless }),
    },
    maxCount: { secure: gpu.secure > 0 ? 8 : 0, community: gpu.community > 0 ? 4 : 0 },
    ...(withStock && {
      availability: level,
      dataCenters: level === 'NONE' ? [] : [{ id: 'EU-RO-1', name: 'EU-RO-1', availability: level }],
      cudaVersions: [{ version: '12.8', available: level !== 'NONE' }],
    }),
  };
}
