import type { ListPosition } from '../../ports/cursor.ts';
import { nextTurn, SLICE_MS } from '../../turns.ts';
import type { VectorRow } from '../records/rows.ts';
import type { Store } from '../records/store.ts';
import { vectorOf } from './float-bytes.ts';
import { SignIndex } from './sign-index.ts';

/** Vectors that are asked of the store at once, half a megabyte. */
const AT_ONCE = 256;
/** The mean that codes are taken about is of so many. */
const SAMPLE = 2048;
/** More are not kept in memory: 100 bytes each. */
export const MOST_VECTORS = 1_000_000;
/** Other servers' writes that were begun before the last one that was seen may become visible after it, ms. */
const LATE_MS = 30_000;
/** What is there is looked at again after so long at most, ms. */
const REFRESH_MS = 500;
const BEGIN: ListPosition = { at: '', id: '' };

/** The index of one space, filled from the store and kept up with what this and other servers write there. */
export class LoadedIndex {
  private readonly store: Store;
  private readonly space: string;
  private readonly dimensions: number;
  private readonly most: number;
  private index: SignIndex | null = null;
  private last = BEGIN;
  /** Vectors that the mean is of. */
  private sampled = 0;
  private refreshing: Promise<SignIndex> | null = null;
  private refreshed = Number.NEGATIVE_INFINITY;

  constructor(store: Store, space: string, dimensions: number, most: number = MOST_VECTORS) {
    this.store = store;
    this.space = space;
    this.dimensions = dimensions;
    this.most = most;
  }

  forget(id: string): void {
    this.index?.remove(id);
  }

  /** The next look goes to the store: something was written. */
  outdated(): void {
    this.refreshed = Number.NEGATIVE_INFINITY;
  }

  /** As it is now, by the store. Throws what the store throws. */
  async current(): Promise<SignIndex> {
    if (this.index !== null && performance.now() - this.refreshed < REFRESH_MS) return this.index;
    this.refreshing ??= this.refresh()
      .catch((thrown: unknown) => {
        // What was read before there was an index is in none.
        if (this.index === null) this.last = BEGIN;
        throw thrown;
      })
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private async refresh(): Promise<SignIndex> {
    const began = performance.now();
    // Codes about the mean of a few say little of many.
    if (this.index !== null && this.sampled < SAMPLE && this.index.size > 4 * this.sampled) {
      this.index = null;
      this.last = BEGIN;
    }
    let after = this.earlier();
    // Those before there is an index: their mean is not known yet.
    let waiting: VectorRow[] = [];
    for (;;) {
      const rows: VectorRow[] = await this.store.call('vectorsBehind', this.space, after, AT_ONCE);
      const end = rows.at(-1);
      if (this.index === null) waiting = [...waiting, ...rows];
      else await this.addAll(rows);
      if (this.index === null && (end === undefined || waiting.length >= SAMPLE)) {
        this.sampled = waiting.length;
        this.index = new SignIndex(this.meanOf(waiting), this.most);
        await this.addAll(waiting);
        waiting = [];
      }
      if (end === undefined) break;
      after = end;
      if (end.at >= this.last.at) this.last = { at: end.at, id: end.id };
      if (rows.length < AT_ONCE && this.index !== null) break;
    }
    this.refreshed = began;
    return this.index!;
  }

  /** Where the next look begins: in a store of several servers somewhat before the last that was seen. */
  private earlier(): ListPosition {
    if (this.last.at === '' || this.store.status().backend === 'embedded') return this.last;
    return { at: new Date(Date.parse(this.last.at) - LATE_MS).toISOString(), id: '' };
  }

  private async addAll(rows: readonly VectorRow[]): Promise<void> {
    let start = performance.now();
    for (const { id, owner, created_at, vector: bytes } of rows) {
      const vector = vectorOf(bytes, this.dimensions);
      if (vector !== null) this.index!.add({ id, owner, created_at, vector });
      if (performance.now() - start > SLICE_MS) {
        await nextTurn();
        start = performance.now();
      }
    }
  }

  private meanOf(rows: readonly VectorRow[]): Float32Array {
    const mean = new Float32Array(this.dimensions);
    const vectors = rows.flatMap(({ vector }) => vectorOf(vector, this.dimensions) ?? []);
    for (const vector of vectors) for (let i = 0; i < mean.length; i += 1) mean[i]! += vector[i]! / vectors.length;
    return mean;
  }
}
