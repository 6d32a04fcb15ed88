import { availableParallelism } from 'node:os';
import type { Config } from '../../config/config.ts';
import { type Detection, deskClass } from '../../contract/detection.ts';
import { AppError } from '../../errors.ts';
import type { Image } from '../../image/image.ts';
import type { DetectOptions, DetectResult } from '../../ports/detector.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { acceptedFiles, classNames, classThresholds, entryVersion, lowestThreshold } from '../models/entry.ts';
import type { ModelEntry } from '../models/manifest.ts';
import { boxNoise, sight, staticReport } from '../models/model-card.ts';
import type { InstalledModel } from '../models/models-store.ts';
import type { ModelReport, ModelState } from '../models/report.ts';
import { Deadline } from '../runtime/deadline.ts';
import { Dispatcher } from '../runtime/dispatcher.ts';
import { Gate } from '../runtime/gate.ts';
import { siblingModule } from '../runtime/module-url.ts';
import type { LoadReport } from '../runtime/protocol.ts';
import { largestBatch, maxWorkers, profitsFromBatches } from '../runtime/providers.ts';
import { Recent } from '../runtime/recent.ts';
import { WorkerPool } from '../runtime/worker-pool.ts';
import type { DetectionJob } from './detection-task.ts';
import { fuse } from './fuse.ts';
import type { LocalDetector } from './local-detector.ts';
import { type PackedDetections, unpack } from './packed-detections.ts';
import { type ScaledPicture, scalePicture } from './picture.ts';
import type { RawDetection } from './postprocess.ts';
import { SharedImages } from './shared-images.ts';
import { CLOSE_VIEWS, closeViews, inWhole, type Views } from './views.ts';

export type VisionConfig = Pick<
  Config,
  | 'H200_DATA_DIR'
  | 'H200_MODELS_DIR'
  | 'H200_MODEL'
  | 'H200_PROVIDER'
  | 'H200_WORKERS'
  | 'H200_THREADS'
  | 'H200_QUEUE_LIMIT'
  | 'H200_TIMEOUT_MS'
  | 'MAX_BATCH_SIZE'
>;

export interface DetectorParts {
  readonly config: VisionConfig;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Overrides what the provider says about batches; for tests and measurements. */
  readonly batchable?: boolean;
  /** See PoolOptions; for tests. */
  readonly hangMs?: number;
}

type PictureSource = Pick<Image, 'bytes' | 'width' | 'height'>;

/**
 * One model as a Detector: bounded queue, decoding ahead of the workers on libuv's threads, runs in worker threads,
 * time-out, cancellation and measurements.
 */
export class ModelDetector implements LocalDetector {
  readonly pool: WorkerPool<DetectionJob, PackedDetections>;
  private readonly entry: ModelEntry;
  private readonly parts: DetectorParts;
  private readonly names: readonly string[];
  private readonly images: SharedImages;
  private readonly gate: Gate;
  private readonly dispatcher: Dispatcher<DetectionJob, RawDetection[]>;
  private readonly runs = new Recent();
  private readonly service = new Recent();
  private slots: number;
  /** Calls that wait, and the runs that they wait for. */
  private waiting = 0;
  private runsAhead = 0;
  private readonly active = new Set<Promise<unknown>>();
  private loaded: LoadReport | null = null;

  constructor({ entry, path }: InstalledModel, parts: DetectorParts) {
    const { config } = parts;
    this.entry = entry;
    this.parts = parts;
    this.names = classNames(entry);
    this.slots = config.H200_WORKERS ?? availableParallelism();
    this.pool = new WorkerPool({
      start: {
        task: siblingModule(import.meta.url, 'detection-task').href,
        config: entry,
        model: { name: entry.name, file: entry.file, path, sha256: acceptedFiles(entry).map((f) => f.sha256) },
        provider: config.H200_PROVIDER,
        threads: config.H200_THREADS,
        dataDir: config.H200_DATA_DIR,
      },
      maxWorkers: this.slots,
      ...(parts.hangMs !== undefined && { hangMs: parts.hangMs }),
      log: parts.log,
      onState: (state) => this.onState(state),
    });
    this.images = new SharedImages(entry.input);
    this.gate = new Gate(decodedAhead(this.slots, 1));
    this.dispatcher = new Dispatcher({ slots: this.slots, maxBatch: 1, run: (items) => this.run(items) });
  }

