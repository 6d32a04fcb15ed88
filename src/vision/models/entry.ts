import { createHash } from 'node:crypto';
import { COCO80 } from '../../contract/coco.ts';
import type { Inference } from '../../contract/detection.ts';
import type { EncoderEntry, ModelEntry } from './manifest.ts';

/** What is read off a manifest entry. Apart from the schema, so that a worker starts without zod. */

export function classNames(entry: Pick<ModelEntry, 'classes'>): readonly string[] {
  return entry.classes === 'coco80' ? COCO80 : entry.classes;
}

/** One file of a model, as it is fetched and checked. */
export type ModelFileEntry = Pick<
  ModelEntry,
  'name' | 'title' | 'licence' | 'notice' | 'file' | 'bytes' | 'sha256' | 'alternatives' | 'urls'
>;

/** The files of an encoder, each by itself; they carry its name. */
export const encoderFiles = ({ name, title, licence, image, text, tokenizer }: EncoderEntry) =>
  [image, text, tokenizer].map(
    (file): ModelFileEntry => ({ name, title, licence, notice: null, alternatives: [], ...file }),
  );

/** Hashes and sizes under which the entry's file is accepted. */
export function acceptedFiles(
  entry: Pick<ModelEntry, 'bytes' | 'sha256' | 'alternatives'>,
): readonly { bytes: number | null; sha256: string }[] {
  return [{ bytes: entry.bytes, sha256: entry.sha256 }, ...entry.alternatives];
}

/** Changes whenever other weights or another way to use them could answer differently. */
export function entryVersion(entry: ModelEntry): string {
  const known = versions.get(entry);
  if (known !== undefined) return known;
  const version = versionOf(entry);
  versions.set(entry, version);
  return version;
}

/** Asked for by every analysis; entries never change. */
const versions = new WeakMap<ModelEntry, string>();

function versionOf(entry: ModelEntry): string {
  const known = `${entry.version}+${entry.sha256.slice(0, 8)}`;
  const thresholds = Object.entries(entry.class_thresholds);
  const tiled = Object.entries(entry.tiled?.class_thresholds ?? {});
  if (thresholds.length + tiled.length === 0) return known;
  const all = tiled.length === 0 ? thresholds : [thresholds, tiled];
  return `${known}.${createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 4)}`;
}

/** By class of ours, where the score that it is believed at is another than `threshold`. */
export function classThresholds(entry: ModelEntry, inference: Inference): Readonly<Record<string, number>> {
  return { ...entry.class_thresholds, ...(inference === 'tiled' && entry.tiled?.class_thresholds) };
}

/** The lowest score that any class of the model is believed at, when the call names none. */
export function lowestThreshold(entry: ModelEntry, inference: Inference): number {
  return Math.min(entry.threshold, ...Object.values(classThresholds(entry, inference)));
}

/** Shares of what is there that it finds; null where it was not measured this way. */
export function recallOf(entry: ModelEntry, inference: Inference) {
  return inference === 'tiled' ? (entry.tiled?.recall ?? null) : entry.recall;
}
