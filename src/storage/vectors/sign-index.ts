import { nextTurn, SLICE_MS } from '../../turns.ts';
import { MOST_AT_ONCE, manyDistances } from './many-distances.ts';
import { BITS, SignCoder, WORDS } from './sign-codes.ts';

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
}

const NOBODY = -1;
/** Of a similarity, which lies between -1 and 1, and is only guessed. */
const BINS = 4096;
function binOf(likeness: number): number {
  const bin = ((likeness + 2) * (BINS / 4)) | 0;
  return bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
}
const leastOf = (bin: number): number => (4 * bin) / BINS - 2;
/** Of who is not meant. */
const NOT_MEANT = Number.NEGATIVE_INFINITY;
/** The cosine of the angle at which so many of the signs differ. */
const COSINES = Float64Array.from({ length: BITS + 1 }, (_, differ) => Math.cos((Math.PI * differ) / BITS));

/** What a look at all codes has found: about how alike each vector is. */
export class NearCodes {
  private readonly likenesses: Float32Array;
  private readonly histogram: Uint32Array;
  private readonly ids: readonly string[];

  constructor(likenesses: Float32Array, histogram: Uint32Array, ids: readonly string[]) {
    this.likenesses = likenesses;
    this.histogram = histogram;
    this.ids = ids;
  }

  /** About the likeness that so many have at least; below all where there are fewer. */
  reach(count: number): number {
    let bin = BINS;
    for (let sum = 0; sum < count && bin > 0; ) sum += this.histogram[--bin]!;
    return bin === 0 ? leastOf(-1) : leastOf(bin);
  }

  /** Ids of those that are about as alike or more, in no order, and how alike. */
  within(least: number): Map<string, number> {
    const found = new Map<string, number>();
    for (let slot = 0; slot < this.likenesses.length; slot += 1) {
      const likeness = this.likenesses[slot]!;
      if (likeness !== NOT_MEANT && likeness >= least) found.set(this.ids[slot]!, likeness);
    }
    return found;
  }
}

/**
 * Codes of vectors, 72 bytes each, and whose they are: which of many may be near is found without reading them. No turn of
 * the event loop is held for long. Beyond `most` the oldest in the order of adding are forgotten.
 */
export class SignIndex {
  private readonly coder: SignCoder;
  private readonly most: number;
  private codes = new Uint32Array(1024 * WORDS);
  private owners = new Int32Array(1024);
  /** Milliseconds since 1970. */
  private times = new Float64Array(1024);
  private norms = new Float32Array(1024);
  private along = new Float32Array(1024);
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
    const { norm, along } = this.coder.write(vector, this.codes, slot * WORDS);
    this.norms[slot] = norm;
    this.along[slot] = along;
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

  /** About how alike all that are meant are. Not to be kept: slots are used again. */
  async near({ owner, vector, since, until }: IndexQuery): Promise<NearCodes> {
    const wanted = this.ownerNumbers.get(owner) ?? NOBODY - 1;
    const query = new Uint32Array(WORDS);
    // (mean + a)(mean + b) is ab + (mean + b) mean + a mean; the codes tell the angle of a and b.
    const { norm, along } = this.coder.write(vector, query, 0);
    const { mean } = this.coder;
    const same = along - mean.reduce((sum, value) => sum + value * value, 0);
    const [from, to] = [bound(since, Number.NEGATIVE_INFINITY), bound(until, Number.POSITIVE_INFINITY)];
    const count = this.ids.length;
    const { codes, owners, times, norms, along: alongs } = this;
    const likenesses = new Float32Array(count).fill(NOT_MEANT);
    const histogram = new Uint32Array(BINS);
    let start = performance.now();
    for (let begin = 0; begin < count; begin += MOST_AT_ONCE) {
      const end = Math.min(count, begin + MOST_AT_ONCE);
      const differ = manyDistances(codes, begin, end - begin, query);
      for (let slot = begin; slot < end; slot += 1) {
        if (owners[slot] !== wanted || times[slot]! < from || times[slot]! > to) continue;
        const likeness = norm * norms[slot]! * COSINES[differ[slot - begin]!]! + alongs[slot]! + same;
        likenesses[slot] = likeness;
        histogram[binOf(likeness)]! += 1;
      }
      if (performance.now() - start > SLICE_MS) {
        await nextTurn();
        start = performance.now();
      }
    }
    return new NearCodes(likenesses, histogram, this.ids);
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
    const [norms, along] = [new Float32Array(size), new Float32Array(size)];
    norms.set(this.norms);
    along.set(this.along);
    [this.codes, this.owners, this.times] = [codes, owners, times];
    [this.norms, this.along] = [norms, along];
  }

  private numberOf(owner: string): number {
    const known = this.ownerNumbers.get(owner);
    if (known !== undefined) return known;
    this.ownerNumbers.set(owner, this.ownerNumbers.size);
    return this.ownerNumbers.size - 1;
  }
}

const bound = (time: string | undefined, none: number): number => (time === undefined ? none : Date.parse(time));
