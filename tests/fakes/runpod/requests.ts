import * as z from 'zod';
import { invalid } from './problem.ts';

/** What may be asked, in the letter of the published description: an unknown field is refused with its name. */
const cuda = z.string().regex(/^\d+\.\d+$/);
const container = {
  image: z.string().optional(),
  args: z.string().optional(),
  disk: z.int().min(1).optional(),
  ports: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  registry: z.string().nullable().optional(),
};
const persistent = z.strictObject({ size: z.int().min(10), path: z.string() });
const mounts = z.strictObject({
  persistent: persistent.optional(),
  network: z
    .array(z.strictObject({ volumeId: z.string(), path: z.string() }))
    .max(1)
    .optional(),
});
const templateMounts = z.strictObject({ persistent: persistent.optional() });
const cpu = z.strictObject({ id: z.string().min(1), vcpuCount: z.int().min(2) });
const unique = <T extends z.ZodType>(item: T) =>
  z.array(item).refine((all) => new Set(all.map((one) => JSON.stringify(one))).size === all.length, 'items are equal');
const cpus = unique(cpu).min(1);
const named = z.string().min(1);
const flashboot = z.enum(['OFF', 'FLASHBOOT', 'PRIORITY_FLASHBOOT']);

const needsImage = <T extends z.ZodType>(shape: T) =>
  shape.refine((body) => {
    const { image, templateId } = body as { image?: unknown; templateId?: unknown };
    return image !== undefined || templateId !== undefined;
  }, "missing property 'image'");

const createPod = needsImage(
  z.strictObject({
    ...container,
    name: named,
    cloud: z.enum(['SECURE', 'COMMUNITY']).default('SECURE'),
    cpu: cpu.optional(),
    dataCenterIds: z.array(z.string()).optional(),
    globalNetworking: z.boolean().default(false),
    gpu: z
      .strictObject({
        id: z.string(),
        count: z.int().min(1).default(1),
        allowedCudaVersions: z.array(cuda).optional(),
        minCudaVersion: cuda.optional(),
      })
      .optional(),
    mounts: mounts.optional(),
    startJupyter: z.boolean().default(false),
    startSsh: z.boolean().default(false),
    templateId: named.optional(),
  }),
);

const updatePod = z.strictObject({
  ...container,
  globalNetworking: z.boolean().optional(),
  locked: z.boolean().optional(),
  mounts: mounts.optional(),
  name: named.optional(),
  templateId: z.string().optional(),
});

const workers = z.strictObject({
  min: z.int().min(0).optional(),
  max: z.int().min(0).optional(),
  idleTimeout: z.int().min(1).max(3600).optional(),
});
const scaling = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('QUEUE_DELAY'), queueDelay: z.number().min(0.5) }),
  z.strictObject({ type: z.literal('REQUEST_COUNT'), requestCount: z.int().min(1) }),
]);
const excluded = unique(z.string().regex(/^\s*[^-\s]/));
const pools = z.array(z.string()).min(1);
const endpoint = {
  ...container,
  dataCenterIds: z.array(z.string()).optional(),
  networkVolumes: z.array(z.string()).optional(),
  cpu: cpus.optional(),
  flashboot: flashboot.optional(),
  timeout: z.int().optional(),
  workers: workers.optional(),
};

const createEndpoint = needsImage(
  z
    .strictObject({
      ...endpoint,
      name: named,
      type: z.enum(['QUEUE', 'LOAD_BALANCER']),
      scaling,
      gpu: z
        .strictObject({
          pools,
          excludedTypes: excluded.optional(),
          count: z.int().min(1).default(1),
          allowedCudaVersions: z.array(cuda).optional(),
          minCudaVersion: cuda.optional(),
        })
        .optional(),
      templateId: named.optional(),
    })
    .refine(({ type, scaling }) => type === 'QUEUE' || scaling.type === 'REQUEST_COUNT', {
      path: ['scaling', 'type'],
      message: "value must be 'REQUEST_COUNT'",
    }),
);

const updateEndpoint = z.strictObject({
  ...endpoint,
  name: named.optional(),
  scaling: scaling.optional(),
  gpu: z
    .strictObject({
      pools: pools.optional(),
      excludedTypes: excluded.optional(),
      count: z.int().min(1).optional(),
      allowedCudaVersions: z.array(cuda).optional(),
      minCudaVersion: z.union([z.literal(''), cuda]).optional(),
    })
    .refine(({ excludedTypes, pools }) => excludedTypes === undefined || pools !== undefined, {
      message: "properties 'pools' required, if 'excludedTypes' exists",
    })
    .optional(),
  templateId: z.string().optional(),
});

const template = {
  ...container,
  mounts: templateMounts.optional(),
  allowedCudaVersions: z.array(cuda).optional(),
  category: z.enum(['CPU', 'NVIDIA', 'AMD']).optional(),
  public: z.boolean().optional(),
  serverless: z.boolean().optional(),
  startSsh: z.boolean().optional(),
  startJupyter: z.boolean().optional(),
};
const volumeSize = z.int().min(10).max(4096);

export const REQUESTS = {
  createPod,
  updatePod,
  podAction: z.strictObject({ action: z.enum(['start', 'stop', 'restart', 'terminate']) }),
  createEndpoint,
  updateEndpoint,
  createTemplate: z.strictObject({ ...template, name: named, image: z.string() }),
  updateTemplate: z.strictObject({ ...template, name: named.optional() }),
  createVolume: z.strictObject({
    name: named,
    size: volumeSize,
    dataCenter: named,
    type: z.enum(['STANDARD', 'HIGH_PERFORMANCE']).optional(),
  }),
  updateVolume: z
    .strictObject({ name: named.optional(), size: volumeSize.optional() })
    .refine((body) => Object.keys(body).length > 0, 'minProperties: got 0, want 1'),
  createRegistry: z.strictObject({ name: named, username: named, password: named }),
} as const;

export type CreatePod = z.infer<typeof createPod>;
export type UpdatePod = z.infer<typeof updatePod>;
export type CreateEndpoint = z.infer<typeof createEndpoint>;
export type UpdateEndpoint = z.infer<typeof updateEndpoint>;
export type Mounts = z.infer<typeof mounts>;
export type Scaling = z.infer<typeof scaling>;

/** Throws 422 that names every fault. */
export function checkedBody<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  throw invalid(...read.error.issues.map(wordsOf));
}

function wordsOf(issue: z.core.$ZodIssue): string {
  const place = `$${issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${place}: additional properties ${issue.keys.map((key) => `'${key}'`).join(', ')} not allowed`;
    default:
      return `${place}: ${issue.message}`;
  }
}
