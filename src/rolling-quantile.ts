/** The last measured values, for medians that follow the machine's load. */
export class RollingQuantile {
  count = 0;
  private readonly values: number[] = [];
  private readonly capacity: number;

  constructor(capacity = 256) {
    this.capacity = capacity;
  }

  add(value: number): void {
    this.values[this.count++ % this.capacity] = value;
  }

  /** Nearest-rank quantile of the kept values; null before the first. */
  quantile(q: number): number | null {
    if (this.values.length === 0) return null;
    const sorted = this.values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!;
  }
}
