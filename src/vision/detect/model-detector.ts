import type { Config } from '../../config/config.ts';
import { type Detection, deskClass } from '../../contract/detection.ts';
import type { Image } from '../../image/image.ts';
import type { DetectOptions, DetectResult } from '../../ports/detector.ts';
import { acceptedFiles, classNames, classThresholds, entryVersion, lowestThreshold } from '../models/entry.ts';
import type { ModelEntry } from '../models/manifest.ts';
import { boxNoise, sight, staticReport } from '../models/model-card.ts';
import type { InstalledModel } from '../models/models-store.ts';
import type { ModelReport } from '../models/report.ts';
import { ModelRunner, type RunnerConfig, type RunnerDeps } from '../runtime/model-runner.ts';
import { siblingModule } from '../runtime/module-url.ts';
import type { DetectionJob } from './detection-task.ts';
import { fuse } from './fuse.ts';
import type { LocalDetector } from './local-detector.ts';
import { type PackedDetections, unpack } from './packed-detections.ts';
import { type ScaledPicture, scalePicture } from './picture.ts';
import type { RawDetection } from './postprocess.ts';
import { SharedImages } from './shared-images.ts';
import { CLOSE_VIEWS, closeViews, inWhole, type Views } from './views.ts';

export interface DetectorDeps extends RunnerDeps {
  readonly config: RunnerConfig & Pick<Config, 'H200_MODELS_DIR' | 'H200_MODEL'>;
}

type ImageSource = Pick<Image, 'bytes' | 'width' | 'height'>;

/** One model as a Detector: images are decoded ahead of the workers, on libuv's threads. */
export class ModelDetector implements LocalDetector {
  readonly runner: ModelRunner<DetectionJob, PackedDetections>;
  private readonly entry: ModelEntry;
  private readonly names: readonly string[];

  constructor({ entry, path }: InstalledModel, deps: DetectorDeps) {
    this.entry = entry;
    this.names = classNames(entry);
    const work = {
      task: siblingModule(import.meta.url, 'detection-task'),
      config: entry,
      model: { name: entry.name, file: entry.file, path, sha256: acceptedFiles(entry).map((f) => f.sha256) },
      transfer: new SharedImages(entry.input),
    };
    this.runner = new ModelRunner(work, deps);
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
    this.runner.warm();
  }

  async detect(image: ImageSource, options: DetectOptions): Promise<DetectResult> {
    const identity = this.identity(options);
    const { threshold, look } = identity;
    const least = options.threshold ?? lowestThreshold(this.entry, look);
    const thresholds = classThresholds(this.entry, look);
    const rawDetections =
      look === 'closer'
        ? await this.lookCloser(image, least, options.signal)
        : await this.detectOne(() => scalePicture(image, this.entry.input), least, options.signal);
    const detections = rawDetections.flatMap(({ classIndex, score, box }): Detection[] => {
      const source = this.names[classIndex]!;
      const own = deskClass(source);
      if (options.threshold === undefined && score < (thresholds[own] ?? threshold)) return [];
      return [{ class: own, ...(own !== source && { sourceClass: source }), confidence: score, bbox: box }];
    });
    const { warning } = this.entry;
    return {
      detections,
      model: { ...identity, provider: this.runner.provider! },
      boxNoise: boxNoise(this.entry, look),
      sight: sight(this.entry, look, options.threshold),
      ...(warning !== null && { warnings: [warning] }),
    };
  }

  /** As `detect` without the decoding: what an image that is scaled already costs. */
  detectScaled(image: ScaledPicture, options: DetectOptions = {}): Promise<RawDetection[]> {
    return this.detectOne(async () => image, this.identity(options).threshold, options.signal);
  }

  report(): Omit<ModelReport, 'selected'> {
    return { ...staticReport(this.entry), installed: true, ...this.runner.report() };
  }

  /** Ends the workers after the runs in flight; calls that still wait fail with SYSTEM_001. */
  close(): Promise<void> {
    return this.runner.close();
  }

  /** Ends the workers once the calls in flight are answered. */
  retire(): Promise<void> {
    return this.runner.retire();
  }

  /** Several views are several jobs: several workers, or one batch, take them at once. */
  private async lookCloser(image: ImageSource, least: number, signal: AbortSignal | undefined) {
    let seen: Views | undefined;
    const found = await this.detectAll(
      CLOSE_VIEWS,
      async () => {
        seen = await closeViews(image, this.entry.input);
        return seen.views.map((view) => view.picture);
      },
      Math.min(least, MIN_VIEW_SCORE),
      signal,
    );
    const { width, height, views } = seen!;
    const sightings = views.map((view, i) => ({ window: view.window, found: found[i]!.map((f) => inWhole(f, view)) }));
    const [sx, sy] = [image.width / width, image.height / height];
    return fuse(sightings, width, height)
      .filter(({ score }) => score >= least)
      .slice(0, this.entry.max_detections)
      .map(({ box: [x1, y1, x2, y2], ...rest }): RawDetection => {
        return { ...rest, box: [x1 * sx, y1 * sy, x2 * sx, y2 * sy] };
      });
  }

  private async detectOne(
    prepare: () => Promise<ScaledPicture>,
    threshold: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[]> {
    return (await this.detectAll(1, async () => [await prepare()], threshold, signal))[0]!;
  }

  private async detectAll(
    count: number,
    prepare: () => Promise<ScaledPicture[]>,
    threshold: number,
    signal: AbortSignal | undefined,
  ): Promise<RawDetection[][]> {
    const jobs = async () => (await prepare()).map((picture) => ({ picture, threshold }));
    return (await this.runner.run(count, jobs, signal)).map(unpack);
  }
}

/** Scores of single views that count in a fused one. */
const MIN_VIEW_SCORE = 0.01;
