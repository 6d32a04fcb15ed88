import type { Arrangement } from '../contract/rule.ts';
import type { ComparedRule } from './statement.ts';

/** What a reference desk says about a rule and those that speak of the same objects. */
export type TogetherCheck =
  /** These, the rule first, hold where `arrangement` has the objects; `left` others that are connected were not tried. */
  | {
      readonly kind: 'arranged';
      readonly ruleIds: readonly string[];
      readonly arrangement: Arrangement;
      readonly left: number;
    }
  /** The smallest set, the rule among it, for which no arrangement was found. */
  | {
      readonly kind: 'not_arranged';
      readonly ruleIds: readonly string[];
      /** True: the solver ruled out every place on the reference desk. */
      readonly proven: boolean;
      readonly width_mm: number;
      readonly depth_mm: number;
    }
  /** Nothing can be said; why. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** A solver on a reference desk: what conflict search asks where conditions alone do not tell. Bounded and deterministic. */
export interface Arrangements {
  /** Whether the rule can hold together with all that are connected with it. */
  together(rule: ComparedRule, others: readonly ComparedRule[]): TogetherCheck;
  /** Where `weak` holds and `strong` does not; null when none was found. */
  counterExample(weak: ComparedRule, strong: ComparedRule): Arrangement | null;
}
