import type { Analysis } from '../contract/analysis.ts';
import type { AppError } from '../errors.ts';

/** What became of one input: its analysis, or why there is none. */
export type Outcome = { readonly input: string } & (
  | { readonly analysis: Analysis; readonly annotatedFile: string | null }
  | { readonly error: AppError }
);

/**
 * The JSON document of a call: an entry for each input, in their order. A single input that was analysed is the bare
 * analysis.
 */
export function outcomeDocument(outcomes: readonly Outcome[]): unknown {
  const [only] = outcomes;
  if (outcomes.length !== 1 || only === undefined) return outcomes.map(entry);
  return 'analysis' in only ? only.analysis : entry(only);
}

function entry(outcome: Outcome) {
  const { input } = outcome;
  if ('analysis' in outcome) return { input, analysis: outcome.analysis };
  const { code, message, advice } = outcome.error;
  return { input, error: { code, message, advice } };
}

/** What stderr says of an input; null where there is nothing to say. */
export function outcomeNote(outcome: Outcome): string | null {
  const { input } = outcome;
  if ('analysis' in outcome) return outcome.annotatedFile && `${input}: annotated image: ${outcome.annotatedFile}`;
  const { code, message, advice } = outcome.error;
  return `${input}: ${code}: ${message} ${advice}`;
}

/** 0 all done, 1 something failed here, 2 an input is bad; the highest of all. */
export function exitStatus(outcomes: readonly Outcome[]): number {
  return Math.max(0, ...outcomes.map((o) => ('analysis' in o ? 0 : o.error.http >= 500 ? 1 : 2)));
}
