import type { LikenessRow, VectorRow } from '../records/rows.ts';

/** Vectors as stores hold them: float32, low byte first, as every machine that Node runs on has them. */
export const bytesOf = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** The bytes may stand anywhere in a buffer that they share: a copy has its own. */
const floatsOf = (bytes: Uint8Array) => new Float32Array(new Uint8Array(bytes).buffer);

/** Null for what is no vector of so many dimensions. */
export function vectorOf(bytes: Uint8Array, dimensions: number): Float32Array | null {
  if (bytes.byteLength !== 4 * dimensions || !Number.isInteger(dimensions) || dimensions === 0) return null;
  const vector = floatsOf(bytes);
  let sum = 0;
  for (let i = 0; i < dimensions; i += 1) sum += vector[i]! * vector[i]!;
  return Number.isFinite(sum) ? vector : null;
}

/** Null for what is no vector of as many dimensions. Rounded to as many digits as a cursor tells. */
export function likenessOf(
  one: Float32Array,
  row: Pick<VectorRow, 'id' | 'owner' | 'created_at' | 'vector'> | undefined,
): LikenessRow | null {
  if (row?.vector.byteLength !== one.byteLength || one.length === 0) return null;
  const { buffer, byteOffset } = row.vector;
  const other = byteOffset % 4 === 0 ? new Float32Array(buffer, byteOffset, one.length) : floatsOf(row.vector);
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += one[i]! * other[i]!;
  // As it is wherever one of its numbers is none.
  if (!Number.isFinite(sum)) return null;
  const { id, owner, created_at } = row;
  return { id, owner, created_at, likeness: Math.round(1e7 * sum) / 1e7 };
}
