/** Who works when there is something to do sleeps by it. What comes while it looks is not missed. */
export class Alarm {
  private hasRung = false;
  private ring: (() => void) | null = null;

  wake(): void {
    this.hasRung = true;
    this.ring?.();
  }

  /** Before it looks: from here on a ring is for the next look. */
  set(): void {
    this.hasRung = false;
  }

  /** Until it rings, or has rung since it was set; `ms` at the longest. */
  async sleep(ms?: number): Promise<void> {
    if (this.hasRung) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ring = resolve;
    const timer = ms === undefined ? null : setTimeout(resolve, ms).unref();
    await promise;
    if (timer !== null) clearTimeout(timer);
    this.ring = null;
  }

  get isAsleep(): boolean {
    return this.ring !== null && !this.hasRung;
  }
}
