/** A pure, synchronous function of plain data that may take long; its loops pass `checkpoint`. */
export interface Computation<Input, Output> {
  readonly name: string;
  readonly run: (input: Input) => Output;
  /** About how long an input takes, ms, from what can be counted. Only decides where it is computed. */
  readonly ms: (input: Input) => number;
}

export interface Computing {
  /**
   * What the computation gives or throws, wherever it is done. ANALYSIS_003 when it takes longer than a call may,
   * ANALYSIS_006 as soon as the signal is aborted, ANALYSIS_005 when it needs too much memory, SYSTEM_002 when too many
   * wait.
   */
  run<Input, Output>(what: Computation<Input, Output>, input: Input, signal?: AbortSignal): Promise<Output>;
}

/** In the caller's turn, for as long as it takes. */
export const AT_ONCE: Computing = { run: async (what, input) => what.run(input) };
