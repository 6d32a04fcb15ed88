import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

const LOOK_MS = 10;
/** A call is refused that has no answer by then. */
export const CALL_LIMIT_MS = 75_000;

/** Why a request is answered in place of its handler. */
export type Refusal = 'stops' | 'too slow';

export interface Running {
  /** Takes note of the answer. */
  answered(): void;
  /** Begins its time anew, with so much more for whom the server asks meanwhile. */
  extend(ms: number): void;
}

/** The requests that all connections of one transport have taken and not answered yet. */
export class RunningRequests {
  private readonly open = new Set<(why: Refusal) => void>();
  private readonly limitMs: number;

  /** `limitMs`: the longest that a request may wait for its answer. */
  constructor(limitMs = CALL_LIMIT_MS) {
    this.limitMs = limitMs;
  }

  /** `refuse` answers the request that it will not be done. */
  begin(refuse: (why: Refusal) => void): Running {
    this.open.add(refuse);
    const start = (ms: number) => setTimeout(() => this.open.delete(refuse) && refuse('too slow'), ms).unref();
    let timer = start(this.limitMs);
    return {
      answered: () => {
        clearTimeout(timer);
        this.open.delete(refuse);
      },
      extend: (ms) => {
        clearTimeout(timer);
        if (this.open.has(refuse)) timer = start(this.limitMs + ms);
      },
    };
  }

  /** Waits for the answers, at most `ms`, and refuses what is left. Never throws. */
  async settle(ms: number): Promise<void> {
    const until = performance.now() + ms;
    // What was read last is handed on in the turns that follow.
    await turn();
    while (this.open.size > 0 && performance.now() < until) await sleep(LOOK_MS);
    for (const refuse of [...this.open]) refuse('stops');
    this.open.clear();
  }
}
