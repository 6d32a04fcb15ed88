import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createAgentTasks } from '../../src/agent-tasks/create-agent-tasks.ts';
import { createAnalysisService } from '../../src/analysis/analysis-service.ts';
import type { Backend } from '../../src/analysis/backend.ts';
import type { AnalysisDeps } from '../../src/analysis/deps.ts';
import { forgetImages } from '../../src/app/forget-images.ts';
import { createCalibrationService } from '../../src/calibrations/service.ts';
import { CLASSES, type Detection, type Inference } from '../../src/contract/detection.ts';
import type { ClassRecall } from '../../src/contract/recall.ts';
import { createBus } from '../../src/events/bus.ts';
import { createFeedbackService } from '../../src/feedback/service.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { parseSentence } from '../../src/language/grammar/parse.ts';
import { createWebPost } from '../../src/outgoing/create-web-post.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import type { Cache } from '../../src/ports/cache.ts';
import { AT_ONCE, type Computing } from '../../src/ports/computing.ts';
import type { Detector, DetectResult } from '../../src/ports/detector.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import type { Records } from '../../src/ports/records.ts';
import { createRuleBook } from '../../src/rulebook/service.ts';
import { createSearchService } from '../../src/search/search-service.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { createMemoryCache } from '../../src/storage/memory/cache.ts';
import { SignedLinks } from '../../src/storage/signed-links.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { testCallbacks } from './callbacks.ts';

/** A mug 60 px left of a laptop, in an image of 640 x 480. */
export const DESK: readonly Detection[] = [
  { class: 'mug', sourceClass: 'cup', confidence: 0.9, bbox: [100, 260, 160, 330] },
  { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] },
];

interface JourneyOptions {
  readonly detections?: readonly Detection[];
  /** Of the scripted detector: everything, unless given. */
  readonly classRecall?: ClassRecall;
  readonly timeoutMs?: number;
  /** None, unless given. */
  readonly embedder?: Embedder;
  readonly computing?: Computing;
  readonly places?: number;
  readonly gate?: AnalysisDeps['gate'];
  readonly boxesGate?: AnalysisDeps['gate'];
  /** The part that never answers. */
  /** In place of embedded records in memory; `folder` is not removed in the end. */
  readonly store?: { readonly folder: string; readonly records: Records; readonly blobs?: Blobs };
  readonly cache?: Cache;
  readonly readMarkers?: AnalysisDeps['readMarkers'];
  /** Who computes in place of this process; made with its detector. */
  readonly backend?: (detector: Detector) => Backend;
  readonly stuck?: 'intake' | 'withoutMetadata' | 'blobs';
}

/** The real journey over embedded stores; only the detector is scripted: it says what the test wants it to see. */
export function openJourney(options: JourneyOptions = {}) {
  const folder = options.store?.folder ?? mkdtempSync(join(tmpdir(), 'h200-journey-'));
  const records = options.store?.records ?? createSqliteRecords(':memory:');
  const cache = options.cache ?? createMemoryCache();
  const blobs = forgetImages(options.store?.blobs ?? createDiskBlobs(join(folder, 'blobs')), cache);
  const metrics = new Metrics();
  const events: BusEvent[] = [];
  const bus = createBus((error) => {
    throw error;
  });
  bus.on((event) => events.push(event));
  const seen = {
    ...{ calls: 0, threshold: 0.4, detections: options.detections ?? DESK },
    wait: null as Promise<void> | null,
    /** What looking fails with; null: it succeeds. */
    error: null as Error | null,
  };
  const model = (threshold = seen.threshold, inference: Inference = 'single') => ({
    name: 'scripted',
    version: '1',
    threshold,
    inference,
  });
  const card = {
    boxNoise: { sigma: 0.02 },
    classRecall: options.classRecall ?? Object.fromEntries(CLASSES.map((name) => [name, 1])),
  };
  const detector: Detector = {
    identity: async ({ threshold, inference }) => model(threshold, inference),
    async detect(_image, { threshold, inference, signal }): Promise<DetectResult> {
      seen.calls += 1;
      if (seen.error !== null) throw seen.error;
      if (seen.wait) {
        await Promise.race([
          seen.wait,
          new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
        ]);
      }
      const least = threshold ?? seen.threshold;
      return {
        detections: seen.detections.filter((d) => d.confidence >= least),
        model: { ...model(least, inference), provider: 'none' },
        ...card,
      };
    },
    card: async () => card,
    warnings: async () => [],
    warm() {},
  };
  // Another server over the same store gives other ids.
  let ids = options.store ? Math.floor(performance.now() * 1000) : 0;
  const rules = createRuleBook({
    records: records.rules,
    evaluations: records.evaluations,
    bus,
    read: async (text, given) => parseSentence(text, given),
    now: () => new Date(),
    newId: () => `rule_${++ids}`,
  });
  const parts: AnalysisDeps = {
    intake:
      options.stuck === 'intake'
        ? { open: never, fromBytes: never, recall: never }
        : createImageIntake({ allowedRoots: [folder] }),
    detector,
    ...(options.backend && { backend: options.backend(detector) }),
    // What is scripted is not in the image.
    readGradient: async () => null,
    ...(options.gate && { gate: options.gate }),
    ...(options.boxesGate && { boxesGate: options.boxesGate }),
    ...(options.readMarkers && { readMarkers: options.readMarkers }),
    computing: options.computing ?? AT_ONCE,
    records,
    storeName: 'test',
    rules,
    links: new SignedLinks(['of the tests']),
    blobs: options.stuck === 'blobs' ? { ...blobs, put: never } : blobs,
    cache,
    bus,
    metrics,
    withoutMetadata: options.stuck === 'withoutMetadata' ? never : withoutMetadata,
    version: '0.0.0-test',
    timeoutMs: options.timeoutMs ?? 5000,
    places: options.places ?? 256,
    newId: (prefix) => `${prefix}_${++ids}`,
    now: () => new Date(),
  };
  const service = createAnalysisService(parts);
  const embedder = options.embedder ?? noEmbedder;
  const intake = createImageIntake({ allowedRoots: [folder] });
  const search = createSearchService({ records, embedder, blobs, intake, now: () => new Date() });
  const calibrations = createCalibrationService({
    records: records.calibrations,
    newId: () => `cal_${++ids}`,
    now: () => new Date(),
  });
  const agentTasks = createAgentTasks({
    registry: records.registry,
    callbacks: testCallbacks({ registry: records.registry, post: createWebPost() }),
    log: createLog('silent'),
    now: () => new Date(),
  });
  const feedback = createFeedbackService({ records, metrics, now: () => new Date() });
  return {
    parts,
    service,
    feedback,
    agentTasks,
    rules,
    calibrations,
    search,
    bus,
    records,
    blobs,
    cache,
    metrics,
    events,
    seen,
    folder,
    async close() {
      await Promise.all([records.close(), cache.close()]);
      metrics.close();
      if (!options.store) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const noEmbedder: Embedder = {
  space: () => ({ reason: 'this test has no model' }),
  ofImage: async () => {
    throw new Error('nobody asks for it');
  },
  ofText: async () => ({ reason: 'this test has no model' }),
  close: async () => {},
};

const never = () => new Promise<never>(() => {});

export function plainPhoto(width = 640, height = 480, red = 128): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: 120, b: 100 } } })
    .jpeg()
    .toBuffer();
}
