import { AppError } from '../../errors.ts';
import type { Nearest, Neighbour, Vectors } from '../../ports/vectors.ts';
import type { Store } from '../records/store.ts';
import { AFTER_ALL } from '../records/texts.ts';
import { bytesOf, vectorOf } from './float-bytes.ts';
import { LoadedIndex, MOST_VECTORS } from './loaded-index.ts';

/** So many of those that are near by their codes are compared as they are. */
const RESCORED = 200;
/** Where terms are asked for: no more analyses have them than this, all are compared; else those that are near are asked for their terms. */
const COMPARED = 2000;
const NEAR_BY_TERMS = 4000;
/** So often the index may name mostly what is gone. */
const ATTEMPTS = 3;
/** Vectors and analyses that are asked of the store at once. */
const AT_ONCE = 200;

/** Vectors in a store of records, found by an index in this process, or by the server where it has one. */
export function vectorsOver(store: Store, most: number = MOST_VECTORS): Vectors {
  const indexes = new Map<string, LoadedIndex>();

  function indexOf(space: string, dimensions: number): LoadedIndex {
    const known = indexes.get(space);
    if (known) return known;
    const made = new LoadedIndex(store, space, dimensions, most);
    indexes.clear();
    indexes.set(space, made);
    return made;
  }

  async function near(query: Nearest, count: number): Promise<readonly string[]> {
    const there = await store.nearVectors?.(query, count);
    if (there) return there;
    const index = await indexOf(query.space, query.vector.length).current();
    const { owner, vector, since, until } = query;
    return index.near({ owner, vector, since, until, limit: count });
  }

  /** As the store has them. What it no longer has the index forgets; null where that was most of them: there are others. */
  async function compare(query: Nearest, ids: readonly string[]): Promise<Neighbour[] | null> {
    const { owner, space, vector, since = '', until = '\u{10ffff}' } = query;
    const neighbours: Neighbour[] = [];
    const gone = new Set(ids);
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      stopped(query.signal);
      for (const row of await store.call('vectorsOf', ids.slice(at, at + AT_ONCE), space)) {
        gone.delete(row.id);
        const other = vectorOf(row.vector, vector.length);
        // Whatever found it, only the store says whose it is.
        if (other === null || row.owner !== owner || row.created_at < since || row.created_at > until) continue;
        neighbours.push({ id: row.id, createdAt: row.created_at, similarity: dot(vector, other) });
      }
    }
    if (query.terms.length > 0) return neighbours;
    for (const id of gone) indexes.get(space)?.forget(id);
    return 2 * gone.size > ids.length ? null : neighbours;
  }

  /** All that have the terms, where they are few; else null. */
  async function fewHaving({ owner, terms, since = '', until, signal }: Nearest): Promise<readonly string[] | null> {
    const ids: string[] = [];
    let after = until === undefined ? AFTER_ALL : { at: until, id: AFTER_ALL.at };
    while (ids.length <= COMPARED) {
      stopped(signal);
      const page = await store.call('searchAnalyses', owner, terms, since, after, COMPARED / 4);
      ids.push(...page.ids);
      if (page.next === null) return ids;
      after = page.next;
    }
    return null;
  }

  async function candidates(query: Nearest): Promise<readonly string[]> {
    if (query.terms.length === 0) return near(query, Math.max(RESCORED, 2 * query.limit));
    const few = await fewHaving(query);
    if (few !== null) return few;
    const ids = await near(query, NEAR_BY_TERMS);
    const having: string[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      stopped(query.signal);
      having.push(...(await store.call('analysesHaving', query.owner, query.terms, ids.slice(at, at + AT_ONCE))));
    }
    return having;
  }

  return {
    async put(analysisId, space, vector) {
      await store.call('putVector', analysisId, space, bytesOf(vector));
      indexes.get(space)?.outdated();
    },
    async of(ids, space) {
      const found = new Map<string, Float32Array>();
      for (const { id, vector } of await store.call('vectorsOf', ids, space)) {
        const read = vectorOf(vector, vector.byteLength / 4);
        if (read !== null) found.set(id, read);
      }
      return found;
    },
    async nearest(query) {
      for (let attempt = 0; ; attempt += 1) {
        const ids = await candidates(query);
        const neighbours = await compare(query, ids);
        if (neighbours !== null) return neighbours.toSorted(bySimilarity).slice(0, query.limit);
        // Very many were deleted: what is left is read anew.
        if (attempt === ATTEMPTS) indexes.delete(query.space);
        if (attempt > ATTEMPTS) return [];
      }
    },
    async missing(space, after, limit) {
      return store.call('analysesWithoutVector', space, after, limit);
    },
  };
}

function stopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('ANALYSIS_006');
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  // As many digits as a cursor tells: what is equal there is equal here.
  return Math.round(1e7 * sum) / 1e7;
}

const bySimilarity = (a: Neighbour, b: Neighbour): number =>
  b.similarity - a.similarity ||
  (a.createdAt === b.createdAt ? (a.id < b.id ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1);
