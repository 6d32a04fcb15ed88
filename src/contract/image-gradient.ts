/**
 * How brightness changes over an image that was scaled down: `scaleX` and `scaleY` pixels of the gradient for each of
 * the upright image's. Rows from the top; x grows to the right, y down; steps of an 8-bit grey value weighted by Sobel's operator.
 */
export interface ImageGradient {
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly x: Int16Array;
  readonly y: Int16Array;
  /** The grey values themselves; absent where only their changes are known. */
  readonly grey?: Uint8Array;
  /** Colours beside the grey: half of red less green, and of their mean less blue; absent where they are not known. */
  readonly chroma?: { readonly u: Int8Array; readonly v: Int8Array };
}
