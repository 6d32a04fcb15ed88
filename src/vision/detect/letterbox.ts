import type { Box } from '../../contract/detection.ts';
import type { ModelInput } from '../models/manifest.ts';

/** Where the scaled image lies in the square input: input = image * scale + pad. */
export interface Letterbox {
  /** Size of the scaled image, pixels. */
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly padX: number;
  readonly padY: number;
  /** Size of the upright image, pixels. */
  readonly imageWidth: number;
  readonly imageHeight: number;
}

export function letterbox(
  image: { readonly width: number; readonly height: number },
  { size, fit }: Pick<ModelInput, 'size' | 'fit'>,
): Letterbox {
  const whole = { imageWidth: image.width, imageHeight: image.height };
  if (fit === 'stretch') {
    const scale = { scaleX: size / image.width, scaleY: size / image.height };
    return { width: size, height: size, ...scale, padX: 0, padY: 0, ...whole };
  }
  const scale = Math.min(size / image.width, size / image.height);
  const width = Math.min(size, Math.max(1, Math.round(image.width * scale)));
  const height = Math.min(size, Math.max(1, Math.round(image.height * scale)));
  const centred = fit === 'letterbox-centre';
  return {
    width,
    height,
    scaleX: scale,
    scaleY: scale,
    padX: centred ? Math.floor((size - width) / 2) : 0,
    padY: centred ? Math.floor((size - height) / 2) : 0,
    ...whole,
  };
}

/** A box in input pixels as a box in image pixels, not clamped. */
export function toImage([x1, y1, x2, y2]: Box, fit: Letterbox): Box {
  return [
    (x1 - fit.padX) / fit.scaleX,
    (y1 - fit.padY) / fit.scaleY,
    (x2 - fit.padX) / fit.scaleX,
    (y2 - fit.padY) / fit.scaleY,
  ];
}

export function clampToImage([x1, y1, x2, y2]: Box, { imageWidth, imageHeight }: Letterbox): Box {
  const x = (v: number) => Math.min(Math.max(v, 0), imageWidth);
  const y = (v: number) => Math.min(Math.max(v, 0), imageHeight);
  return [x(x1), y(y1), x(x2), y(y2)];
}
