import type { CellFeatures } from './cell-features.ts';
import { BASE, TREES } from './free-trees.ts';
import { meansAround } from './means-around.ts';

/** Log odds that the table is free in each visible cell, the mean with its neighbours' (boosted trees; training/free_table.py). */
export function freeScore(features: CellFeatures, visible: Uint8Array, columns: number, rows: number): Float32Array {
  const own = new Float32Array(visible.length);
  for (const [first, limit, left, leftLimit, a, b, right, rightLimit, c, d] of TREES) {
    const [one, two, three] = [features[first], features[left], features[right]];
    for (let i = 0; i < own.length; i++) {
      if (!visible[i]) continue;
      own[i]! += one[i]! <= limit ? (two[i]! <= leftLimit ? a : b) : three[i]! <= rightLimit ? c : d;
    }
  }
  const mean = meansAround(visible, columns, rows).of(own, 1);
  for (let i = 0; i < own.length; i++) mean[i] = visible[i] ? mean[i]! + BASE : Number.NEGATIVE_INFINITY;
  return mean;
}
