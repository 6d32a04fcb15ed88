import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Box, deskClass } from '../../../src/contract/detection.ts';
import { buildScene } from '../../../src/scene/build.ts';
import type { Measure, Scene } from '../../../src/scene/types.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { boxNoise } from '../../../src/vision/models/model-card.ts';
import { distanceBetween } from '../distance-between.ts';

const MODEL = 'deimv2-femto';
const manifest: { models: ModelEntry[] } = JSON.parse(
  readFileSync(new URL('../../../models/manifest.json', import.meta.url), 'utf8'),
);
const entry = manifest.models.find((m) => m.name === MODEL);

/** The 60 real photos of desk60, with the detections of DEIMv2 femto at 0.4; no truth in millimetres exists for them. */
export interface RealPhoto {
  readonly name: string;
  readonly scene: Scene;
}

type Found = readonly [string, number, Box];

export function realPhotos(folder: string): RealPhoto[] {
  if (!entry) throw new Error(`models/manifest.json has no ${MODEL}`);
  const noise = boxNoise(entry, 'single');
  const read = (name: string) => JSON.parse(readFileSync(resolve(folder, name), 'utf8'));
  const found: Record<string, Found[]> = read('expected_dets.json')['deimv2_hgnetv2_femto_coco.onnx'];
  const images: { file_name: string; width: number; height: number }[] = read('annotations.json').images;
  return images.map(({ file_name, width, height }) => ({
    name: file_name,
    scene: buildScene({
      width,
      height,
      detections: (found[file_name] ?? [])
        .filter(([, score]) => score >= 0.4)
        .map(([name, confidence, bbox]) => ({ class: deskClass(name), confidence, bbox })),
      boxNoise: noise,
      focal35mm: null,
      calibration: null,
      zones: [],
      tablePx: null,
      context: null,
    }),
  }));
}

const Z90 = 1.6449;
/** 6 inches: the user manual's rule. */
const LIMIT = 152.4;
const ELECTRONICS = new Set(['laptop', 'keyboard', 'mouse', 'phone', 'monitor']);

export interface Doubt {
  readonly photo: string;
  readonly pair: string;
  readonly measured: Measure;
}

/** Mugs and electronics whose distance cannot be told from 6 inches. */
export function doubts(photos: readonly RealPhoto[]): Doubt[] {
  return photos.flatMap(({ name, scene }) => {
    const pairs = scene.objects
      .filter((o) => o.class === 'mug')
      .flatMap((mug) =>
        scene.objects
          .filter((o) => ELECTRONICS.has(o.class))
          .flatMap((other) => {
            const measured = distanceBetween(scene, mug, other, 'edge');
            const pair = `${mug.id} and ${other.id}`;
            return measured !== null && Math.abs(measured.value - LIMIT) <= Z90 * measured.sigma
              ? [{ photo: name, pair, measured }]
              : [];
          }),
      );
    return pairs.slice(0, 1);
  });
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

export function desk60Report(folder: string): string[] {
  const photos = realPhotos(folder);
  const known = photos.filter((p) => p.scene.calibration.method === 'known_objects');
  const none = photos.filter((p) => p.scene.calibration.method === 'none');
  const sigmas = known.map((p) => p.scene.calibration.scaleSigma!);
  const widths = known.flatMap(({ scene }) =>
    scene.objects
      .filter((o) => o.class === 'mug')
      .flatMap((mug) => scene.objects.filter((o) => o !== mug).map((o) => distanceBetween(scene, mug, o, 'edge')))
      .filter((m) => m !== null && m.value > 0)
      .map((m) => m as Measure),
  );
  const unsure = doubts(photos);
  const percent = (x: number) => `${(100 * x).toFixed(0)} %`;
  const how = (list: readonly RealPhoto[]) => median(list.map((p) => p.scene.calibration.references.length)).toFixed(0);
  return [
    '| what | figure |',
    '|---|---|',
    `| photos | ${photos.length} |`,
    `| calibrated by objects of known size | ${known.length}, from ${how(known)} objects at the median |`,
    `| no calibration (no object of known size that tells enough) | ${none.length} |`,
    `| stated error of the scale, one sigma | median ${percent(median(sigmas))}, best ${percent(Math.min(...sigmas))}, worst ${percent(Math.max(...sigmas))} |`,
    `| photos whose answer calls the scale weak (above 15 %) | ${known.filter((p) => p.scene.calibration.reason !== null).length} |`,
    `| mug distances | ${widths.length}, median ${median(widths.map((m) => m.value)).toFixed(0)} mm, median stated 90 % half width ${median(widths.map((m) => Z90 * m.sigma)).toFixed(0)} mm |`,
    `| photos where a mug's distance from electronics cannot be told from 6 inches | ${unsure.length} |`,
    '',
    'Five of them, in which "Keep mugs at least 6 inches away from …" must be answered `uncertain`:',
    '',
    '| photo | pair | measured, mm | 90 % half width, mm |',
    '|---|---|---|---|',
    ...unsure
      .slice(0, 5)
      .map(
        (d) => `| ${d.photo} | ${d.pair} | ${d.measured.value.toFixed(0)} | ${(Z90 * d.measured.sigma).toFixed(0)} |`,
      ),
  ];
}
