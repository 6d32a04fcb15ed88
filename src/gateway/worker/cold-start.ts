/** How long each step took from the start of the process to its first job, ms. */
export class ColdStart {
  private readonly phases: Record<string, number> = {};
  private last = 0;

  /** The step that ends now. `performance.now()` counts from the start of the process. */
  ended(phase: string): void {
    const now = performance.now();
    this.phases[phase] = Math.round(now - this.last);
    this.last = now;
  }

  report(): Readonly<Record<string, number>> {
    return { ...this.phases, total: Math.round(this.last) };
  }
}
