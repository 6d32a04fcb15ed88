import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { PRIORITIES, type Priority } from '../contract/priority.ts';
import type { QueueGlance } from '../ports/analysis-queue.ts';
import type { BlobsStatus } from '../ports/blobs.ts';
import type { CacheStatistics } from '../ports/cache.ts';
import type { StoreStatus } from '../ports/records.ts';
import { observeCache } from './cache-metrics.ts';
import { observeProcess } from './process-metrics.ts';
import { observeRoom } from './room-metrics.ts';

type StoreState = Pick<StoreStatus, 'backend' | 'state'>;

export interface MetricsSnapshot {
  readonly uptime_s: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly analyses: { readonly success: number; readonly error: number; readonly timeout: number };
  readonly inference_ms: { readonly count: number; readonly mean: number | null };
  /** Of analyses; `layers` of all that is cached, null: nobody has said where. */
  readonly cache: {
    readonly hits: number;
    readonly misses: number;
    readonly hit_rate: number | null;
    readonly layers: CacheStatistics | null;
  };
  readonly rule_executions: number;
  readonly queue_depth: number;
  readonly event_loop_lag_ms: { readonly p50: number | null; readonly p99: number | null };
  /** Null: nobody has said which. */
  readonly store: StoreState | null;
  readonly memory: { readonly rss_bytes: number; readonly heap_used_bytes: number };
}

/** How an analysis came out; refused: its caller's own doing, too much to do, or nobody waited for it any more. */
export const ANALYSIS_STATUSES = ['success', 'error', 'timeout', 'refused'] as const;

/** Upper bounds of the histograms of times, seconds. */
export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, 2, 5, 10, 30];

const none = (): Record<Priority, number> => ({ critical: 0, high: 0, normal: 0, low: 0 });

const MOST_MODELS = 8;
export const OTHER_MODELS = 'others';

