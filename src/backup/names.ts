/**
 * Names of objects, eight bytes for each: of a million, eight megabytes. The names are hashes, so that two of the same eight bytes
 * do not come by chance.
 */
export class Names {
  private values = new BigUint64Array(1024);
  private count = 0;
  private isSorted = true;

  get size(): number {
    return this.count;
  }

  /** 64 hexadecimal digits. */
  add(name: string): void {
    if (this.count === this.values.length) {
      const larger = new BigUint64Array(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count] = numberOf(name);
    this.count += 1;
    this.isSorted = false;
  }

  has(name: string): boolean {
    if (!this.isSorted) this.values.subarray(0, this.count).sort();
    this.isSorted = true;
    const wanted = numberOf(name);
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.values[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.values[low] === wanted;
  }
}

const numberOf = (name: string): bigint => BigInt(`0x${name.slice(0, 16)}`);
