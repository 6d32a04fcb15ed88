import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from '../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../src/access/accounts/tokens.ts';
import { createAgentTasks } from '../../src/agent-tasks/create-agent-tasks.ts';
import { MAX_IMAGES } from '../../src/analysis/batch.ts';
import type { AnalysisService } from '../../src/analysis/service.ts';
import { createMeasured } from '../../src/app/measured.ts';
import type { CalibrationService } from '../../src/calibrations/service.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import { listItem } from '../../src/contract/analysis-list-item.ts';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import type { CallContext } from '../../src/contract/call-context.ts';
import { AppError, toAppError } from '../../src/errors.ts';
import { createBus } from '../../src/events/bus.ts';
import { LiveFeed } from '../../src/events/live-feed.ts';
import { createExportService } from '../../src/export/service.ts';
import { createFeedbackService } from '../../src/feedback/service.ts';
import { createDeployments } from '../../src/fleet/deployments.ts';
import { createIdempotency } from '../../src/idempotency/idempotency.ts';
import { createJobs } from '../../src/jobs/create-jobs.ts';
import { createNotificationService } from '../../src/notifications/service.ts';
import { createWebPost } from '../../src/outgoing/create-web-post.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { StoredCalibration } from '../../src/ports/records.ts';
import { createQueueService } from '../../src/queue/service.ts';
import { createRoutingService } from '../../src/routing/service.ts';
import { createRoutingTable } from '../../src/routing/table.ts';
import { TrafficLog } from '../../src/routing/traffic.ts';
import type { Services } from '../../src/services.ts';
import { createMemoryCache } from '../../src/storage/memory/cache.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import type { ModelReport } from '../../src/vision/models/report.ts';
import { testCallbacks } from '../support/callbacks.ts';
import { pageOf } from '../support/pages.ts';
import { fakeAnalysis, fakeDrawing } from './fake-analysis.ts';
import { createFakeCameras } from './fake-cameras.ts';
import { createFakeDelegations } from './fake-delegations.ts';
import { createFakeFleet, type FakeFleet } from './fake-fleet.ts';
import { createFakeRollouts } from './fake-rollouts.ts';
import { createFakeRules } from './fake-rules.ts';

/**
 * An in-memory stand-in for the real services: no model, no store. It answers what the requests say, so that the
 * tests of the gateway see their arguments arrive. Image names steer it: `missing.jpg` fails, `slow.jpg` waits for
 * the signal, `deaf.jpg` takes its time and heeds none, `outside.jpg` is refused until the client told a root,
 * `crash.jpg` throws a plain error.
 */
export interface FakeServices extends Services {
  readonly fleet: FakeFleet;
  readonly requests: { request: AnalyzeRequest; context: CallContext }[];
  /** How many slow analyses were aborted. */
  aborted: number;
  warmed: number;
}

export const SMALLEST_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  'base64',
);

