import { type BoxNoise, type EdgeNoise, UNKNOWN_BOX_NOISE } from '../../contract/box-noise.ts';
import { deskClass, type Inference } from '../../contract/detection.ts';
import type { ClassRecall } from '../../contract/recall.ts';
import { classNames, classThresholds, recallOf } from './entry.ts';
import type { EdgeNoiseEntry, ModelEntry } from './manifest.ts';
import type { ModelReport } from './report.ts';

/** What the manifest has measured, by class of ours. */
export function boxNoise(entry: ModelEntry, inference: Inference): BoxNoise {
  const measured = (inference === 'tiled' && entry.tiled?.box_noise) || entry.box_noise;
  if (measured === null) return UNKNOWN_BOX_NOISE;
  const of = ({ sigma, at }: EdgeNoiseEntry): EdgeNoise =>
    measured.by_score === undefined || at === undefined ? { sigma } : { sigma, byScore: { at, ...measured.by_score } };
  const classes = Object.entries(measured.classes).map(([name, entry]) => [name, of(entry)]);
  return { ...of(measured.all), classes: Object.fromEntries(classes) };
}

/**
 * What the model can find, and how much of it. Another threshold than its own: at a lower one at least as much is found,
 * at a higher one nobody has measured.
 */
export function classRecall(entry: ModelEntry, inference: Inference, threshold?: number): ClassRecall {
  const recall = recallOf(entry, inference);
  const thresholds = classThresholds(entry, inference);
  return Object.fromEntries(
    classNames(entry).map((source) => {
      const name = deskClass(source);
      const own = thresholds[name] ?? entry.threshold;
      const measured = threshold === undefined || threshold <= own ? recall?.classes[name]?.recall : undefined;
      return [name, measured ?? null];
    }),
  );
}

/** What is known about a model that is not running. */
export function staticReport(entry: ModelEntry): Omit<ModelReport, 'installed' | 'selected'> {
  return {
    name: entry.name,
    title: entry.title,
    licence: entry.licence,
    note: entry.note,
    state: 'UNLOADED',
    error: null,
    provider: null,
    provider_attempts: [],
    default_inference: entry.inference,
    recall: recallOf(entry, entry.inference),
    input_size: entry.input.size,
    threshold: entry.threshold,
    classes: classNames(entry).length,
    workers: 0,
    load_ms: null,
    inference: { count: 0, median_ms: null, p95_ms: null },
  };
}
