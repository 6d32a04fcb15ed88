/** Why a sentence is not a rule. Thrown inside the grammar, caught by `parse.ts`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Token ranges [from, to) that were not understood. */
  readonly spans: readonly (readonly [number, number])[];
  readonly question: string | null;
  /** Where suggestions can start. */
  readonly hint: 'unit' | null;
  /** The words or their order are not known; nothing that was understood is wrong. */
  readonly open: boolean;
  /** Sentences that say no less than the refused one. */
  readonly instead: readonly string[];

  constructor(
    reason: string,
    spans: readonly (readonly [number, number])[] = [],
    more: { question?: string; hint?: 'unit'; open?: boolean; instead?: readonly string[] } = {},
  ) {
    super(reason);
    this.spans = spans;
    this.question = more.question ?? null;
    this.hint = more.hint ?? null;
    this.open = more.open ?? false;
    this.instead = more.instead ?? [];
  }
}

/** A refusal that asks the author which of two readings is meant. */
export function ask(question: string, spans: readonly (readonly [number, number])[] = []): Refusal {
  return new Refusal('The sentence has more than one reading.', spans, { question });
}

/** The reason where two names stand together: "dog bowls". */
export const NO_SUCH_THING = 'Rules know no thing of this name.';