export function createFakeServices(env: Record<string, string> = {}): FakeServices {
  const config: Config = loadConfig({ LOG_LEVEL: 'silent', ...env });
  const bus = createBus(() => {});
  const metrics = new Metrics();
  const stored = new Map<string, Analysis>();
  const calibrations = new Map<string, StoredCalibration>();
  const { book, rules } = createFakeRules(bus);
  const tasksIn = createSqliteRecords(':memory:').registry;
  let next = 0;

  const { registry } = createSqliteRecords(':memory:');
  const fleet = createFakeFleet();
  const accounts = createAccounts({
    registry,
    tokens: new Tokens(['a secret of the tests, long enough']),
    now: () => new Date(),
    newId: (prefix) => `${prefix}_${++next}`,
  });
  const services: FakeServices = {
    cameras: createFakeCameras(registry, bus),
    queue: createQueueService({ queue: null, analyses: { analyze }, isUser: async () => true }),
    notifications: createNotificationService({ outbox: fakeOutbox, registry, now: () => new Date() }),
    version: '0.0.0-test',
    capabilities: {
      readOnly: config.H200_READ_ONLY,
      languageModel: config.OPENAI_API_KEY !== undefined || config.OPENAI_BASE_URL !== undefined,
    },
    requests: [],
    aborted: 0,
    warmed: 0,
    analyses: {
      analyze,
      async *stream(context, requests) {
        const batch = await services.analyses.batch(context, requests);
        yield* [...batch.results, ...batch.errors];
        return batch;
      },
      async batch(context, requests) {
        if (requests.length > MAX_IMAGES) throw new AppError('TOO_MANY_FILES');
        const outcomes = await Promise.allSettled(requests.map((request) => analyze(context, request)));
        context.progress?.(1, 2, 'analysed');
        await sleep(20);
        const place = (index: number) => ({ index, filename: requests[index]?.image ?? '' });
        const results = outcomes.flatMap((o, index) =>
          o.status === 'fulfilled' ? [{ ...place(index), analysis: o.value }] : [],
        );
        const errors = outcomes.flatMap((o, index) =>
          o.status === 'rejected' ? [{ ...place(index), error: toAppError(o.reason) }] : [],
        );
        return {
          batch_id: 'batch_1',
          total_images: requests.length,
          successful: results.length,
          failed: errors.length,
          results,
          errors,
          total_processing_time_ms: 10,
          average_time_per_image_ms: results.length > 0 ? 5 : null,
          cache_hit_rate: 0,
        };
      },
      async get(_ctx, id) {
        const analysis = stored.get(id);
        if (!analysis) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        return analysis;
      },
      async list(_ctx, page) {
        return pageOf('analyses', [...stored.values()].reverse().map(listItem), (one) => one.analysis_id, page);
      },
      count: async () => stored.size,
      ids: async (_ctx, prefix, limit) =>
        [...stored.keys()]
          .reverse()
          .filter((id) => id.startsWith(prefix))
          .slice(0, limit),
      async delete(_ctx, id, { dryRun = false } = {}) {
        if (!stored.has(id)) throw new AppError('ANALYSIS_008');
        if (!dryRun) stored.delete(id);
        return { deleted: 1, remaining: stored.size - (dryRun ? 1 : 0), complete: true };
      },
      async deleteAll(_ctx, { olderThanDays, dryRun = false } = {}) {
        const until = new Date(Date.now() - (olderThanDays ?? 0) * 86_400_000).toISOString();
        const due = [...stored.values()].filter((a) => olderThanDays === undefined || a.timestamp <= until);
        for (const { analysis_id } of dryRun ? [] : due) stored.delete(analysis_id);
        return { deleted: due.length, remaining: stored.size - (dryRun ? due.length : 0), complete: true };
      },
      async annotatedImage(_ctx, id) {
        if (!stored.has(id)) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        return { bytes: SMALLEST_JPEG, contentType: 'image/jpeg', width: 1, height: 1 };
      },
      async photo(_ctx, id) {
        if (!stored.has(id)) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        return { bytes: SMALLEST_JPEG, contentType: 'image/jpeg' };
      },
      async scene(_ctx, id) {
        const analysis = stored.get(id);
        if (!analysis) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        return fakeDrawing(analysis);
      },
      async whatIf(_ctx, id, { moves }) {
        const analysis = stored.get(id);
        if (!analysis) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        const { timestamp: _, cached: __, processing_time_ms: ___, ...rest } = analysis;
        if (moves.some(({ object_id }) => !rest.objects.some((o) => o.id === object_id)))
          throw new AppError('VALIDATION_002');
        return { analysis: rest, drawing: fakeDrawing(analysis) };
      },
      async link(_ctx, id, { of, expires_in_s }) {
        if (!stored.has(id)) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
        const expires_at = new Date(Date.now() + expires_in_s * 1000).toISOString();
        return { url: `/files/${of}-${id}`, expires_at, content_type: 'image/jpeg', size_bytes: SMALLEST_JPEG.length };
      },
    } satisfies AnalysisService,
    files: {
      async open(token) {
        if (!/^(photo|annotated)-/.test(token)) throw new AppError('AUTH_003');
        if (!stored.has(token.replace(/^[a-z]+-/, ''))) throw new AppError('STORAGE_002');
        const stream = Readable.from([SMALLEST_JPEG], { objectMode: false });
        return { stream, size: SMALLEST_JPEG.length, contentType: 'image/jpeg', fileName: 'desk.jpg' };
      },
    },
    delegations: createFakeDelegations(registry),
    fleet,
    routing: createRoutingService({
      table: createRoutingTable(registry, 'here', () => new Date()),
      traffic: new TrafficLog({ registry, now: () => new Date(), log: createLog('silent'), stores: true }),
      places: { placeOf: async () => null },
      hasQueue: false,
      changed() {},
      audit: async () => {},
      now: () => new Date(),
    }),
    deployments: createDeployments({
      registry,
      fleet,
      rollouts: createFakeRollouts(fleet),
      image: 'ghcr.io/acme/mug:1',
      checkHealth: async (_server, url) => ({ url, ok: true, status: 200, tries: 1, reason: null }),
    }),
    blobStatus: () => ({ backend: 'memory', state: 'connected' }),
    calibrations: {
      async create({ principal }, { name, width, height, zones = [], tablePx = null }) {
        const calibration_id = `cal_${calibrations.size + 1}`;
        const record: StoredCalibration = {
          owner: principal.id,
          calibration_id,
          name,
          created_at: '2026-01-01T00:00:00.000Z',
          width,
          height,
          calibration: {
            method: 'scale',
            source: 'stored',
            homography: null,
            mmPerPixel: 0.5,
            scaleSigma: 0.03,
            residualMm: null,
            references: [],
            assumptions: [],
            reason: null,
          },
          zones,
          tablePx,
        };
        calibrations.set(calibration_id, record);
        return record;
      },
      async list(_ctx, page) {
        return pageOf('calibrations', [...calibrations.values()], (one) => one.calibration_id, page);
      },
      count: async () => calibrations.size,
      async get(_ctx, id) {
        const found = calibrations.get(id);
        if (!found) throw new AppError('CALIBRATION_002', { details: { calibration_id: id } });
        return found;
      },
      async measure(ctx, id, { known_mm = null }) {
        await this.get(ctx, id);
        const compared = { known_mm, difference_mm: null, agrees: null };
        return { length_mm: 100, uncertainty_mm: 3, ...compared };
      },
      async delete(_ctx, id) {
        if (!calibrations.delete(id)) throw new AppError('CALIBRATION_002', { details: { calibration_id: id } });
      },
    } satisfies CalibrationService,
    feedback: createFeedbackService({ records: createSqliteRecords(':memory:'), metrics, now: () => new Date() }),
    idempotency: createIdempotency({
      registry: createSqliteRecords(':memory:').registry,
      now: () => new Date(),
    }),
    jobs: createJobs({ bus, newId: (prefix) => `${prefix}_${++next}`, now: () => new Date(), findAnalysis: never }),
    agentTasks: createAgentTasks({
      registry: tasksIn,
      callbacks: testCallbacks({ registry: tasksIn, post: createWebPost() }),
      log: createLog('silent'),
      now: () => new Date(),
    }),
    exports: createExportService({
      analyses: { get: never, list: never },
      rules: book,
      feedback: { list: never },
    }),
    search: {
      search: async () => ({ hits: [], nextCursor: null, order: 'newest', read: null, notes: [] }),
    },
    rules: book,
    models: () => [MODEL],
    ping: async () => {},
    parts: async () => [{ name: 'disk space', state: 'ok', detail: 'there is some' }],
    storeHealth: async () => ({
      backend: 'embedded',
      state: 'connected',
      answered: true,
      writable: null,
      damage: null,
      unreadable: 0,
    }),
    cacheStatistics: () => createMemoryCache().statistics(),
    warm: () => {
      services.warmed += 1;
    },
    metrics,
    measured: createMeasured(metrics),
    series: { read: never, ofRule: never, ofModel: never },
    log: createLog('silent'),
    bus,
    live: new LiveFeed(),
    accounts,
  };
  return services;

  async function analyze(context: CallContext, request: AnalyzeRequest): Promise<Analysis> {
    services.requests.push({ request, context });
    const image = request.image ?? '';
    if (image.includes('missing')) throw new AppError('VALIDATION_006', { details: { image } });
    if (image.includes('crash')) throw new Error('secret /etc/path of the failure');
    if (image.includes('busy')) throw new AppError('SYSTEM_002', { retryAfterS: 7 });
    if (image.includes('outside') && (context.roots ?? []).length === 0) {
      throw new AppError('VALIDATION_007', {
        message: 'The file lies outside the allowed folders.',
        details: { allowed_roots: ['/photos'] },
      });
    }
    if (image.includes('slow')) await untilAborted(context.signal);
    for (const [done, message] of ['reading the image', 'looking for objects', 'measuring'].entries()) {
      context.progress?.(done, 3, message);
      await sleep(image.includes('deaf') ? 200 : 1);
    }
    next += 1;
    const only = request.only_rules;
    const judged = [
      ...rules().filter((rule) => (only ? only.includes(rule.rule_id) : rule.enabled)),
      ...(request.extra_rules ?? []).map((draft, i) => ({ ...draft, rule_id: `rule_request-${i + 1}` })),
    ];
    const analysis = fakeAnalysis(`ana_${next}`, request, judged);
    if (request.store !== false) {
      stored.set(analysis.analysis_id, analysis);
      await bus.emit({
        type: 'positioning_analyzed',
        analysis,
        outcomes: [],
        calibration_id: null,
        owner: context.principal.id,
      });
    }
    return analysis;
  }

  async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
    await sleep(20_000, undefined, signal ? { signal } : {}).catch(() => {});
    if (signal?.aborted) services.aborted += 1;
    throw new AppError('ANALYSIS_006');
  }
}

