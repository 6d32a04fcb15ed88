import type { Config } from '../../config/config.ts';
import { type Detection, deskClass } from '../../contract/detection.ts';
import { isCostly } from '../../image/decode/scale.ts';
import type { Image } from '../../image/image.ts';
import { DAMAGED } from '../../image/pixels.ts';
import { ownModule } from '../../own-module.ts';
import type { DetectOptions, DetectResult } from '../../ports/detector.ts';
import { acceptedFiles, classNames, classThresholds, entryVersion, lowestThreshold } from '../models/entry.ts';
import type { ModelEntry } from '../models/manifest.ts';
import { boxNoise, classRecall, staticReport } from '../models/model-card.ts';
import type { InstalledModel } from '../models/models-store.ts';
import type { ModelReport } from '../models/report.ts';
import { FELL_BACK, ServerFirst } from '../runtime/inference-server/server-first.ts';
import type { InferenceServer } from '../runtime/inference-server/settings.ts';
import { ModelRunner, type RunnerConfig, type RunnerDeps, type RunOptions } from '../runtime/model-runner.ts';
import type { DetectionJob } from './detection-task.ts';
import { weightedBoxFusion } from './fuse.ts';
import type { LocalDetector } from './local-detector.ts';
import { type PackedDetections, unpack } from './packed-detections.ts';
import type { RawDetection } from './postprocess.ts';
import { type ResizedImage, resizeImage } from './resized-image.ts';
import { SharedImages } from './shared-images.ts';
import { TILE_COUNT, type TiledImage, tileImage, toWholeImage } from './views.ts';

export interface DetectorDeps extends RunnerDeps {
  readonly config: RunnerConfig & Pick<Config, 'H200_MODELS_DIR' | 'H200_MODEL'>;
  /** Runs the models where there is one. */
  readonly server?: InferenceServer | null;
}

/** One call of `detect`, and what is learned while it runs. */
interface Call extends RunOptions {
  /** What a reader must know of it. */
  readonly flaws: Set<string>;
  provider: string | null;
}
type ImageSource = Pick<Image, 'bytes' | 'width' | 'height'>;

/** One model as a Detector: images are decoded ahead of the workers, on libuv's threads. */
export class ModelDetector implements LocalDetector {
  /** On this machine. */
  readonly runner: ModelRunner<DetectionJob, PackedDetections>;
  private readonly remote: ServerFirst<DetectionJob, PackedDetections> | null;
  private readonly entry: ModelEntry;
  private readonly names: readonly string[];

  constructor({ entry, path }: InstalledModel, deps: DetectorDeps) {
    this.entry = entry;
    this.names = classNames(entry);
    const work = {
      task: ownModule('vision/detect/detection-task'),
      config: entry,
      model: { name: entry.name, file: entry.file, path, sha256: acceptedFiles(entry).map((f) => f.sha256) },
      transfer: new SharedImages(entry.input),
    };
    this.runner = new ModelRunner(work, deps);
    this.remote = deps.server ? new ServerFirst(work, deps, deps.server, this.runner) : null;
  }

  /** Images that keep it busy. */
  get atOnce(): number {
    return this.remote?.atOnce ?? this.runner.atOnce;
  }

  identity(options: DetectOptions) {
    const { entry } = this;
    return {
      name: entry.name,
      version: entryVersion(entry),
      threshold: options.threshold ?? entry.threshold,
      inference: options.inference ?? entry.inference,
    };
  }

  card(options: DetectOptions) {
    const { inference } = this.identity(options);
    return {
      boxNoise: boxNoise(this.entry, inference),
      classRecall: classRecall(this.entry, inference, options.threshold),
    };
  }

  warnings(): readonly string[] {
    const { warning } = this.entry;
    return [...(warning === null ? [] : [warning]), DAMAGED, FELL_BACK];
  }

  warm(): void {
    (this.remote ?? this.runner).warm();
  }

