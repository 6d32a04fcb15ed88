import type { Session } from './session.ts';

/**
 * What the workers of a pool do with their model. A task is the default export of a module of its own, which every worker
 * imports; config, inputs and outputs cross between threads, so they are data that can be structured-cloned.
 */
export interface WorkerTask<Config, Input, Output> {
  /**
   * Called once for every provider that is tried. Throws what the runtime throws when the provider cannot be used;
   * ShapeError when the graph is not the one that `config` describes.
   */
  load(config: Config, open: OpenSession): Promise<LoadedTask<Input, Output>>;
  /** An input for runs whose output nobody reads: warm-up and trials of providers. */
  blank(config: Config): Input;
}

/** A session of the worker's model on the provider that is tried. */
export type OpenSession = () => Promise<Session>;

export interface LoadedTask<Input, Output> {
  /** Several inputs may go into one run. */
  readonly dynamicBatch: boolean;
  /** One output for each input, in their order. */
  run(inputs: readonly Input[]): Promise<TaskRun<Output>>;
  /** Called once, after the last run. */
  dispose(): Promise<void>;
}

export interface TaskRun<Output> {
  readonly outputs: readonly Output[];
  /** `session.run` alone, ms. */
  readonly runMs: number;
}