  identity(options: DetectOptions) {
    const { entry } = this;
    return {
      name: entry.name,
      version: entryVersion(entry),
      threshold: options.threshold ?? entry.threshold,
      look: options.look ?? entry.look,
    };
  }

  warm(): void {
    this.load().catch((err: unknown) => this.parts.log.warn({ model: this.entry.name, err }, 'model did not load'));
  }

  async detect(image: PictureSource, options: DetectOptions): Promise<DetectResult> {
    const identity = this.identity(options);
    const { threshold, look } = identity;
    const least = options.threshold ?? lowestThreshold(this.entry, look);
    const thresholds = classThresholds(this.entry, look);
    const found =
      look === 'closer'
        ? await this.lookCloser(image, least, options.signal)
        : await this.findIn(() => scalePicture(image, this.entry.input), least, options.signal);
    const detections = found.flatMap(({ classIndex, score, box }): Detection[] => {
      const source = this.names[classIndex]!;
      const own = deskClass(source);
      if (options.threshold === undefined && score < (thresholds[own] ?? threshold)) return [];
      return [{ class: own, ...(own !== source && { sourceClass: source }), confidence: score, bbox: box }];
    });
    const provider = this.loaded!.provider;
    const { warning } = this.entry;
    return {
      detections,
      model: { ...identity, provider },
      boxNoise: boxNoise(this.entry, look),
      sight: sight(this.entry, look, options.threshold),
      ...(warning !== null && { warnings: [warning] }),
    };
  }

  /** As `detect` without the decoding: what a picture that is scaled already costs. */
  detectScaled(picture: ScaledPicture, options: DetectOptions = {}): Promise<RawDetection[]> {
    return this.findIn(async () => picture, this.identity(options).threshold, options.signal);
  }

  report(): Omit<ModelReport, 'selected'> {
    const { entry, pool, loaded, runs } = this;
    return {
      ...staticReport(entry),
      installed: true,
      state: pool.state,
      error: pool.failure?.message ?? null,
      provider: loaded?.provider ?? null,
      provider_attempts: loaded?.attempts ?? [],
      workers: pool.ready,
      load_ms: loaded ? Math.round(loaded.loadMs) : null,
      inference: { count: runs.count, median_ms: runs.quantile(0.5), p95_ms: runs.quantile(0.95) },
    };
  }