/** One target that takes everything. */
const fakeOutbox: Outbox = {
  targets: ['webhook'],
  accept: async () => undefined,
  status: async () => [
    {
      target: 'webhook',
      state: 'ok',
      waiting: 0,
      delivered: 0,
      failures: 0,
      dead_letters: 0,
      last_success_at: null,
      last_error: null,
    },
  ],
  states: () => [{ target: 'webhook', state: 'ok', last_success_at: null }],
  test: async (target) => (target === 'webhook' ? { target, ok: true, reason: null, took_ms: 1 } : null),
  deadLetters: async () => ({ items: [], nextCursor: null }),
  replay: async (id) => id === 'evt_1.webhook',
  forget: async (id) => id === 'evt_1.webhook',
  settle: async () => true,
};

const never = async (): Promise<never> => {
  throw new AppError('SYSTEM_001');
};

const MODEL: ModelReport = {
  name: 'fake',
  default_inference: 'single',
  title: 'Fake model',
  licence: 'Apache-2.0',
  note: null,
  installed: true,
  selected: true,
  state: 'READY',
  error: null,
  provider: 'cpu',
  provider_attempts: [],
  recall: { source: 'sample', classes: { mug: { recall: 0.57, n: 101 } } },
  input_size: 416,
  threshold: 0.4,
  classes: 13,
  workers: 1,
  load_ms: 12,
  inference: { count: 0, median_ms: null, p95_ms: null },
};
