import { constants, type Dirent } from 'node:fs';
import { lstat, open, opendir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { isAllowed, openRoots } from '../../image/roots.ts';
import type { Grabbed, OpenCamera } from '../../ports/camera-source.ts';
import { MAX_BYTES, noPicture } from './no-picture.ts';

/** Names of pictures; what begins with a dot is somebody's work in progress. */
const PICTURE = /^[^.].*\.(jpe?g|png|webp)$/is;
/** Entries of a folder that are looked at. */
const MOST_ENTRIES = 50_000;
/** Of the newest pictures, tried one after the other while the newer ones are still being written. */
const CANDIDATES = 4;
/** A file that stays the same for so long is written, ms. */
const SETTLED_MS = 250;
/** A file whose time is further ahead than this has a wrong one: it is no measure of what is written now, ms. */
const AHEAD_MS = 60_000;

interface Candidate {
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface FolderOptions {
  readonly allowedRoots: readonly string[];
  readonly settledMs?: number;
}

export async function checkFolder(path: string, allowedRoots: readonly string[]): Promise<string> {
  const real = await realpath(resolve(path.replace(/^~(?=$|[/\\])/, homedir()))).catch(() => null);
  if (real === null || !isAllowed(real, await openRoots(allowedRoots))) {
    throw new AppError('VALIDATION_007', {
      message: 'The folder does not exist, or lies outside the folders whose pictures may be read.',
      advice: 'Use a folder inside one of H200_ALLOWED_ROOTS.',
    });
  }
  return real;
}

/** The newest picture that something wrote into a folder. Names are data: nothing is read through a link. */
export function folderCamera(path: string, { allowedRoots, settledMs = SETTLED_MS }: FolderOptions): OpenCamera {
  const marks: Marks = { last: null, ahead: null };
  return {
    async grab(signal): Promise<Grabbed | null> {
      const folder = await checkFolder(path, allowedRoots);
      const now = Date.now();
      if (marks.last !== null && isAhead(marks.last, now)) {
        // The clock was set back: what was the newest is of the future now.
        if (marks.ahead === null || isNewer(marks.last, marks.ahead)) marks.ahead = marks.last;
        marks.last = null;
      }
      for (const one of await newest(folder, marks, now, signal)) {
        const bytes = await readSettled(one, settledMs, signal);
        if (bytes === null) continue;
        if (isAhead(one, now)) {
          marks.ahead = one;
          // It counts as of now: what is older is no news.
          marks.last = { path: '', mtimeMs: now, size: 0 };
        } else marks.last = one;
        return { bytes, takenAt: new Date(one.mtimeMs) };
      }
      return null;
    },
    async close() {},
  };
}

/** The newest pictures that were given: of now, and of those whose time is still to come. */
interface Marks {
  last: Candidate | null;
  ahead: Candidate | null;
}

const isAhead = ({ mtimeMs }: Candidate, now: number): boolean => mtimeMs > now + AHEAD_MS;

/** Those that are newer than what was given, newest first. */
async function newest(folder: string, { last, ahead }: Marks, now: number, signal: AbortSignal): Promise<Candidate[]> {
  const found: Candidate[] = [];
  let seen = 0;
  for await (const entry of await opendir(folder).catch(unreadable)) {
    signal.throwIfAborted();
    seen += 1;
    if (seen > MOST_ENTRIES) {
      throw noPicture(`The folder holds more than ${MOST_ENTRIES} entries.`, { entries: MOST_ENTRIES });
    }
    const one = await candidate(folder, entry);
    if (one === null) continue;
    const given = isAhead(one, now) ? ahead : last;
    if (given !== null && !isNewer(one, given)) continue;
    found.push(one);
    found.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.path < b.path ? 1 : -1));
    found.length = Math.min(found.length, CANDIDATES);
  }
  return found;
}

async function candidate(folder: string, entry: Dirent): Promise<Candidate | null> {
  if (!entry.isFile() || !PICTURE.test(entry.name)) return null;
  const path = join(folder, entry.name);
  const found = await lstat(path).catch(() => null);
  if (!found?.isFile() || found.size === 0) return null;
  return { path, mtimeMs: found.mtimeMs, size: found.size };
}

const isNewer = (one: Candidate, last: Candidate): boolean =>
  one.mtimeMs > last.mtimeMs ||
  (one.mtimeMs === last.mtimeMs && (one.path > last.path || (one.path === last.path && one.size !== last.size)));

/** Null: it is still being written, or gone. */
async function readSettled({ path, mtimeMs, size }: Candidate, settledMs: number, signal: AbortSignal) {
  if (size > MAX_BYTES) throw noPicture('The newest picture of the folder is larger than 25 MB.');
  const isYoung = Math.abs(Date.now() - mtimeMs) < settledMs;
  if (isYoung) await sleep(settledMs, undefined, { signal });
  // A link that was put in its place is not followed, a pipe is not waited for.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const before = await file.stat();
    if (!before.isFile() || before.size !== size || before.mtimeMs !== mtimeMs) return null;
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    const after = await file.stat();
    return bytesRead === size && after.size === size && after.mtimeMs === mtimeMs && isWhole(bytes) ? bytes : null;
  } finally {
    await file.close();
  }
}

/** Whether its end is there: a writer that was slow, or stopped in between, leaves none. */
function isWhole(bytes: Buffer): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 0;
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return bytes.subarray(-64).includes('IEND');
  if (bytes.subarray(0, 4).toString('latin1') === 'RIFF') return bytes.length >= bytes.readUInt32LE(4) + 8;
  return false;
}

function unreadable(cause: unknown): never {
  throw noPicture('The folder cannot be read.', {}, cause);
}
