import type { NounPhrase } from './noun-phrase.ts';
import type { Predicate } from './predicate-types.ts';

/** One thing that a clause says, before it becomes conditions. */
export type Statement = RelationStatement | CountStatement;

export interface RelationStatement {
  readonly form: 'relation';
  readonly subject: NounPhrase;
  /** "do not", "must never", "avoid" */
  readonly negated: boolean;
  /** "may": a rule only when negated. */
  readonly permission: boolean;
  /** "mugs near laptops": neither order nor ban. */
  readonly verbless: boolean;
  /** "move … 10 cm away" */
  readonly moving: boolean;
  /** "put a mug near …": one mug may be enough. */
  readonly some: boolean;
  readonly predicate: Predicate;
  /** "coasters must be under mugs": says it of all coasters; "put coasters under mugs" does not. */
  readonly declared?: boolean;
  /** "there must be mugs on …": of some, not of all. */
  readonly exists?: boolean;
  /** "all mugs must not" */
  readonly allNot?: boolean;
}

export interface CountStatement {
  readonly form: 'count';
  readonly subject: NounPhrase;
  readonly min: number | null;
  readonly max: number | null;
  readonly assumption: string | null;
}
