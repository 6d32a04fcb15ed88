import type { Condition, Operator } from '../../contract/rule.ts';
import type { NounPhrase } from './noun-phrase.ts';
import type { Comparison, Vague } from './relation-words.ts';

/** A length with its comparison; `comparison` is null where the sentence gave none ("6 inches away from"). */
export interface Bound {
  readonly mm: number;
  readonly comparison: Comparison | null;
  /** "about 10 cm" */
  readonly hedged?: boolean;
}

/** What a relation points at. */
export interface Target {
  readonly objects: NounPhrase | null;
  /** The edge of the table. */
  readonly edge: boolean;
  /** "from each other", "apart" */
  readonly eachOther: boolean;
}

type Relation =
  | {
      readonly kind: 'distance';
      readonly bounds: readonly Bound[];
      readonly target: Target;
      readonly reference: Condition['reference'];
      /** "10 to 20 cm" */
      readonly range: boolean;
    }
  | { readonly kind: 'vague'; readonly word: Vague; readonly target: Target }
  | { readonly kind: 'on' | 'without' | 'centered' | 'free' | 'under'; readonly target: Target }
  | { readonly kind: 'side'; readonly operator: Operator; readonly target: Target }
  | {
      readonly kind: 'within';
      /** Inside all of them. */
      readonly zones: readonly string[];
      /** "in the left half of the desk" instead of a zone's name */
      readonly part: boolean;
      /** "the coffee zone": the name stands before the word */
      readonly named?: true;
    }
  | { readonly kind: 'grouped' | 'aligned'; readonly mm: number | null };

/** One relation with its own negation ("not on", "off", "without"), before the clause's negation is applied. */
export type Predicate = Relation & {
  readonly not: boolean;
  /** "off", "without": a negation inside the word. */
  readonly off?: boolean;
  /** "only on": nowhere else; it cannot be negated. */
  readonly only?: boolean;
  /** The words that it was read from, for assumptions. */
  readonly said: string;
  readonly span: readonly [number, number];
};
