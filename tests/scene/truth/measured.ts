import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CalibrationInput } from '../../../src/contract/calibration.ts';
import { type Box, deskClass } from '../../../src/contract/detection.ts';
import type { ImageGradient } from '../../../src/contract/image-gradient.ts';
import { Z90 } from '../../../src/contract/verdict.ts';
import { readGradient } from '../../../src/image/gradient.ts';
import { buildScene } from '../../../src/scene/build.ts';
import type { Measure, Scene } from '../../../src/scene/types.ts';
import { distanceBetween } from '../distance-between.ts';

/** Two real photos with boxes drawn by hand and lengths from depth frames, good to about 10 mm. */
interface MeasuredPhoto {
  readonly name: string;
  readonly w: number;
  readonly h: number;
  readonly dets: readonly { readonly class: string; readonly bbox: Box }[];
  readonly cal: { readonly points?: CalibrationInput; readonly camera?: CalibrationInput };
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly edge: number }[];
}

/** Edges of boxes that somebody draws carefully, over the box's size. */
const DRAWN_BY_HAND = 0.02;
const METHODS = ['points', 'camera', 'objects'] as const;

type Method = (typeof METHODS)[number];

export interface Length {
  readonly photo: string;
  readonly between: string;
  readonly method: Method;
  readonly trueMm: number;
  readonly measuredMm: number;
  /** Of the 90 % interval. */
  readonly halfMm: number;
}

export const isInside = ({ trueMm, measuredMm, halfMm }: Length) => Math.abs(measuredMm - trueMm) <= halfMm;

export async function measuredLengths(folder: string): Promise<Length[]> {
  const photos: MeasuredPhoto[] = JSON.parse(readFileSync(resolve(folder, 'truth.json'), 'utf8'));
  const lengths: Length[] = [];
  for (const photo of photos) {
    const gradient = await gradientOf(folder, photo);
    for (const method of METHODS) {
      const calibration = method === 'objects' ? null : photo.cal[method];
      if (calibration === undefined) continue;
      const scene = sceneOf(photo, calibration, gradient);
      for (const { a, b, edge } of photo.pairs) {
        const found = between(scene, a, b);
        if (found === null) throw new Error(`${photo.name}: nothing was measured between ${a} and ${b} (${method})`);
        const measured = { measuredMm: found.value, halfMm: Z90 * found.sigma };
        lengths.push({ photo: photo.name, between: `${a}, ${b}`, method, trueMm: edge, ...measured });
      }
    }
  }
  return lengths;
}

export async function measuredReport(folder: string): Promise<string[]> {
  const lengths = await measuredLengths(folder);
  const pairs = new Map(lengths.map((l) => [`${l.photo} | ${l.between} | ${l.trueMm.toFixed(0)}`, l]));
  const rows = [...pairs].map(([name, { photo, between: pair }]) => {
    const cells = METHODS.map((method) => {
      const l = lengths.find((one) => one.photo === photo && one.between === pair && one.method === method);
      if (l === undefined) return '–';
      const said = `${l.measuredMm.toFixed(0)} ± ${l.halfMm.toFixed(0)}`;
      return isInside(l) ? said : `**${said}**`;
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const summary = (name: string, text: (list: readonly Length[]) => string) =>
    `| both | ${name} | | ${METHODS.map((m) => text(lengths.filter((l) => l.method === m))).join(' | ')} |`;
  const errors = (list: readonly Length[]) => list.map((l) => Math.abs(l.measuredMm - l.trueMm));
  return [
    '| photo | between | true, mm | four points | camera | known objects |',
    '|---|---|---|---|---|---|',
    ...rows,
    summary('lengths inside', (l) => `${l.filter(isInside).length} of ${l.length}`),
    summary(
      'error, median / largest, mm',
      (l) => `${median(errors(l)).toFixed(0)} / ${Math.max(...errors(l)).toFixed(0)}`,
    ),
    summary('half width, median, mm', (l) => median(l.map(({ halfMm }) => halfMm)).toFixed(0)),
  ];
}

async function gradientOf(folder: string, { name, w, h }: MeasuredPhoto): Promise<ImageGradient | null> {
  const bytes = readFileSync(resolve(folder, `${name}.jpg`));
  return readGradient({ bytes, width: w, height: h });
}

function sceneOf({ w, h, dets }: MeasuredPhoto, calibration: CalibrationInput | null, gradient: ImageGradient | null) {
  return buildScene({
    width: w,
    height: h,
    detections: dets.map(({ class: name, bbox }) => ({ class: deskClass(name), confidence: 1, bbox })),
    boxNoise: { sigma: DRAWN_BY_HAND },
    ...(gradient && { gradient }),
    focal35mm: null,
    calibration,
    zones: [],
    tablePx: null,
    context: null,
  });
}

/** Each class is there once. */
function between(scene: Scene, a: string, b: string): Measure | null {
  const [first, second] = [a, b].map((name) => scene.objects.find((o) => o.class === deskClass(name)));
  return first && second ? distanceBetween(scene, first, second, 'edge') : null;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
