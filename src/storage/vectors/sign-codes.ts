/** Bits of a code, whatever the dimensions of the vector. */
export const BITS = 512;
export const WORDS = BITS / 32;

/** Vectors up to so long. */
const MOST = 1024;

/** The same signs in every process. */
function flips(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    // Numerical Recipes' linear congruential generator; the top bit.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >= 2 ** 31 ? 1 : -1;
  });
}

/** In place: the fast Walsh-Hadamard transform, a rotation but for its scale. */
function hadamard(values: Float32Array): void {
  const { length } = values;
  for (let half = 1; half < length; half *= 2) {
    for (let block = 0; block < length; block += 2 * half) {
      for (let i = block; i < block + half; i += 1) {
        const [a, b] = [values[i]!, values[i + half]!];
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}

/** What a code does not say of its vector. */
export interface Rest {
  /** Length without the mean. */
  readonly norm: number;
  /** Its dot product with the mean. */
  readonly along: number;
}

/**
 * Signs of a vector in randomly turned axes, after the mean of many was taken away: vectors at a small angle differ in few
 * of them (Charikar, Similarity estimation techniques from rounding algorithms, 2002).
 */
export class SignCoder {
  readonly mean: Float32Array;
  private readonly rounds: readonly Float32Array[];
  private readonly turned: Float32Array;

  /** `mean` of the vectors that are coded. */
  constructor(mean: Float32Array) {
    if (mean.length > MOST) throw new RangeError(`more than ${MOST} dimensions`);
    this.mean = mean;
    const size = 2 ** Math.ceil(Math.log2(Math.max(32, mean.length)));
    const each = Math.min(size, BITS);
    this.turned = new Float32Array(size);
    this.rounds = Array.from({ length: BITS / each }, (_, round) => flips(size, 0x5eed + round));
  }

  /** Writes the code of `vector` to `codes` from `at` on, WORDS numbers. */
  write(vector: Float32Array, codes: Uint32Array, at: number): Rest {
    const { turned, mean } = this;
    let [norm, along] = [0, 0];
    for (let i = 0; i < mean.length; i += 1) {
      norm += (vector[i]! - mean[i]!) ** 2;
      along += vector[i]! * mean[i]!;
    }
    let word = at;
    for (const signs of this.rounds) {
      turned.fill(0);
      for (let i = 0; i < mean.length; i += 1) turned[i] = (vector[i]! - mean[i]!) * signs[i]!;
      hadamard(turned);
      const each = BITS / this.rounds.length;
      for (let first = 0; first < each; first += 32) {
        let bits = 0;
        for (let bit = 0; bit < 32; bit += 1) if (turned[first + bit]! > 0) bits |= 1 << bit;
        codes[word] = bits >>> 0;
        word += 1;
      }
    }
    return { norm: Math.sqrt(norm), along };
  }
}

/** In how many bits `query` and the code at `at` differ. */
export function distance(codes: Uint32Array, at: number, query: Uint32Array): number {
  // Bits counted in parallel (Warren, Hacker's Delight, 5-1), of two words at a time; a byte holds 128 of its 255 in the end.
  let bytes = 0;
  for (let i = 0; i < WORDS; i += 2) {
    let x = codes[at + i]! ^ query[i]!;
    let y = codes[at + i + 1]! ^ query[i + 1]!;
    x -= (x >>> 1) & 0x55555555;
    y -= (y >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333) + (y & 0x33333333) + ((y >>> 2) & 0x33333333);
    bytes += (x & 0x0f0f0f0f) + ((x >>> 4) & 0x0f0f0f0f);
  }
  const halves = (bytes & 0x00ff00ff) + ((bytes >>> 8) & 0x00ff00ff);
  return (halves & 0xffff) + (halves >>> 16);
}
