import type { Condition } from '../../contract/rule.ts';

/** What a language model makes of a sentence. Nothing in it is believed before `reader.ts` has checked it. */
export interface Proposal extends Spent {
  readonly conditions: readonly Condition[];
  readonly context: string | null;
  readonly priority: number | null;
  /** True: the model says that a part of the sentence has no place in the conditions. */
  readonly incomplete: boolean;
  /** The configured model, never a name from the answer. */
  readonly model: string;
  readonly calls: number;
}

export interface Spent {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Null without configured prices. */
  readonly costUsd: number | null;
}

export type ModelFailure = 'timeout' | 'cancelled' | 'unavailable' | 'rate_limited' | 'unauthorized' | 'invalid_answer';

/** Why a model gave no proposal. Its message never holds text of the remote side. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  constructor(failure: ModelFailure, options?: ErrorOptions) {
    super(`the language model gave no usable answer (${failure})`, options);
    this.failure = failure;
  }
}

/** A language model that reads sentences the grammar cannot. Throws `ModelError`. */
export interface SentenceModel {
  readonly model: string;
  propose(text: string, signal: AbortSignal): Promise<Proposal>;
}
