import type { ModelState } from '../models/report.ts';

const PROGRESS: readonly ModelState[] = ['UNLOADED', 'LOADING', 'LOADED', 'WARMING', 'ERROR', 'READY'];

/** How far each worker of a pool is with its model, by thread. */
export class WorkerStates {
  private readonly states = new Map<number, ModelState>();

  /** States and answers come by different ways: an answer may overtake the states before it. True: a new worker. */
  note(threadId: number, state: ModelState): boolean {
    const before = this.states.get(threadId);
    if (before === undefined || PROGRESS.indexOf(state) > PROGRESS.indexOf(before)) this.states.set(threadId, state);
    return before === undefined;
  }

  keepOnly(alive: ReadonlySet<number>): void {
    for (const id of this.states.keys()) if (!alive.has(id)) this.states.delete(id);
  }

  /** Its loading is over, well or not. */
  hasLoaded(threadId: number): boolean {
    return ['READY', 'ERROR'].includes(this.states.get(threadId) ?? '');
  }

  get ready(): number {
    return [...this.states.values()].filter((s) => s === 'READY').length;
  }

  /** The furthest state of any worker is the state of the model. */
  get furthest(): ModelState {
    return PROGRESS[Math.max(...[...this.states.values()].map((s) => PROGRESS.indexOf(s)))] ?? 'LOADING';
  }
}
