import type { Cost, Fleet, LogLine, Offer, Quote, Server } from '../../pages/servers/servers.ts';
import { on, refused } from '../mock.ts';

const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const server = (given: Partial<Server> & Pick<Server, 'id' | 'type' | 'state'>): Server => ({
  name: `h200-mug-${given.id}`,
  config: {
    gpu_type: 'NVIDIA H200',
    gpu_count: 1,
    min_instances: 0,
    max_instances: 3,
    idle_timeout_seconds: 600,
    image: null,
    env: [],
  },
  gpu: { id: 'NVIDIA H200', name: 'H200 SXM', memory_gb: 141 },
  provider_id: 'pod_mocked',
  created_at: at(-1500),
  started_at: null,
  stopped_at: null,
  endpoint_url: null,
  current_instances: null,
  total_requests: 0,
  error_count: 0,
  cost_per_hour: 0,
  total_cost: null,
  protected: false,
  idle_since: null,
  idle_stop_at: null,
  error: null,
  drift: null,
  as_of: null,
  ...given,
});

const OFFERS: readonly Offer[] = [
  ['NVIDIA L40S', 'L40S', 48, 0.86, 'high'],
  ['NVIDIA H100 80GB HBM3', 'H100 SXM', 80, 2.99, 'low'],
  ['NVIDIA H200', 'H200 SXM', 141, 3.99, 'medium'],
  ['NVIDIA B200', 'B200', 180, null, 'none'],
].map(([gpu_id, name, memory_gb, price_per_hour, availability]) => ({
  ...{ gpu_id, short_name: name, name, memory_gb, gpu_count: 1, price_per_hour, availability },
})) as Offer[];

const LOG = [
  ['system', null, 'create container'],
  ['container', 'info', 'INFO model loaded in 2.1 s'],
  ['container', 'warn', 'WARN queue is half full'],
  ['container', 'error', 'ERROR <b>one</b> request failed'],
] as const;

export const logEvent = (line: Partial<LogLine> & Pick<LogLine, 'cursor' | 'text'>): string => {
  const all: LogLine = { at: at(0), source: 'container', level: null, ...line };
  return `id: ${all.cursor}\nevent: log\ndata: ${JSON.stringify(all)}\n\n`;
};

/** One that is idle and will be stopped, one serverless that is not billed yet, one that failed. */
const fleet = (): Fleet => ({
  servers: [
    server({
      ...{ id: 'srv_one', type: 'timed', state: 'running', started_at: at(-95), current_instances: 1 },
      ...{ total_requests: 1240, error_count: 6, cost_per_hour: 3.99, total_cost: 6.3175 },
      ...{ idle_since: at(-7), idle_stop_at: at(3), endpoint_url: 'https://pod_mocked-8000.proxy.example' },
    }),
    server({
      id: 'srv_two',
      type: 'serverless',
      state: 'running',
      started_at: at(-400),
      current_instances: 0,
      cost_per_hour: null,
      protected: true,
    }),
    server({
      ...{ id: 'srv_three', type: 'timed', state: 'error', total_cost: 0.2, gpu: null },
      ...{ error: 'There are no longer any instances available with enough disk space.' },
      ...{ drift: 'It is stopped there, and was to run.' },
    }),
  ],
  provider: { state: 'ok', reason: null, simulated: false, reconciled_at: at(-0.3) },
  idle_timeout_seconds: { timed: 600, serverless: 300 },
  unknown: [
    { provider_id: 'pod_other', type: 'timed', name: 'notebook of anna', state: 'RUNNING', cost_per_hour: 0.44 },
  ],
});

