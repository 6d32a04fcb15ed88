import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DetectOptions, Detector } from '../ports/detector.ts';
import { ensemble } from './detect/ensemble.ts';
import type { LocalDetector } from './detect/local-detector.ts';
import { type DetectorDeps, ModelDetector } from './detect/model-detector.ts';
import { staticReport } from './models/model-card.ts';
import { type InstalledModel, ModelsStore } from './models/models-store.ts';
import type { ModelReport } from './models/report.ts';

export interface Vision extends Detector {
  /** Every model of the manifest, best first. */
  report(): ModelReport[];
  /** Images that keep the models busy: more at once are done no sooner. */
  atOnce(): number;
  /** Ends all workers; waiting calls fail with SYSTEM_001. */
  close(): Promise<void>;
}

interface Running {
  /** Changes when the file on disk does. */
  readonly stamp: string;
  readonly detector: ModelDetector;
  readonly since: number;
}

/** A model that failed to load is tried again after so long, or at once when its file has changed, ms. */
const RETRY_LOAD_MS = 5000;

/**
 * The Detector of the house. Which model runs is decided per call, so that a model fetched meanwhile is used without a
 * restart. No file is read and no thread started before the first `detect` or `warm`.
 */
export function createVision(deps: DetectorDeps & { readonly store?: ModelsStore }): Vision {
  const store = deps.store ?? new ModelsStore(deps.config);
  const running = new Map<string, Running>();
  deps.metrics.observeModel(() => selectedNames(store).size > 0);

  function detectorOf(model: InstalledModel): ModelDetector {
    const { name } = model.entry;
    const stamp = fileStamp(model.path);
    const now = performance.now();
    const known = running.get(name);
    if (known) {
      const failed = known.detector.runner.pool.failure !== null && now - known.since > RETRY_LOAD_MS;
      if (known.stamp === stamp && !failed) return known.detector;
      retire(known.detector);
    }
    const detector = new ModelDetector(model, deps);
    running.set(name, { stamp, detector, since: now });
    return detector;
  }

  function retire(detector: ModelDetector): void {
    detector.retire().catch((err: unknown) => deps.log.warn({ err }, 'old model did not close'));
  }

  /** What runs now; models that are no longer selected are closed. */
  function current(): LocalDetector {
    const selected = store.select();
    const companion = store.companion(selected);
    const wanted = [selected.entry.name, companion?.entry.name];
    for (const [name, { detector }] of running) {
      if (wanted.includes(name)) continue;
      running.delete(name);
      retire(detector);
    }
    const main = detectorOf(selected);
    return companion ? ensemble(main, detectorOf(companion), companion.entry.companion) : main;
  }

  return {
    identity: async (options: DetectOptions) => current().identity(options),
    card: async (options: DetectOptions) => current().card(options),
    warnings: async () => current().warnings(),
    detect: async (image, options) => current().detect(image, options),
    warm() {
      try {
        current().warm();
      } catch (err) {
        deps.log.warn({ err }, 'no model to warm');
      }
    },
    report() {
      const selected = selectedNames(store);
      return store.entries.map((entry) => {
        const live = running.get(entry.name)?.detector.report();
        const still = {
          ...staticReport(entry),
          installed: store.installed(entry) !== null,
          error: store.problem(entry),
        };
        return { ...(live ?? still), selected: selected.has(entry.name) };
      });
    },
    atOnce: () =>
      Math.max(0, ...[...running.values()].map(({ detector }) => detector.atOnce)) || usualAtOnce(deps.config),
    async close() {
      const all = [...running.values()];
      running.clear();
      await Promise.all(all.map(({ detector }) => detector.close()));
    },
  };
}

/** Before a model runs. */
const usualAtOnce = ({ H200_WORKERS }: DetectorDeps['config']) => (H200_WORKERS ?? availableParallelism()) + 1;

function selectedNames(store: ModelsStore): Set<string> {
  try {
    const selected = store.select();
    const companion = store.companion(selected);
    return new Set([selected.entry.name, ...(companion ? [companion.entry.name] : [])]);
  } catch {
    return new Set();
  }
}

function fileStamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${path} ${stat?.size} ${stat?.mtimeMs} ${stat?.ino}`;
}
