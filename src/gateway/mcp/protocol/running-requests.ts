import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

const LOOK_MS = 10;

/** The requests that all connections of one transport have taken and not answered yet. */
export class RunningRequests {
  private readonly open = new Set<() => void>();

  /** `refuse` answers the request that it will not be done. Returns the function that takes note of its answer. */
  begin(refuse: () => void): () => void {
    this.open.add(refuse);
    return () => this.open.delete(refuse);
  }

  /** Waits for the answers, at most `ms`, and refuses what is left. Never throws. */
  async settle(ms: number): Promise<void> {
    const until = performance.now() + ms;
    // What was read last is handed on in the turns that follow.
    await turn();
    while (this.open.size > 0 && performance.now() < until) await sleep(LOOK_MS);
    for (const refuse of [...this.open]) refuse();
    this.open.clear();
  }
}
