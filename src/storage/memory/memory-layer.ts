import { LRUCache } from 'lru-cache';
import { subjectOf } from '../cache-name.ts';

export interface MemoryLimits {
  readonly maxBytes: number;
  /** Longest time in memory without being asked for, ms. */
  readonly ttlMs: number;
  /** Another clock than that of the process. */
  readonly clock?: { now(): number };
}

export interface Held {
  readonly entry: Buffer;
  /** It came from outside and nobody has looked at it yet. */
  isForeign: boolean;
  /** It must not leave this process. */
  readonly isHere: boolean;
  /** It lies in Redis, where another server may forget it: when it was read there, ms; null: it is nobody's copy. */
  copiedAt: number | null;
}

type SetOptions = Partial<Pick<Held, 'isForeign' | 'isHere' | 'copiedAt'>> & { readonly ttlMs?: number };

/** What an entry costs besides its bytes and its name: objects, list and maps, about. */
const OVERHEAD_BYTES = 300;

/** A full layer gives up what was used the longest ago until so much is left. */
const KEPT_SHARE = 0.8;

/** Entries in the process by name, bounded by bytes: the least recently used go first. */
export class MemoryLayer {
  private readonly lru: LRUCache<string, Held>;
  private readonly bySubject = new Map<string, Set<string>>();
  private readonly limits: MemoryLimits;
  evictions = 0;

  constructor(limits: MemoryLimits) {
    this.limits = limits;
    this.lru = new LRUCache({
      maxSize: limits.maxBytes,
      ...(limits.clock && { perf: limits.clock, ttlResolution: 0 }),
      sizeCalculation: ({ entry }, name) => sizeOf(name, entry),
      dispose: (_held, name, reason) => {
        if (reason === 'evict') this.evictions += 1;
        if (reason !== 'set') this.unlist(name);
      },
    });
  }

  get size(): number {
    return this.lru.size;
  }

  get bytes(): number {
    return this.lru.calculatedSize;
  }

  /** Its time begins anew, unless it must not leave this process: nothing grows false by age, as its name says all. */
  get(name: string): Held | undefined {
    return this.lru.get(name, { updateAgeOnGet: this.lru.peek(name)?.isHere === false });
  }

  set(name: string, entry: Buffer, options: SetOptions = {}): void {
    const { isForeign = false, isHere = false, copiedAt = null, ttlMs = this.limits.ttlMs } = options;
    const size = sizeOf(name, entry);
    const { maxBytes } = this.limits;
    this.lru.delete(name);
    if (this.bytes + size > maxBytes) while (this.size > 0 && this.bytes + size > KEPT_SHARE * maxBytes) this.lru.pop();
    this.lru.set(name, { entry, isForeign, isHere, copiedAt }, { ttl: Math.min(ttlMs, this.limits.ttlMs) });
    if (this.lru.has(name)) this.list(name);
  }

  delete(name: string): boolean {
    return this.lru.delete(name);
  }

  /** Removes the entry unless another one has taken its place. */
  give(name: string, entry: Buffer): void {
    if (this.lru.peek(name)?.entry === entry) this.delete(name);
  }

  /** How many went. */
  forget(subject: string): number {
    return [...(this.bySubject.get(subject) ?? [])].filter((name) => this.delete(name)).length;
  }

  /** All, or those of a kind; how many went. */
  clear(kind?: string): number {
    const names = [...this.lru.keys()].filter((name) => kind === undefined || name.startsWith(`${kind}:`));
    return names.filter((name) => this.delete(name)).length;
  }

  /** What is too old and was not asked for since would stay until its room is needed. */
  dropOld(): void {
    this.lru.purgeStale();
  }

  private list(name: string): void {
    const subject = subjectOf(name);
    const names = this.bySubject.get(subject);
    if (names) names.add(name);
    else this.bySubject.set(subject, new Set([name]));
  }

  private unlist(name: string): void {
    const subject = subjectOf(name);
    const names = this.bySubject.get(subject);
    names?.delete(name);
    if (names?.size === 0) this.bySubject.delete(subject);
  }
}

const sizeOf = (name: string, entry: Buffer) => entry.length + 2 * name.length + OVERHEAD_BYTES;
