import { nextTurn, SLICE_MS } from '../../turns.ts';
import { distance, SignCoder, WORDS } from './sign-codes.ts';

export interface IndexEntry {
  readonly id: string;
  readonly owner: string;
  readonly created_at: string;
  readonly vector: Float32Array;
}

export interface IndexQuery {
  readonly owner: string;
  readonly vector: Float32Array;
  /** ISO 8601; both included. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** So many at most. */
  readonly limit: number;
}

/** Codes that are compared between two looks at the clock. */
const BLOCK = 2048;
const NOBODY = -1;
/** No two codes differ in so many bits. */
const FAR = 0xffff;

/**
 * Codes of vectors, 64 bytes each, and whose they are: which of many may be near is found without reading them. No turn of
 * the event loop is held for long. Beyond `most` the oldest in the order of adding are forgotten.
 */
export class SignIndex {
  private readonly coder: SignCoder;
  private readonly most: number;
  private codes = new Uint32Array(1024 * WORDS);
  private owners = new Int32Array(1024);
  /** Milliseconds since 1970. */
  private times = new Float64Array(1024);
  private readonly ids: string[] = [];
  private readonly slots = new Map<string, number>();
  private readonly ownerNumbers = new Map<string, number>();
  /** Where the next one goes once `most` are there. */
  private oldest = 0;

  /** `mean`: of the vectors that are to come, or of some of them. */
  constructor(mean: Float32Array, most: number) {
    this.coder = new SignCoder(mean);
    this.most = most;
  }

  get size(): number {
    return this.slots.size;
  }

  /** In the place of one of the same id. */
  add({ id, owner, created_at, vector }: IndexEntry): void {
    const slot = this.slots.get(id) ?? this.freeSlot();
    this.coder.write(vector, this.codes, slot * WORDS);
    this.owners[slot] = this.numberOf(owner);
    this.times[slot] = Date.parse(created_at);
    this.ids[slot] = id;
    this.slots.set(id, slot);
  }

  remove(id: string): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    this.slots.delete(id);
    this.owners[slot] = NOBODY;
  }

  /** Ids of those that may be nearest, in no order: the nearest by their codes, and all that are as near as the last of them. */
  async near({ owner, vector, since, until, limit }: IndexQuery): Promise<string[]> {
    const wanted = this.ownerNumbers.get(owner);
    if (wanted === undefined) return [];
    const query = new Uint32Array(WORDS);
    this.coder.write(vector, query, 0);
    const [from, to] = [bound(since, Number.NEGATIVE_INFINITY), bound(until, Number.POSITIVE_INFINITY)];
    const count = this.ids.length;
    const distances = new Uint16Array(count).fill(FAR);
    const histogram = new Uint32Array(WORDS * 32 + 1);
    let start = performance.now();
    for (let begin = 0; begin < count; begin += BLOCK) {
      const end = Math.min(count, begin + BLOCK);
      for (let slot = begin; slot < end; slot += 1) {
        if (this.owners[slot] !== wanted || this.times[slot]! < from || this.times[slot]! > to) continue;
        const far = distance(this.codes, slot * WORDS, query);
        distances[slot] = far;
        histogram[far]! += 1;
      }
      if (performance.now() - start > SLICE_MS) {
        await nextTurn();
        start = performance.now();
      }
    }
    let last = -1;
    for (let sum = 0; sum < limit && last < WORDS * 32; ) sum += histogram[++last]!;
    const found: string[] = [];
    for (let slot = 0; slot < count; slot += 1) if (distances[slot]! <= last) found.push(this.ids[slot]!);
    return found;
  }

  private freeSlot(): number {
    const slot = this.ids.length;
    if (slot < this.most) {
      if (slot * WORDS === this.codes.length) this.grow();
      return slot;
    }
    const taken = this.oldest;
    this.oldest = (this.oldest + 1) % this.most;
    if (this.slots.get(this.ids[taken]!) === taken) this.slots.delete(this.ids[taken]!);
    return taken;
  }

  private grow(): void {
    const size = Math.min(this.most, Math.ceil(1.5 * this.owners.length));
    const [codes, owners, times] = [new Uint32Array(size * WORDS), new Int32Array(size), new Float64Array(size)];
    codes.set(this.codes);
    owners.set(this.owners);
    times.set(this.times);
    [this.codes, this.owners, this.times] = [codes, owners, times];
  }

  private numberOf(owner: string): number {
    const known = this.ownerNumbers.get(owner);
    if (known !== undefined) return known;
    this.ownerNumbers.set(owner, this.ownerNumbers.size);
    return this.ownerNumbers.size - 1;
  }
}

const bound = (time: string | undefined, none: number): number => (time === undefined ? none : Date.parse(time));