const COST: Cost = {
  since: at(-30 * 1440),
  until: at(0),
  simulated: false,
  usd: 6.5175,
  not_billed_yet: 1,
  usd_by_type: { timed: 6.5175 },
  saved_usd: 12.4,
  cost_per_hour_now: 3.99,
  servers: [
    {
      ...{
        server_id: 'srv_one',
        type: 'timed',
        name: 'h200-mug-srv_one',
        usd: 6.3175,
        running_hours: 1.58,
        idle_hours: 0.4,
      },
      ...{ unseen_hours: 0, saved_usd: 12.4, saved_hours: 3.1, billed_usd: 5.98, difference_usd: -0.0021 },
    },
    {
      ...{
        server_id: 'srv_two',
        type: 'serverless',
        name: 'h200-mug-srv_two',
        usd: null,
        running_hours: null,
        idle_hours: null,
      },
      ...{ unseen_hours: null, saved_usd: null, saved_hours: null, billed_usd: null, difference_usd: null },
    },
    {
      ...{
        server_id: 'srv_three',
        type: 'timed',
        name: 'h200-mug-srv_three',
        usd: 0.2,
        running_hours: 0.05,
        idle_hours: 0,
      },
      ...{ unseen_hours: 0, saved_usd: null, saved_hours: null, billed_usd: null, difference_usd: null },
    },
  ],
  projection: {
    usd_per_month: 190.31,
    window_hours: 25,
    formula: 'cost of the last 25 hours ÷ 25 × 730 hours of a month',
  },
  billing: { read_at: at(-20), covers_until: at(-80), error: null },
};

const DURING = { start: 'starting', stop: 'stopping', restart: 'starting', scale: 'updating' } as const;

export function mockArea(): void {
  const all = fleet();
  const found = (id: string | undefined) => all.servers.find((one) => one.id === id);
  const none = () => refused(404, 'SERVER_001', 'There is no such server.');
  const done = (one: Server, message: string) => ({
    success: true,
    server: one,
    message,
    duration_seconds: 0.4,
    warnings: [],
  });
  on('GET /api/v1/servers/status', () => ({ body: all }));
  on('GET /api/v1/deployments', () => ({ body: [] }));
  on('GET /api/v1/servers/cost', () => ({ body: COST }));
  on('GET /api/v1/servers/gpus', ({ query }) => {
    const wanted = query.get('gpu_type');
    return { body: OFFERS.filter(({ gpu_id }) => wanted === null || gpu_id === wanted) };
  });
  on('POST /api/v1/servers/quote', ({ body }) => {
    const {
      config,
      fallback_gpu_types: others = [],
      max_price: most,
    } = body as {
      config: { gpu_type: string };
      fallback_gpu_types?: string[];
      max_price: number | null;
    };
    const names = [config.gpu_type, ...others];
    const candidates = OFFERS.filter(
      ({ gpu_id, price_per_hour: price }) => names.includes(gpu_id) && (most === null || (price ?? 0) <= most),
    );
    const price = candidates[0]?.price_per_hour ?? null;
    const quote: Quote = {
      candidates,
      refused: [],
      price_per_hour: price,
      highest_price_per_hour: price,
      image: 'registry.example/mug:0.1.0',
      env: [],
    };
    return { body: quote };
  });
  on('POST /api/v1/servers', ({ body }) => {
    const made = server({ id: 'srv_new', type: (body as Server).type, state: 'pending', created_at: at(0), gpu: null });
    all.servers = [...all.servers, made];
    return { status: 201, body: done(made, 'RunPod took it; it is being made.') };
  });
  on('GET /api/v1/servers/:server/logs/stream', () => ({
    headers: { 'content-type': 'text/event-stream' },
    body: new ReadableStream({
      start: (to) =>
        LOG.forEach(([source, level, text], i) => {
          to.enqueue(new TextEncoder().encode(logEvent({ cursor: `c${i}`, source, level, text })));
        }),
    }),
  }));
  on('POST /api/v1/servers/:server/control', ({ params, body }) => {
    const one = found(params.server);
    const { action } = body as { action: keyof typeof DURING };
    if (one === undefined) return none();
    one.state = DURING[action];
    return { body: done(one, `RunPod was told to ${action} it.`) };
  });
  on('PUT /api/v1/servers/:server/config', ({ params, body }) => {
    const one = found(params.server);
    const given = body as { idle_timeout_seconds?: number; protected?: boolean };
    if (one === undefined) return none();
    if (given.protected !== undefined) one.protected = given.protected;
    if (given.idle_timeout_seconds !== undefined) one.config.idle_timeout_seconds = given.idle_timeout_seconds;
    return { body: { servers: [one], idle_timeout_seconds: null } };
  });
  on('DELETE /api/v1/servers/:server', ({ params }) => {
    const one = found(params.server);
    if (one === undefined) return none();
    all.servers = all.servers.filter(({ id }) => id !== one.id);
    return { body: done(one, 'It was terminated.') };
  });
}
