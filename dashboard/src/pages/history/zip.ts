import { ApiError } from '../../api/api-error.ts';
import { answer, api, page } from '../../api/client.ts';
import { annotated } from '../../components/desk/photo.ts';

/** Of one file: what comes together in the memory of a browser, and of an archive without ZIP64. */
export const MOST_IN_ZIP = 1000;
const SIDE = 1600;
const AT_ONCE = 2;
const PAGE = 100;
const TRIES = 5;
const MS = 1000;

export interface ZipWish {
  /** These; empty: the newest, of one stored calibration where one is named. */
  readonly ids: readonly string[];
  readonly camera: string;
}
export interface Zipped {
  readonly file: Blob;
  readonly analyses: number;
  /** Analyses whose photo is not kept: their data alone is in the file. */
  readonly without: number;
}

/** Analyses as one archive: the annotated picture and all data of each. Throws ApiError, or what aborted it. */
export async function zipAnalyses(
  { ids, camera }: ZipWish,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Zipped> {
  const { Zip, ZipDeflate, ZipPassThrough, strToU8 } = await import('fflate');
  const wanted = ids.length > 0 ? ids : await newest(camera, signal);
  const parts: BlobPart[] = [];
  const archive = new Zip((error, chunk) => {
    if (error) throw error;
    // In the hands of the browser, which may keep it on disk.
    parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
  });
  const add = (name: string, bytes: Uint8Array, isSmall: boolean, time: string) => {
    const entry = isSmall ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = new Date(time);
    archive.add(entry);
    entry.push(bytes, true);
  };

  let [next, done, without] = [0, 0, 0];
  async function take(): Promise<void> {
    for (let id = wanted[next++]; id !== undefined; id = wanted[next++]) {
      signal.throwIfAborted();
      const path = { analysis_id: id };
      const analysis = await patient(
        () => answer(api.GET('/api/v1/analyze/results/{analysis_id}', { params: { path }, signal })),
        signal,
      );
      const picture = await patient(() => annotated(path.analysis_id, SIDE, signal), signal).catch(missing);
      const name = `${analysis.timestamp.slice(0, 19).replaceAll(':', '-')}_${id}`;
      add(`${name}.json`, strToU8(JSON.stringify(analysis, null, 2)), false, analysis.timestamp);
      if (picture === null) without += 1;
      else add(`${name}.jpg`, new Uint8Array(await picture.arrayBuffer()), true, analysis.timestamp);
      done += 1;
      onProgress(done / wanted.length);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  archive.end();
  return { file: new Blob(parts, { type: 'application/zip' }), analyses: done, without };
}

async function newest(camera: string, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; calibration_id?: string; cursor?: string } = {
      limit: PAGE,
      ...(camera && { calibration_id: camera }),
      ...(cursor !== null && { cursor }),
    };
    const part = await page(api.GET('/api/v1/analyze/history', { params: { query }, signal }));
    ids.push(...part.items.map((item) => item.analysis_id));
    cursor = part.next;
  } while (cursor !== null && ids.length < MOST_IN_ZIP);
  return ids.slice(0, MOST_IN_ZIP);
}

/** Tries again where the server asks for patience. */
async function patient<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.retryAfterS === null || tried === TRIES) throw thrown;
      const seconds = thrown.retryAfterS;
      await new Promise((resolve) => setTimeout(resolve, seconds * MS));
      signal.throwIfAborted();
    }
  }
}

function missing(thrown: unknown): null {
  if (thrown instanceof ApiError && thrown.status < 500 && thrown.status !== 401 && thrown.status !== 403) return null;
  throw thrown;
}
