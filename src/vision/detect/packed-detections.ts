import type { RawDetection } from './postprocess.ts';

/** Six numbers for each detection, in a row: how they travel between threads. Float64 keeps boxes exactly as computed. */
export type PackedDetections = Float64Array;

const FIELDS = 6;

export function pack(detections: readonly RawDetection[]): PackedDetections {
  return Float64Array.from(detections.flatMap(({ classIndex, score, box }) => [classIndex, score, ...box]));
}

export function unpack(packed: PackedDetections): RawDetection[] {
  return Array.from({ length: packed.length / FIELDS }, (_, i) => {
    const [classIndex, score, x1, y1, x2, y2] = packed.subarray(i * FIELDS, (i + 1) * FIELDS);
    return { classIndex: classIndex!, score: score!, box: [x1!, y1!, x2!, y2!] };
  });
}
