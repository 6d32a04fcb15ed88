import type { FindingCounts } from '../contract/analysis.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Verdict } from '../contract/verdict.ts';
import { decodeScaled } from '../image/decode/scale.ts';
import { sharp } from '../image/sharp.ts';
import type { Move } from '../placement/types.ts';
import type { Scene } from '../scene/types.ts';
import type { EncodedImage } from './encoded-image.ts';
import { typeface } from './font.ts';
import { layoutAnnotations } from './layout.ts';
import { MARK } from './mark.ts';
import { toSvg } from './svg.ts';

export interface DrawOptions {
  /** Longest side of the result in pixels. */
  readonly maxSize: number;
  readonly maxBytes: number;
  readonly format?: 'jpeg' | 'webp' | 'png';
  /** Of all findings, where the verdicts list only some. */
  readonly counts?: FindingCounts;
  /** Of the lengths in the text; default metric. */
  readonly units?: UnitSystem;
  readonly signal?: AbortSignal;
}

/** Smaller photos are enlarged to this, so that the text on them can be read. */
const MIN_SIDE = 960;
/** Below this nothing is legible any more: the result never gets smaller, even when it stays too heavy. */
const SMALLEST_SIDE = 240;
const QUALITIES = [86, 78, 70, 60, 48];

/**
 * The photo with what was found, measured and proposed drawn on it. `width` and `height` are those of the upright
 * image. Heavy results lose quality first, then size (and are laid out again, so that the text keeps its size).
 */
export async function annotateImage(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  scene: Scene,
  verdicts: readonly Verdict[],
  moves: readonly Move[],
  options: DrawOptions,
): Promise<EncodedImage> {
  const format = options.format ?? 'jpeg';
  let long = Math.min(Math.max(SMALLEST_SIDE, options.maxSize), Math.max(MIN_SIDE, image.width, image.height));
  for (;;) {
    const composed = await compose(image, scene, verdicts, moves, long, options);
    let lightest = 0;
    for (const quality of format === 'png' ? [100] : QUALITIES) {
      const bytes = await encode(composed, format, quality);
      lightest = bytes.length;
      const last = long <= SMALLEST_SIDE && (quality === QUALITIES.at(-1) || format === 'png');
      if (bytes.length <= options.maxBytes || last) {
        return { bytes, contentType: `image/${format}`, width: composed.width, height: composed.height };
      }
    }
    long = Math.max(SMALLEST_SIDE, Math.floor(long * Math.min(0.9, Math.sqrt(options.maxBytes / lightest))));
  }
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function compose(
  image: { readonly bytes: Uint8Array; readonly width: number; readonly height: number },
  scene: Scene,
  verdicts: readonly Verdict[],
  moves: readonly Move[],
  long: number,
  { signal, counts, units }: DrawOptions,
): Promise<Pixels> {
  const face = typeface();
  let scale = long / Math.max(image.width, image.height);
  let drawing = layoutAnnotations(scene, verdicts, moves, sized(image, scale), face.measure, counts, units);
  if (drawing.height > long) {
    // The caption made an upright photo too tall: leave room for it.
    scale *= Math.max(0.1, (drawing.photoHeight - (drawing.height - long)) / drawing.photoHeight);
    drawing = layoutAnnotations(scene, verdicts, moves, sized(image, scale), face.measure, counts, units);
  }
  const { width, height, photoHeight } = drawing;
  const { pixels } = await decodeScaled(image.bytes, { width, height: photoHeight }, signal);
  const data = await sharp(pixels, { raw: { width, height: photoHeight, channels: 3 } })
    .extend({ bottom: height - photoHeight, background: '#11161c' })
    .composite([{ input: toSvg(drawing, face), top: 0, left: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { data, width, height };
}

function sized(image: { width: number; height: number }, scale: number): { width: number; height: number } {
  return { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
}

function encode({ data, width, height }: Pixels, format: 'jpeg' | 'webp' | 'png', quality: number): Promise<Buffer> {
  const image = sharp(data, { raw: { width, height, channels: 3 } }).withExif(MARK);
  if (format === 'png') return image.png({ compressionLevel: 9 }).toBuffer();
  if (format === 'webp') return image.webp({ quality }).toBuffer();
  // Full colour resolution while the quality allows it: thin red lines smear without.
  return image.jpeg({ quality, chromaSubsampling: quality >= 70 ? '4:4:4' : '4:2:0' }).toBuffer();
}