/** All metrics of the process. Names follow the monitoring contract; nothing is emitted that was not measured. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = this.counter('h200_requests_total', 'Requests by outcome', ['status']);
  readonly requestsTurnedAway = this.counter(
    'h200_requests_turned_away_total',
    'Requests answered with 503 because there was too much to do',
    [],
  );
  readonly requestDuration = this.histogram('h200_request_duration_seconds', 'Time to answer a request', SECONDS);
  readonly analyses = this.counter('h200_analyses_total', 'Analyses by outcome', ['status']);
  readonly cacheHits = this.counter('h200_cache_hits_total', 'Analyses answered from the cache', []);
  readonly cacheMisses = this.counter('h200_cache_misses_total', 'Analyses not in the cache', []);
  readonly ruleExecutions = this.counter('h200_rule_executions_total', 'Rules evaluated', []);
  readonly inference = this.histogram('h200_model_inference_duration_seconds', 'Model run in a worker', SECONDS);
  private readonly analysisModels = new Set<string>();
  readonly analysisDuration = new Histogram({
    name: 'h200_analysis_duration_seconds',
    help: 'Time of an analysis that was computed, by the model that looked',
    labelNames: ['model'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly confidence = this.histogram(
    'h200_model_confidence_score',
    'Confidence of detected mugs',
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  );
  readonly feedback = this.counter('h200_feedback_total', 'What people said of answers', ['about', 'is_correct']);
  readonly modelLoadFailures = this.counter('h200_model_load_failures_total', 'Models that failed to load', []);
  readonly coldStarts = this.counter('h200_cold_starts_total', 'Analyses that had to wait for the model', []);
  readonly serverRuns = this.counter('h200_inference_server_runs_total', 'Analyses on the inference server', [
    'outcome',
  ]);
  readonly serverFallbacks = this.counter(
    'h200_inference_server_fallbacks_total',
    'Analyses that this machine ran itself because the inference server could not',
    [],
  );
  readonly serverUsable = this.gauge('h200_inference_server_usable', '1 while models run on the inference server', [
    'model',
  ]);
  readonly coldStart = this.gauge('h200_cold_start_seconds', 'Start of a worker, by phase', ['phase']);
  readonly lastRequest = this.gauge('h200_last_request_timestamp', 'Unix time of the last request', []);
  readonly notStored = this.counter('h200_analyses_not_stored_total', 'Answers that no store took', ['code']);
  readonly queueDepth = this.gauge('h200_queue_depth', 'Analyses waiting for their turn', ['priority']);
  readonly running = this.gauge('h200_analyses_running', 'Analyses that this process computes now', []);
  readonly turnedAway = this.counter(
    'h200_analyses_turned_away_total',
    'Analyses that were not begun because there was too much to do',
    ['priority'],
  );
  readonly workers = this.gauge('h200_inference_workers', 'Workers of a model in this process', ['model']);
  readonly workerPressure = this.gauge(
    'h200_inference_pressure',
    'Share of the last ten seconds in which the workers of a model ran something, 0 to 1',
    ['model'],
  );
  readonly workerScalings = this.counter(
    'h200_inference_scalings_total',
    'Workers of models that were started under pressure or ended without it',
    ['direction'],
  );
  readonly modelState = this.gauge('h200_model_state', '1 for the state that the model is in', ['model', 'state']);
  readonly storeLosses = this.counter('h200_store_losses_total', 'Times that the record store was lost', ['backend']);
  readonly blobLosses = this.counter('h200_blob_store_losses_total', 'Times that the store of files was lost', [
    'backend',
  ]);
  readonly removedByAge = this.counter('h200_retention_deleted_total', 'What was deleted because of its age', ['kind']);
  readonly webhookFailures = this.counter('h200_webhook_failures_total', 'Deliveries of messages that failed', [
    'target',
  ]);
  readonly templatedFailures = this.counter(
    'h200_templated_api_failures_total',
    'Calls of Templated.io that failed',
    [],
  );
  readonly unsharedRequests = this.counter(
    'h200_rate_limit_unshared_requests_total',
    'Requests let through that other servers do not know of, because Redis gave no answer',
    [],
  );
  readonly outboxDelivered = this.counter('h200_outbox_delivered_total', 'Messages that were delivered', ['target']);
  readonly deadLetters = this.counter('h200_outbox_dead_letters_total', 'Messages that were given up', [
    'target',
    'reason',
  ]);
  readonly n8nLastSuccess = this.gauge('h200_n8n_last_success_timestamp', 'Unix time of the last delivery to n8n', []);
  readonly serverCost = this.counter('h200_cost_usd_total', 'Cost of GPU servers, US dollars', ['server_type']);
  readonly scaleEvents = this.counter(
    'h200_scale_events_total',
    'GPU servers that were started, stopped or scaled',
    [],
  );
  readonly backendRequests = this.counter('h200_backend_requests_total', 'Analyses sent to a backend, by outcome', [
    'backend',
    'status',
  ]);
  readonly backendDuration = new Histogram({
    name: 'h200_backend_duration_seconds',
    help: 'Time until a backend answered an analysis',
    labelNames: ['backend'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly backendWeight = this.gauge('h200_backend_weight', 'Percent of the analyses that a backend gets', [
    'backend',
  ]);
  readonly gpuServers = this.gauge('h200_gpu_servers', 'GPU servers that are rented', ['server_type', 'state']);
  readonly gpuServerIdle = this.gauge(
    'h200_gpu_server_idle_seconds',
    'Since when the longest idle of the running GPU servers is used by nobody',
    ['server_type'],
  );
  private readonly depths = { here: none(), queue: none() };
  private storeStatus: (() => StoreState) | null = null;
  private cacheStatistics: (() => CacheStatistics) | null = null;
  private readonly lag = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.lag.enable();
    const lag = this.lag;
    // A series that begins with its first count has no increase that Prometheus could see.
    for (const status of ANALYSIS_STATUSES) this.analyses.inc({ status }, 0);
    for (const priority of PRIORITIES) {
      this.showDepth(priority);
      this.turnedAway.inc({ priority }, 0);
    }
    this.running.set(0);
    new Gauge({
      name: 'h200_event_loop_lag_seconds',
      help: '99th percentile of the event loop delay since start',
      registers: [this.registry],
      collect() {
        if (lag.count > 0) this.set(lag.percentile(99) / 1e9);
      },
    });
    observeProcess(this.registry);
  }

  /** Of the line in this process. */
  waitHere(priority: Priority, waiting: number): void {
    this.depths.here[priority] = waiting;
    this.showDepth(priority);
  }

  /** Of the queue in Redis, which all servers share. */
  waitInQueue(priority: Priority, waiting: number): void {
    this.depths.queue[priority] = waiting;
    this.showDepth(priority);
  }

  private showDepth(priority: Priority): void {
    this.queueDepth.set({ priority }, this.depths.here[priority] + this.depths.queue[priority]);
  }

  /** Of the server's certificate; `validTo` answers seconds since 1970. */
  observeCertificate(validTo: () => number): void {
    new Gauge({
      name: 'h200_tls_certificate_expires_timestamp_seconds',
      help: 'Unix time at which the certificate of the server ends',
      registers: [this.registry],
      collect() {
        this.set(validTo());
      },
    });
  }

  /** Models of other servers have names of theirs: those beyond the first ones are one. */
  analysed(model: string, seconds: number): void {
    if (this.analysisModels.size < MOST_MODELS) this.analysisModels.add(model);
    this.analysisDuration.observe({ model: this.analysisModels.has(model) ? model : OTHER_MODELS }, seconds);
  }

  /** The record store from now on. */
  observeStore(status: () => StoreState): void {
    this.storeStatus = status;
    this.observeState('h200_store_state', '1 for the state that the record store is in', status);
  }

  /** Whether what comes can be kept, from now on. `folder`: of the data. */
  observeRoom({ writable, folder }: { writable: () => Promise<boolean>; folder: string }): void {
    observeRoom(this.registry, writable, folder);
  }

  /** The store of files from now on. */
  observeBlobs(status: () => BlobsStatus): void {
    this.observeState('h200_blob_store_state', '1 for the state that the store of files is in', status);
  }

  /** Whether a model is installed and whole, from now on. */
  observeModel(isUsable: () => boolean): void {
    new Gauge({
      name: 'h200_model_installed',
      help: '1 while a model is installed whose file has the right size',
      registers: [this.registry],
      collect() {
        this.set(Number(isUsable()));
      },
    });
  }

  /** The queue in Redis from now on. */
  observeQueue(glance: () => QueueGlance): void {
    const gauge = (name: string, help: string, value: () => number | null) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          const known = value();
          this.reset();
          if (known === null) this.remove();
          else this.set(known);
        },
      });
    gauge('h200_queue_up', '1 while the queue in Redis answers', () => Number(glance().state !== 'unreachable'));
    gauge('h200_queue_workers', 'Workers of this version that take analyses', () => glance().workers);
  }

  /** Messages that wait to leave, from now on. */
  observeOutbox(depths: () => readonly { readonly target: string; readonly waiting: number | null }[]): void {
    new Gauge({
      name: 'h200_outbox_depth',
      help: 'Messages that wait for a target',
      labelNames: ['target'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { target, waiting } of depths()) if (waiting !== null) this.set({ target }, waiting);
      },
    });
  }

  /** Servers that count together, from now on. */
  observeRates(state: () => string): void {
    new Gauge({
      name: 'h200_rate_limit_shared',
      help: '1 while rate limits are counted together with other servers',
      registers: [this.registry],
      collect() {
        this.set(state() === 'connected' ? 1 : 0);
      },
    });
  }

  private observeState(name: string, help: string, status: () => StoreState | BlobsStatus): void {
    new Gauge({
      name,
      help,
      labelNames: ['backend', 'state'],
      registers: [this.registry],
      collect() {
        const { backend, state } = status();
        this.reset();
        this.set({ backend, state }, 1);
      },
    });
  }

  /** The cache from now on. */
  observeCache(statistics: () => CacheStatistics): void {
    this.cacheStatistics = statistics;
    observeCache(this.registry, statistics);
  }

  async snapshot(): Promise<MetricsSnapshot> {
    const hits = await total(this.cacheHits);
    const misses = await total(this.cacheMisses);
    const inference = await countAndSum(this.inference);
    const analyses = await byLabel(this.analyses, 'status');
    const lag = this.lag.count > 0;
    return {
      uptime_s: Math.round(process.uptime()),
      requests: await byLabel(this.requests, 'status'),
      analyses: { success: analyses.success ?? 0, error: analyses.error ?? 0, timeout: analyses.timeout ?? 0 },
      inference_ms: {
        count: inference.count,
        mean: inference.count > 0 ? (inference.sum / inference.count) * 1000 : null,
      },
      cache: {
        hits,
        misses,
        hit_rate: hits + misses > 0 ? hits / (hits + misses) : null,
        layers: this.cacheStatistics?.() ?? null,
      },
      rule_executions: await total(this.ruleExecutions),
      queue_depth: await total(this.queueDepth),
      event_loop_lag_ms: {
        p50: lag ? this.lag.percentile(50) / 1e6 : null,
        p99: lag ? this.lag.percentile(99) / 1e6 : null,
      },
      store: this.storeStatus?.() ?? null,
      memory: { rss_bytes: process.memoryUsage.rss(), heap_used_bytes: process.memoryUsage().heapUsed },
    };
  }

  /** Prometheus text exposition 0.0.4. */
  exposition(): Promise<string> {
    return this.registry.metrics();
  }

  close(): void {
    this.lag.disable();
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram<string> {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

interface Readable {
  get(): Promise<{ values: { value: number; labels: Partial<Record<string, string | number>> }[] }>;
}

async function total(metric: Readable): Promise<number> {
  return (await metric.get()).values.reduce((sum, v) => sum + v.value, 0);
}

async function byLabel(metric: Readable, label: string): Promise<Record<string, number>> {
  return Object.fromEntries((await metric.get()).values.map((v) => [String(v.labels[label]), v.value]));
}

async function countAndSum(metric: Histogram<string>): Promise<{ count: number; sum: number }> {
  const { values } = await metric.get();
  const of = (suffix: string) => values.find((v) => v.metricName?.endsWith(suffix))?.value ?? 0;
  return { count: of('_count'), sum: of('_sum') };
}
