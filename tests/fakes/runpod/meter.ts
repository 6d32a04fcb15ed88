/** What one machine has cost: spans of time at a price. Times in ms, prices in dollars per hour. */
export class Meter {
  private readonly spans: { from: number; to: number; gpu: number; disk: number }[] = [];
  private open: { from: number; gpu: number; disk: number } | null = null;

  begin(from: number, gpu: number, disk: number): void {
    this.end(from);
    this.open = { from, gpu, disk };
  }

  end(to: number): void {
    if (this.open !== null && to > this.open.from) this.spans.push({ ...this.open, to });
    this.open = null;
  }

  /** Dollars between two moments, up to now. */
  between(from: number, to: number, now: number): { gpu: number; disk: number } {
    const all = this.open === null ? this.spans : [...this.spans, { ...this.open, to: Math.max(now, this.open.from) }];
    let [gpu, disk] = [0, 0];
    for (const span of all) {
      const hours = Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)) / 3_600_000;
      gpu += hours * span.gpu;
      disk += hours * span.disk;
    }
    return { gpu, disk };
  }
}
