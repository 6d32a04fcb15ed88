/** Failures in a row after which a backend gets nothing for a while, and how long, ms. */
const MOST = 3;
const REST_MS = 5000;

/** Backends that failed again and again here: asked once now and then, so that not every caller waits for them. */
export class Resting {
  private readonly failures = new Map<string, { count: number; until: number }>();
  private readonly clock: () => number;

  constructor(clock: () => number) {
    this.clock = clock;
  }

  isResting(id: string): boolean {
    const one = this.failures.get(id);
    return one !== undefined && one.count >= MOST && this.clock() < one.until;
  }

  /** Whether it may be asked now. After a rest one asks for all: meanwhile it rests on. */
  mayTry(id: string): boolean {
    if (this.isResting(id)) return false;
    const one = this.failures.get(id);
    if (one !== undefined && one.count >= MOST) one.until = this.clock() + REST_MS;
    return true;
  }

  failed(id: string): void {
    const count = (this.failures.get(id)?.count ?? 0) + 1;
    this.failures.set(id, { count, until: this.clock() + REST_MS });
  }

  answered(id: string): void {
    this.failures.delete(id);
  }

  /** Those that get analyses now; of all others nothing is remembered. */
  only(ids: ReadonlySet<string>): void {
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
  }
}