  /** Ends the workers after the runs in flight; calls that still wait fail with SYSTEM_001. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  /** Ends the workers once the calls in flight are answered. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.active);
    await this.pool.close();
  }

  /** Several views are several jobs: several workers, or one batch, take them at once. */
  private async lookCloser(
    image: PictureSource,
    least: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[]> {
    let seen: Views | undefined;
    const found = await this.find(
      CLOSE_VIEWS,
      async () => {
        seen = await closeViews(image, this.entry.input);
        return seen.views.map((view) => view.picture);
      },
      Math.min(least, FAINT),
      signal,
    );
    const { width, height, views } = seen!;
    const sightings = views.map((view, i) => ({ window: view.window, found: found[i]!.map((f) => inWhole(f, view)) }));
    const [sx, sy] = [image.width / width, image.height / height];
    return fuse(sightings, width, height)
      .filter(({ score }) => score >= least)
      .slice(0, this.entry.max_detections)
      .map(({ box: [x1, y1, x2, y2], ...rest }) => ({ ...rest, box: [x1 * sx, y1 * sy, x2 * sx, y2 * sy] }));
  }

  private async findIn(
    prepare: () => Promise<ScaledPicture>,
    threshold: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[]> {
    return (await this.find(1, async () => [await prepare()], threshold, signal))[0]!;
  }

  /** What is in each of `count` pictures, which are one call: one place in the queue, one time limit. */
  private find(
    count: number,
    prepare: () => Promise<ScaledPicture[]>,
    threshold: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[][]> {
    const call = this.findNow(count, prepare, threshold, signal).finally(() => this.active.delete(call));
    this.active.add(call);
    return call;
  }

  private async findNow(
    count: number,
    prepare: () => Promise<ScaledPicture[]>,
    threshold: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[][]> {
    if (this.waiting >= this.parts.config.H200_QUEUE_LIMIT + this.dispatcher.free) throw this.overloaded();
    const deadline = new Deadline(this.parts.config.H200_TIMEOUT_MS, signal);
    const queue = this.enterQueue(count);
    let leaveGate = () => {};
    try {
      const loading = this.loadNow();
      loading.catch(() => {});
      leaveGate = await this.gate.enter(deadline.signal);
      const pictures = await deadline.race(prepare());
      await deadline.race(loading);
      const onStart = () => {
        if (queue.started() === 0) leaveGate();
      };
      const items = pictures.map((picture) => ({ picture, threshold }));
      return await this.dispatcher.submit(items, deadline.signal, onStart);
    } finally {
      leaveGate();
      queue.leave();
      deadline.clear();
    }
  }

  /** Loads while a caller waits; counts the cold start. */
  private async loadNow(): Promise<void> {
    if (this.loaded) return;
    this.parts.metrics.coldStarts.inc();
    this.pool.addPendingCallers(1);
    try {
      await this.load();
    } finally {
      this.pool.addPendingCallers(-1);
    }
  }

  private async load(): Promise<void> {
    const report = await this.pool.load();
    if (this.loaded) return;
    this.loaded = report;
    const { config, batchable = profitsFromBatches(report.provider) } = this.parts;
    this.slots = maxWorkers(report.provider, config.H200_WORKERS, availableParallelism());
    const maxBatch = batchable && report.dynamicBatch ? largestBatch(config.MAX_BATCH_SIZE) : 1;
    this.dispatcher.resize(this.slots, maxBatch);
    this.gate.setCapacity(decodedAhead(this.slots, maxBatch));
    this.parts.log.info({ model: this.entry.name, ...report }, 'model ready');
  }

  private async run(jobs: readonly DetectionJob[]): Promise<readonly RawDetection[][]> {
    const shared = this.images.acquire(jobs);
    const { outputs, runMs, totalMs } = await this.pool.run(shared).finally(() => this.images.release(shared));
    this.parts.metrics.inference.observe(runMs / 1000);
    this.runs.add(runMs);
    this.service.add(totalMs / jobs.length);
    return outputs.map(unpack);
  }

  /** The error carries how long the waiting runs will take at the speed measured last; nothing when none ran yet. */
  private overloaded(): AppError {
    const median = this.service.quantile(0.5);
    const retry =
      median === null ? {} : { retryAfterS: Math.max(1, Math.ceil((median * this.runsAhead) / this.slots / 1000)) };
    return new AppError('SYSTEM_002', retry);
  }

  /** A call's place in the queue, left when the last of its runs has started (`started` says how many wait still). */
  private enterQueue(runs: number): { started: () => number; leave: () => void } {
    let left = runs;
    const change = (calls: number, runsBy: number) => {
      this.waiting += calls;
      this.runsAhead += runsBy;
      this.parts.metrics.queueDepth.set({ priority: 'normal' }, this.waiting);
    };
    const less = (by: number) => {
      if (left === 0) return 0;
      left -= by;
      change(left === 0 ? -1 : 0, -by);
      return left;
    };
    change(1, runs);
    return { started: () => less(1), leave: () => less(left) };
  }

  private onState(state: ModelState): void {
    const { metrics, log } = this.parts;
    for (const s of STATES) metrics.modelState.set({ model: this.entry.name, state: s }, s === state ? 1 : 0);
    if (state === 'ERROR' && this.loaded === null) metrics.modelLoadFailures.inc();
    log.debug({ model: this.entry.name, state }, 'model state');
  }
}

/** Scores of single views that count in a fused one. */
const FAINT = 0.01;

const STATES: readonly ModelState[] = ['UNLOADED', 'LOADING', 'LOADED', 'WARMING', 'READY', 'ERROR'];

/** Calls that may hold decoded pictures while all slots are busy: the next batch of each slot, and one. */
function decodedAhead(slots: number, maxBatch: number): number {
  return slots * maxBatch + 1;
}