  async detect(image: ImageSource, options: DetectOptions): Promise<DetectResult> {
    const identity = this.identity(options);
    const { threshold, inference } = identity;
    const { faint: faintest = 1 } = options;
    const minScore = Math.min(faintest, options.threshold ?? lowestThreshold(this.entry, inference));
    const thresholds = classThresholds(this.entry, inference);
    const call: Call = {
      signal: options.signal,
      priority: options.priority,
      early: isCostly(image.bytes),
      flaws: new Set(),
      provider: null,
    };
    const rawDetections =
      inference === 'tiled'
        ? await this.detectTiled(image, minScore, call)
        : await this.detectOne((signal) => this.resized(image, call.flaws, signal), minScore, call);
    const detections: Detection[] = [];
    const faint: Detection[] = [];
    for (const { classIndex, score, box } of rawDetections) {
      const source = this.names[classIndex]!;
      const own = deskClass(source);
      const believed = options.threshold ?? thresholds[own] ?? threshold;
      const found = { class: own, ...(own !== source && { sourceClass: source }), confidence: score, bbox: box };
      if (score >= believed) detections.push(found);
      else if (score >= faintest) faint.push(found);
    }
    const { warning } = this.entry;
    return {
      detections,
      ...(options.faint !== undefined && { faint }),
      model: { ...identity, provider: call.provider! },
      ...this.card(options),
      warnings: [...(warning === null ? [] : [warning]), ...call.flaws],
    };
  }

  /** As `detect` without the decoding: what an image that is scaled already costs. */
  detectScaled(image: ResizedImage, options: DetectOptions = {}): Promise<RawDetection[]> {
    const call: Call = { signal: options.signal, flaws: new Set(), provider: null };
    return this.detectOne(async () => image, this.identity(options).threshold, call);
  }

  report(): Omit<ModelReport, 'selected'> {
    return { ...staticReport(this.entry), installed: true, ...(this.remote ?? this.runner).report() };
  }

  /** Ends the workers after the runs in flight; calls that still wait fail with SYSTEM_001. */
  async close(): Promise<void> {
    await Promise.all([this.runner.close(), this.remote?.close()]);
  }

  /** Ends the workers once the calls in flight are answered. */
  async retire(): Promise<void> {
    // The server's calls may still fall back.
    await this.remote?.retire();
    await this.runner.retire();
  }

  /** Several tiles are several jobs: several workers, or one batch, take them at once. */
  private async detectTiled(image: ImageSource, minScore: number, call: Call) {
    let tiled: TiledImage | undefined;
    const perTile = await this.detectAll(
      TILE_COUNT,
      async (signal) => {
        tiled = await tileImage(image, this.entry.input, signal);
        if (tiled.flaw) call.flaws.add(tiled.flaw);
        return tiled.tiles.map((tile) => tile.image);
      },
      Math.min(minScore, MIN_TILE_SCORE),
      call,
    );
    const { width, height, tiles } = tiled!;
    const detections = tiles.map((tile, i) => ({
      window: tile.window,
      rawDetections: perTile[i]!.map((raw) => toWholeImage(raw, tile)),
    }));
    const [sx, sy] = [image.width / width, image.height / height];
    return weightedBoxFusion(detections, width, height)
      .filter(({ score }) => score >= minScore)
      .slice(0, this.entry.max_detections)
      .map(({ box: [x1, y1, x2, y2], ...rest }): RawDetection => {
        return { ...rest, box: [x1 * sx, y1 * sy, x2 * sx, y2 * sy] };
      });
  }

  private async resized(image: ImageSource, flaws: Set<string>, signal: AbortSignal): Promise<ResizedImage> {
    const resized = await resizeImage(image, this.entry.input, signal);
    if (resized.flaw) flaws.add(resized.flaw);
    return resized;
  }

  private async detectOne(
    prepare: (signal: AbortSignal) => Promise<ResizedImage>,
    threshold: number,
    call: Call,
  ): Promise<RawDetection[]> {
    return (await this.detectAll(1, async (signal) => [await prepare(signal)], threshold, call))[0]!;
  }

  private async detectAll(
    count: number,
    prepare: (signal: AbortSignal) => Promise<ResizedImage[]>,
    threshold: number,
    call: Call,
  ): Promise<RawDetection[][]> {
    const jobs = async (signal: AbortSignal) => (await prepare(signal)).map((image) => ({ image, threshold }));
    if (!this.remote) {
      const outputs = await this.runner.run(count, jobs, call);
      call.provider = this.runner.provider;
      return outputs.map(unpack);
    }
    const { outputs, provider, fellBack } = await this.remote.run(count, jobs, call);
    call.provider = provider;
    if (fellBack) call.flaws.add(FELL_BACK);
    return outputs.map(unpack);
  }
}

/** Scores of single tiles that count in a fused one. */
const MIN_TILE_SCORE = 0.01;
