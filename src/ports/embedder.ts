import type { Image } from '../image/image.ts';

/** A vector of length 1. Vectors of one space can be compared, by their dot product; those of two cannot. */
export interface Embedding {
  /** Changes with everything that would make another vector of the same picture. */
  readonly space: string;
  readonly vector: Float32Array;
}

/** Why there is none, for people. */
export interface NoEmbedding {
  readonly reason: string;
}

export interface EmbeddingSpace {
  readonly name: string;
  readonly dimensions: number;
  /** Two pictures that are at least so similar show the same desk, as far as that was measured; null: it was not. */
  readonly sameDesk: number | null;
}

/** What stands for a picture, or for words, when alike ones are looked for. */
export interface Embedder {
  /** The space that pictures are embedded in now. Asks no model. */
  space(): EmbeddingSpace | NoEmbedding;
  /** Any call may throw what a model throws: ANALYSIS_001, ANALYSIS_007, SYSTEM_002, ANALYSIS_006 … */
  ofImage(image: Pick<Image, 'bytes' | 'width' | 'height'>, signal?: AbortSignal): Promise<Embedding>;
  /** In the space of pictures. */
  ofText(text: string, signal?: AbortSignal): Promise<Embedding | NoEmbedding>;
  close(): Promise<void>;
}
