import * as z from 'zod';

/** What is read of RunPod's answers; whatever else they hold is ignored. Ids become part of addresses. */
export const Id = z.string().regex(/^[\w-]{1,64}$/);
const Text = z.string().max(2000);
const Count = z.int().min(0).max(10_000);
const Money = z.number().min(0).max(1e7);
/** Of what may be missing, or be something that later versions put there. */
const orNull = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);
const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const Share = z.number().min(0);

export const Pod = z.object({
  id: Id,
  name: Text,
  status: z.string().max(40),
  image: Text.default(''),
  ports: z.array(z.string().max(40)).max(100).catch([]),
  cost: orNull(Money),
  locked: z.boolean().catch(false),
  createdAt: Time,
  startedAt: orNull(Time),
  runtime: orNull(
    z.object({ gpus: orNull(z.array(z.object({ util: orNull(Share), memoryUtil: orNull(Share) })).max(64)) }),
  ),
});
export type Pod = z.infer<typeof Pod>;
export const Pods = z.object({ pods: z.array(Pod).max(10_000) });

const Workers = z.object({ min: Count, max: Count });
export const Endpoint = z.object({
  id: Id,
  name: Text,
  type: z.string().max(40).default('QUEUE'),
  image: Text.default(''),
  workers: Workers,
  createdAt: Time,
});
export type Endpoint = z.infer<typeof Endpoint>;
export const Endpoints = z.object({ endpoints: z.array(Endpoint).max(10_000) });

export const WorkerList = z.object({
  workers: z.array(z.object({ id: Id, startedAt: orNull(Time) })).max(1000),
  summary: z.object({
    running: Count,
    idle: Count,
    initializing: Count,
    throttled: Count,
    unhealthy: Count,
    total: Count,
  }),
});
export type WorkerList = z.infer<typeof WorkerList>;

export const Gpu = z.object({
  id: z.string().min(1).max(200),
  name: Text,
  pool: orNull(z.string().min(1).max(100)),
  memory: z.number().min(0).max(100_000),
  price: z.object({ secure: orNull(Money), serverless: orNull(Money) }),
  secure: z.boolean().catch(false),
  availability: orNull(z.enum(['NONE', 'LOW', 'MEDIUM', 'HIGH'])),
});
export const Gpus = z.object({ gpus: z.array(Gpu).max(1000) });

const Bill = { startTime: Time, endTime: Time, totalAmount: z.number().min(-1e7).max(1e7) };
export const PodBills = z.object({ records: z.array(z.object({ ...Bill, podId: Id })).max(200_000) });
export const EndpointBills = z.object({ records: z.array(z.object({ ...Bill, serverlessId: Id })).max(200_000) });

export const LogData = z.object({
  source: z.enum(['container', 'system']).catch('system'),
  line: z.string(),
  ts: orNull(Time),
});
