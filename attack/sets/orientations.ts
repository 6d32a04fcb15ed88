import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { corpusFiles } from '../support/corpus.ts';
import { eachOf } from '../support/in-turn.ts';
import { LOOK, tryImage } from '../support/photo-case.ts';
import { shareOf } from '../support/random.ts';
import { EXAMPLE } from '../support/seeds.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';
import type { Message } from '../support/verdict.ts';

/** Sharp's own fixtures, and one desk stored in all eight orientations of EXIF, across and upright. */
export const orientationSet: AttackSet = {
  id: 'S2',
  title: 'image variants and orientations',
  bounds: { maxMs: 30_000, maxRssMb: 1500 },
  async run(tally, options) {
    const files = corpusFiles(options, 'sharp');
    tally.note(
      files.length > 0 ? `${files.length} files of sharp's tests` : "generated; no files of sharp's tests at hand",
    );
    const product = await StdioProduct.open(tally);
    try {
      for (const upright of await desks()) await allOrientations(tally, product, upright);
      await eachOf(shareOf(files, options.share, 0), 2, (file) => variant(tally, product, file));
    } finally {
      await product.stop();
    }
  },
};

interface Desk {
  readonly name: string;
  readonly png: Buffer;
}

async function desks(): Promise<Desk[]> {
  const across = sharp(readFileSync(EXAMPLE));
  const upright = across.clone().extract({ left: 250, top: 0, width: 540, height: 720 });
  return [
    { name: 'across', png: await across.png().toBuffer() },
    { name: 'upright', png: await upright.png().toBuffer() },
  ];
}

/** How pixels lie in a file of each orientation, made from the upright image step by step (TIFF 6, tag 274). */
const STORED: readonly (readonly [number, ...((image: Sharp) => Sharp)[]])[] = [
  [1],
  [2, (s) => s.flop()],
  [3, (s) => s.rotate(180)],
  [4, (s) => s.flip()],
  [5, (s) => s.rotate(90), (s) => s.flop()],
  [6, (s) => s.rotate(270)],
  [7, (s) => s.rotate(270), (s) => s.flop()],
  [8, (s) => s.rotate(90)],
];
/** Pixels are scaled before they are turned, so that a box may move by a fraction of a pixel of the model: part of the longer side. */
const SAME = 0.01;

async function allOrientations(tally: Tally, product: StdioProduct, { name, png }: Desk): Promise<void> {
  const wanted = seenIn(
    await product.call('analyze_image', { ...LOOK, image: dataUrl(await webp(png)), detail: 'full' }),
  );
  if (wanted.boxes.length === 0) return tally.fail(name, 'nothing was found on the upright desk');
  for (const [orientation, ...steps] of STORED) {
    let pixels = png;
    for (const step of steps) pixels = await step(sharp(pixels)).png().toBuffer();
    const label = `${name}, orientation ${orientation}`;
    const outcome = await tryImage(tally, product, label, await webp(pixels, orientation), { detail: 'full' });
    const seen = outcome === null ? null : seenIn(outcome.message);
    if (seen === null || !same(seen, wanted))
      tally.fail(label, `${JSON.stringify(seen)} where the upright image gives ${JSON.stringify(wanted)}`);
  }
}

const webp = (pixels: Buffer, orientation = 0) => {
  const image = sharp(pixels).webp({ lossless: true });
  return (orientation === 0 ? image : image.withMetadata({ orientation })).toBuffer();
};

function same(a: Seen, b: Seen): boolean {
  const most = SAME * Math.max(...b.size.split(' x ').map(Number));
  const near = ([id, ...box]: SeenBox) =>
    b.boxes.some(([other, ...wanted]) => other === id && box.every((x, i) => Math.abs(x - wanted[i]!) <= most));
  return a.size === b.size && a.boxes.length === b.boxes.length && a.boxes.every(near);
}

async function variant(tally: Tally, product: StdioProduct, file: string): Promise<void> {
  const bytes = readFileSync(file);
  const name = basename(file);
  const outcome = await tryImage(tally, product, name, bytes, { detail: 'full' });
  if (outcome?.how !== 'answered') return;
  const { width, height, orientation = 1 } = await sharp(bytes).metadata();
  const { size } = seenIn(outcome.message);
  const wanted = orientation >= 5 ? `${height} x ${width}` : `${width} x ${height}`;
  if (size !== wanted) tally.fail(name, `is ${wanted}, not ${size}`);
}

const dataUrl = (bytes: Buffer) => `data:image/webp;base64,${bytes.toString('base64')}`;

type SeenBox = readonly [string, ...number[]];
interface Seen {
  readonly size: string;
  readonly boxes: readonly SeenBox[];
}
interface Box {
  readonly id: string;
  readonly bbox: readonly number[];
}

function seenIn({ result }: Message): Seen {
  const { analysis } = (result?.structuredContent ?? {}) as {
    analysis?: { image: { width: number; height: number }; detections: Box[]; objects: Box[] };
  };
  if (!analysis) return { size: 'none', boxes: [] };
  const { image, detections, objects } = analysis;
  const boxes = [...detections, ...objects].map(({ id, bbox }): SeenBox => [id, ...bbox]);
  return { size: `${image.width} x ${image.height}`, boxes };
}
