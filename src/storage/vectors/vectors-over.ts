import { AppError } from '../../errors.ts';
import type { Nearest, Neighbour, Vectors } from '../../ports/vectors.ts';
import type { Store } from '../records/store.ts';
import { AFTER_ALL } from '../records/texts.ts';
import { bytesOf, vectorOf } from './float-bytes.ts';
import { LoadedIndex, MOST_VECTORS } from './loaded-index.ts';
import type { NearCodes } from './sign-index.ts';

/** So many of those that are near by their codes are compared as they are, at first … */
const FIRST = 150;
/** … and then all that may be more alike than the last of the best, their guess off by so many deviations; no more than MOST. */
const DEVIATIONS = 4;
const MOST = 2000;
/** Where terms are asked for: if no more analyses have them than this, all are compared; else those that are near are asked for their terms. */
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

  async function near(query: Nearest): Promise<NearCodes> {
    return (await indexOf(query.space, query.vector.length).current()).near(query);
  }

  /** As the store has them. What it no longer has the index forgets; null where that was most of them: there are others. */
  async function compare(query: Nearest, ids: readonly string[]): Promise<Neighbour[] | null> {
    const { owner, space, vector, since = '', until = '\u{10ffff}' } = query;
    const asked = bytesOf(vector);
    const neighbours: Neighbour[] = [];
    const gone = new Set(ids);
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      stopped(query.signal);
      for (const row of await store.call('likenesses', space, asked, ids.slice(at, at + AT_ONCE))) {
        gone.delete(row.id);
        // Whatever found it, only the store says whose it is.
        if (row.owner !== owner || row.created_at < since || row.created_at > until) continue;
        neighbours.push({ id: row.id, createdAt: row.created_at, similarity: row.likeness });
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

  /** Those that have the terms, of which there are many: near ones are asked whether they have them. */
  async function nearHaving(query: Nearest): Promise<string[]> {
    const ids = (await store.nearVectors?.(query, NEAR_BY_TERMS)) ?? (await nearest(query, NEAR_BY_TERMS));
    const having: string[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      stopped(query.signal);
      having.push(...(await store.call('analysesHaving', query.owner, query.terms, ids.slice(at, at + AT_ONCE))));
    }
    return having;
  }

  async function nearest(query: Nearest, count: number): Promise<string[]> {
    const codes = await near(query);
    return [...codes.within(codes.reach(count)).keys()];
  }

  /** What is among the nearest, and perhaps some more; null where most of what the index names is gone. */
  async function compareNear(query: Nearest): Promise<Neighbour[] | null> {
    const first = Math.max(FIRST, 2 * query.limit);
    const there = await store.nearVectors?.(query, first);
    if (there) return compare(query, there);
    const codes = await near(query);
    const reach = codes.reach(first);
    const named = codes.within(reach);
    const found = await compare(query, [...named.keys()]);
    if (found === null || found.length === 0) return found;
    const last = found.toSorted(bySimilarity)[query.limit - 1]?.similarity;
    if (last === undefined) return found;
    // How far the guesses are off, of those that are known now.
    const errors = found.map(({ id, similarity }) => similarity - named.get(id)!);
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    const least = Math.max(last - DEVIATIONS * deviation, codes.reach(MOST));
    if (least >= reach) return found;
    const more = [...codes.within(least).keys()].filter((id) => !named.has(id));
    return [...found, ...((await compare(query, more)) ?? [])];
  }

  async function compareAny(query: Nearest): Promise<Neighbour[] | null> {
    if (query.terms.length === 0) return compareNear(query);
    return compare(query, (await fewHaving(query)) ?? (await nearHaving(query)));
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
        const neighbours = await compareAny(query);
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

const bySimilarity = (a: Neighbour, b: Neighbour): number =>
  b.similarity - a.similarity ||
  (a.createdAt === b.createdAt ? (a.id < b.id ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1);
