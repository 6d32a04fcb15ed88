import type { BigIntStats } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { Image } from './image.ts';

/** What follows from the bytes alone. */
export type ImageFacts = Omit<Image, 'bytes' | 'label'>;

const MOST = 2000;

/**
 * A file that changed this lately when it was read may change once more within the same tick of its file system's clock
 * (FAT has two seconds), ms. Such a file is read again.
 */
const SETTLED_MS = 3000;

type FileState = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

interface KnownFile {
  readonly state: FileState;
  readonly sha256: string;
  readonly isLocal: boolean;
}

/** What was read of images before: of bytes by their hash, of files also by what the file system says of them. */
export class KnownImages {
  private readonly bySha256 = new LRUCache<string, ImageFacts>({ max: MOST });
  private readonly byPath = new LRUCache<string, KnownFile>({ max: MOST });

  ofBytes(sha256: string): ImageFacts | undefined {
    return this.bySha256.get(sha256);
  }

  /** Of the file at a path without links, when it is as it was read. */
  ofFile(real: string, now: FileState): ImageFacts | undefined {
    const known = this.byPath.get(real);
    return known && isSame(known.state, now) ? this.bySha256.get(known.sha256) : undefined;
  }

  /** Whether a file of this path, without links, was read before. */
  hasFile(real: string): boolean {
    return this.byPath.has(real);
  }

  /** Whether it was read from a disk of this machine. */
  isLocal(real: string): boolean {
    return this.byPath.get(real)?.isLocal ?? false;
  }

  add(facts: ImageFacts): void {
    this.bySha256.set(facts.sha256, facts);
  }

  /** `state`: before the file was read and after it alike. */
  addFile(real: string, state: FileState, sha256: string, isLocal: boolean): void {
    const file = { state, sha256, isLocal };
    if (Date.now() - Number(state.ctimeNs / 1_000_000n) > SETTLED_MS) this.byPath.set(real, file);
    else this.byPath.delete(real);
  }
}

export const isSame = (a: FileState, b: FileState): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
