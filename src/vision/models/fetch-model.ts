import { createWriteStream } from 'node:fs';
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors.ts';
import { makeFolderLater } from '../../make-folder.ts';
import { acceptedFiles, type ModelFileEntry } from './entry.ts';
import { byHand, diskError, downloadError } from './fetch-errors.ts';
import { sha256OfFile } from './hash.ts';

export interface FetchProgress {
  readonly doneBytes: number;
  /** Null when neither manifest nor server say. */
  readonly totalBytes: number | null;
}

export interface FetchOptions {
  /** A folder, a file:// or http(s) address of a folder, or the address of the file itself, instead of the manifest's. */
  readonly from?: string;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
  /** The user has read the notice of a model that needs one. */
  readonly acceptLicence?: boolean;
  /** No byte for so long ends the attempt, ms. Default 30 s. */
  readonly stallMs?: number;
}

export interface Fetched {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** False: an intact file was there already. */
  readonly fetched: boolean;
  /** Bytes kept from an earlier, interrupted attempt. */
  readonly resumedFrom: number;
}

/**
 * Installs one model into `directory`: downloads into `FILE.part` (continued after an interruption), checks the sha256,
 * then renames, so that the final name never holds anything else than the model. Throws VALIDATION_002 for a notice
 * that was not accepted or an entry without an address, SYSTEM_001 when no source answers, ANALYSIS_007 on another hash.
 */
export async function fetchModel(
  entry: ModelFileEntry,
  directory: string,
  options: FetchOptions = {},
): Promise<Fetched> {
  if (entry.notice !== null && options.acceptLicence !== true) throw notAccepted(entry);
  const path = join(directory, entry.file);
  const there = await accepted(entry, path);
  if (there) return { name: entry.name, path, ...there, fetched: false, resumedFrom: 0 };
  const sources = options.from === undefined ? entry.urls : [sourceOf(options.from, entry.file)];
  if (sources.length === 0) throw noAddress(entry, directory);
  await makeFolderLater(directory).catch(diskError);
  const part = `${path}.part`;
  let last: unknown;
  for (const source of sources) {
    try {
      const resumedFrom = await download(entry, source, part, options);
      const file = await accepted(entry, part);
      if (!file) {
        await rm(part, { force: true });
        if (resumedFrom === 0) throw otherFile(entry);
        await download(entry, source, part, options);
      }
      const final = file ?? (await accepted(entry, part));
      if (!final) {
        await rm(part, { force: true });
        throw otherFile(entry);
      }
      await flush(part);
      await rename(part, path).catch(diskError);
      return { name: entry.name, path, ...final, fetched: true, resumedFrom: file ? resumedFrom : 0 };
    } catch (error) {
      if (options.signal?.aborted) throw new AppError('ANALYSIS_006', { message: 'The download was cancelled.' });
      last = error;
    }
  }
  throw last;
}

/** Brings `part` to the full file and returns how many bytes of it were there before. */
async function download(entry: ModelFileEntry, source: string, part: string, options: FetchOptions): Promise<number> {
  if (!/^https?:/.test(source)) {
    await copyFile(source, part).catch((cause) => {
      throw downloadError(entry, basename(source), dirname(part), cause);
    });
    const { size } = await stat(part);
    options.onProgress?.({ doneBytes: size, totalBytes: size });
    return 0;
  }
  const have = (await stat(part).catch(() => null))?.size ?? 0;
  const stall = new AbortController();
  const signals = options.signal ? [stall.signal, options.signal] : [stall.signal];
  const stallMs = options.stallMs ?? 30_000;
  const timer = setTimeout(() => stall.abort(new Error('stalled')), stallMs);
  try {
    const response = await fetch(source, {
      signal: AbortSignal.any(signals),
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
    });
    if (response.status === 416) return await restartOrKeep(entry, source, part, options);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const resumed = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
    if (response.status === 206 && !resumed) throw new Error('the server sent another part than asked for');
    let doneBytes = resumed ? have : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const totalBytes = Number.isFinite(length) ? doneBytes + length : entry.bytes;
    const limit = largest(entry) ?? totalBytes;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        doneBytes += chunk.byteLength;
        if (limit !== null && doneBytes > limit) throw new Error('the file is larger than the manifest says');
        options.onProgress?.({ doneBytes, totalBytes });
        yield chunk;
      }
    };
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream<Uint8Array>);
    await pipeline(body, counted, createWriteStream(part, { flags: resumed ? 'a' : 'w' }));
    return resumed ? have : 0;
  } catch (cause) {
    throw downloadError(entry, new URL(source).host, dirname(part), cause);
  } finally {
    clearTimeout(timer);
  }
}

/** The server has nothing beyond what is there: either all of it is there, or the part belongs to another file. */
async function restartOrKeep(
  entry: ModelFileEntry,
  source: string,
  part: string,
  options: FetchOptions,
): Promise<number> {
  if (await accepted(entry, part)) return (await stat(part)).size;
  await rm(part, { force: true });
  return download(entry, source, part, options);
}

/** Size and hash when the file is one that the manifest accepts. */
async function accepted(entry: ModelFileEntry, path: string): Promise<{ bytes: number; sha256: string } | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  const sha256 = await sha256OfFile(path);
  return acceptedFiles(entry).some((f) => f.sha256 === sha256) ? { bytes: found.size, sha256 } : null;
}

function largest(entry: ModelFileEntry): number | null {
  const sizes = acceptedFiles(entry).map((f) => f.bytes);
  return sizes.includes(null) ? null : Math.max(...sizes.map((s) => s ?? 0));
}

/** A mirror's folder or the file itself, as a path or an address. */
function sourceOf(from: string, file: string): string {
  const whole = /\.(onnx|json)$/.test(from) ? from : `${from.replace(/\/+$/, '')}/${file}`;
  return whole.startsWith('file:') ? fileURLToPath(whole) : whole;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+').catch(diskError);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notAccepted(entry: ModelFileEntry): AppError {
  return new AppError('VALIDATION_002', {
    message: `${entry.title} is licensed ${entry.licence}. ${entry.notice}`,
    advice: 'Read the notice; to go on, accept the licence explicitly.',
    details: { model: entry.name, licence: entry.licence },
  });
}

function noAddress(entry: ModelFileEntry, directory: string): AppError {
  return new AppError('VALIDATION_002', {
    message: `There is no public download of ${entry.title}.`,
    advice: byHand(entry, directory),
    details: { model: entry.name, file: entry.file },
  });
}

function otherFile(entry: ModelFileEntry): AppError {
  return new AppError('ANALYSIS_007', {
    message: 'The downloaded file is not the model that the manifest describes; it was removed.',
    advice: 'Try again, or fetch from another mirror with --from DIR|URL.',
    details: { model: entry.name, expected_sha256: acceptedFiles(entry).map((f) => f.sha256) },
  });
}
