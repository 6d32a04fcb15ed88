import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Box, deskClass } from '../src/contract/detection.ts';

export interface Labelled {
  readonly class: string;
  readonly box: Box;
  /** Hardly to be seen: to find it or not is neither right nor wrong. */
  readonly ignored: boolean;
}

export interface LabelledImage {
  readonly name: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly labels: readonly Labelled[];
}

interface Coco {
  images: { id: number; file_name: string; width: number; height: number }[];
  categories: { id: number; name: string }[];
  annotations: { image_id: number; category_id: number; bbox: [number, number, number, number] }[];
}

interface RenderedScene {
  image: string;
  width: number;
  height: number;
  objects: { class: string; bbox: Box | null; visible: number }[];
}

/** As in training: what shows less of itself, or fewer pixels, is ignored. */
const MIN_VISIBLE = 0.15;
const MIN_SIDE = 6;

/** `folder` holds annotations.json in COCO form (category_id = COCO's class index), or scenes of tests/fixtures/scenes. */
export function labelledImages(folder: string): Iterable<LabelledImage> {
  return existsSync(`${folder}/annotations.json`) ? photos(folder) : rendered(folder);
}

function* photos(folder: string): Iterable<LabelledImage> {
  const truth: Coco = JSON.parse(readFileSync(`${folder}/annotations.json`, 'utf8'));
  const nameOf = new Map(truth.categories.map((c) => [c.id, deskClass(c.name)]));
  for (const { id, file_name, width, height } of truth.images) {
    const labels = truth.annotations
      .filter((a) => a.image_id === id)
      .map(({ category_id, bbox: [x, y, w, h] }): Labelled => {
        return { class: nameOf.get(category_id)!, box: [x, y, x + w, y + h], ignored: false };
      });
    yield { name: file_name, bytes: readFileSync(`${folder}/${file_name}`), width, height, labels };
  }
}

function* rendered(folder: string): Iterable<LabelledImage> {
  for (const file of readdirSync(folder)
    .filter((f) => f.endsWith('.json'))
    .sort()) {
    const { image, width, height, objects }: RenderedScene = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    const labels = objects.flatMap(({ class: name, bbox, visible }): Labelled[] => {
      if (!bbox) return [];
      const small = Math.min(bbox[2] - bbox[0], bbox[3] - bbox[1]) < MIN_SIDE;
      return [{ class: name, box: bbox, ignored: small || visible < MIN_VISIBLE }];
    });
    yield { name: image, bytes: readFileSync(`${folder}/${image}`), width, height, labels };
  }
}
