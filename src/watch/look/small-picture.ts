/** Brightness of a picture, much smaller: rows without padding. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Long side of it, pixels. */
export const SMALL_SIDE = 320;

export function smallSize({ width, height }: { readonly width: number; readonly height: number }) {
  const scale = SMALL_SIDE / Math.max(width, height);
  return { width: Math.max(16, Math.round(width * scale)), height: Math.max(16, Math.round(height * scale)) };
}

/** Half as wide and as high. */
export function halved({ width, height, grey }: SmallPicture): SmallPicture {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = (grey[at]! + grey[at + 1]! + grey[at + width]! + grey[at + width + 1]! + 2) >> 2;
    }
  }
  return { width: w, height: h, grey: half };
}

export interface Tone {
  readonly mean: number;
  /** Standard deviation. */
  readonly spread: number;
}

export function toneOf({ grey }: SmallPicture): Tone {
  let [sum, squares] = [0, 0];
  for (const value of grey) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / grey.length;
  return { mean, spread: Math.sqrt(Math.max(0, squares / grey.length - mean * mean)) };
}
