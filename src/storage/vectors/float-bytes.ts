/** Vectors as stores hold them: float32, low byte first, as every machine that Node runs on has them. */
export const bytesOf = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** Null for what is no vector of so many dimensions. */
export function vectorOf(bytes: Uint8Array, dimensions: number): Float32Array | null {
  if (bytes.byteLength !== 4 * dimensions) return null;
  // The bytes may stand anywhere in a buffer that they share: a copy has its own.
  const vector = new Float32Array(new Uint8Array(bytes).buffer);
  return vector.every(Number.isFinite) ? vector : null;
}
