import type { Action, Condition, Operator } from '../contract/rule.ts';

/** What a condition of an operator carries besides `object1`. */
export interface Shape {
  readonly object2: 'other' | 'support' | 'direction' | 'table' | 'none';
  readonly value: 'mm' | 'count' | 'none';
  readonly zone: boolean;
  /** "centre to centre" is possible. */
  readonly reference: boolean;
}

export const shape = (
  object2: Shape['object2'],
  value: Shape['value'] = 'none',
  extra: Partial<Shape> = {},
): Shape => ({ object2, value, zone: false, reference: false, ...extra });

/** The parts of a condition as its canonical sentence says them, in words that the grammar reads back. */
export interface Parts {
  /** "hot mug" */
  readonly one: string;
  /** "hot mugs" */
  readonly many: string;
  /** "laptop" */
  readonly second: string;
  /** "a laptop" */
  readonly aSecond: string;
  /** "a laptop"; "another mug" where both objects are mugs */
  readonly anySecond: string;
  /** "every laptop"; "every other mug" where both objects are mugs */
  readonly everySecond: string;
  /** "152.4 mm" */
  readonly length: string;
  /** ", centre to centre,"; empty where the rule does not say */
  readonly reference: string;
  /** In quotes. */
  readonly zone: string;
}

/** What an operator says, whatever the scene. */
export interface OperatorStatement {
  readonly name: Operator;
  readonly shape: Shape;
  /** What `value` is: with a larger one `least` asks for more, `most` for less. Null: there is no value. */
  readonly bound: 'least' | 'most' | null;
  /** "A left of B" says what "B right of A" says. */
  readonly mirror?: Operator;
  /** The type of its rules, unless heat or the presence of another object makes them something else. */
  readonly type: 'safety' | 'distance' | 'placement';
  /** What is at stake, for the priority; `electronics` only where the other object may take harm, else `placement`. */
  readonly hazard: 'electronics' | 'edge' | 'placement' | 'grouping';
  /** The name of its rules, from the titles of both objects and of several of the first: "Laptop Safety Distance", "At Most 2 Mugs". */
  title(condition: Condition, first: string, second: string, several: string): string;
  /** "every mug keeps at least 152.4 mm from every laptop" */
  canonical(condition: Condition, parts: Parts): string;
  /** What is to be done about a violation. */
  action(condition: Condition): Action;
  /** What is wrong with an object that breaks it, after "it is"; `other` is the class of the second object. */
  fault(condition: Condition, other: string, measured: number | null): string;
}
