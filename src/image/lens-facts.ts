/** What a file says of the lens that made it. */
export interface LensFacts {
  /** Equivalent focal length on 35 mm film of the picture as the camera made it, mm. */
  readonly mm35: number;
  /** A digital zoom that `mm35` may or may not hold; 1: none, or it does. */
  readonly zoom: number;
  /** True: not as stated, but from the focal length and the size of the sensor. */
  readonly fromLens: boolean;
  /** Longer and shorter side of the picture as the camera made it, pixels; null: it does not say. */
  readonly pixels: readonly [number, number] | null;
  /** A program for changing pictures wrote the file. */
  readonly edited: boolean;
}

/** Diagonal of the 36 x 24 mm frame that "35 mm equivalent" refers to (CIPA DCG-001), mm. */
export const MM35_DIAGONAL = Math.hypot(36, 24);
