/** A tag of the printed sheet as the image shows it. */
export interface SeenTag {
  readonly id: number;
  /** It reads the other way round, as in a mirror. */
  readonly mirrored: boolean;
  /** Pixels of the upright image: upper left, upper right, lower right, lower left as it is printed. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
}

export interface SeenTags {
  readonly tags: readonly SeenTag[];
  /** Standard error of a corner, pixels of the upright image: the image was looked at with fewer pixels. */
  readonly sigmaPx: number;
}
