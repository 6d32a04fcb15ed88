import * as z from 'zod';
import { UNIT_NAMES } from './length-unit.ts';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { Timing } from './timing.ts';

export const OPERATORS = [
  'min_distance',
  'max_distance',
  'min_edge_distance',
  'on',
  'not_on',
  'centered_on',
  'left_of',
  'right_of',
  'in_front_of',
  'behind',
  'within',
  'grouped',
  'aligned',
  'count_max',
  'count_min',
] as const;
export type Operator = (typeof OPERATORS)[number];

export const RULE_TYPES = ['distance', 'placement', 'safety', 'context'] as const;
export const MAX_SENTENCE = 500;
export const MAX_CONDITIONS = 10;
export const MAX_ACTIONS = 5;
export const MAX_ASSUMPTIONS = 20;

/**
 * When a condition applies at all. `available`: the second object is in the image; `several`: at least two of the
 * first; `{object_present}`: that object is in the image.
 */
export const When = z.union([
  z.enum(['available', 'several']),
  z.strictObject({ object_present: z.string().min(1).max(64).refine(isOneLine, ONE_LINE) }),
]);

/** One checkable statement of the required state: its violation is its negation. */
export const Condition = z.strictObject({
  /** Class (`mug`), group (`beverage`, `electronics`) or `object` for anything. */
  object1: z.string().min(1).max(64).refine(isOneLine, ONE_LINE),
  /** Class, group, or `table` for edge operators; absent for counts and groups. */
  object2: z.string().min(1).max(64).refine(isOneLine, ONE_LINE).optional(),
  operator: z.enum(OPERATORS),
  /** mm for lengths, a whole number for counts. */
  value: z
    .number({ error: 'expected a number, or a length with its unit, such as "10 cm", that "unit" does not contradict' })
    .finite()
    .nonnegative()
    .max(100_000)
    .optional(),
  unit: z.enum(['mm', 'count'], { error: `expected a unit of length (${UNIT_NAMES}) or "count"` }).optional(),
  /** How a distance is measured; footprint edge to footprint edge unless said otherwise. */
  reference: z.enum(['edge', 'centre']).optional(),
  /** Something that the image may not show, e.g. `hot`. */
  attribute: z.enum(['hot', 'cold', 'full', 'empty']).optional(),
  /** Name of a zone for `within`. */
  zone: z.string().min(1).max(64).refine(isOneLine, ONE_LINE).optional(),
  when: When.optional(),
});
export type Condition = z.infer<typeof Condition>;

export const Action = z.strictObject({
  type: z.enum([
    'move',
    'maintain_distance',
    'group',
    'separate',
    'place_on',
    'avoid_area',
    'rotate',
    'alert',
    'suggest',
    'enforce',
  ]),
  parameters: z.record(z.string().max(64), z.union([z.string().max(200), z.number(), z.boolean()])),
});
export type Action = z.infer<typeof Action>;

export const Priority = z.int().min(1).max(10);
/** The same with its meaning, where a caller is to choose one. */
export const PriorityChoice = Priority.describe('1-3 hint, 4-6 advice, 7-9 warning, 10 safety alert');

/** What the grammar, the LLM or a person produces; the rule book adds identity and history. */
export const RuleDraft = z.strictObject({
  name: z.string().min(1).max(120),
  type: z.enum(RULE_TYPES),
  conditions: z.array(Condition).min(1).max(MAX_CONDITIONS),
  /** Absent: whenever it is looked at. */
  timing: Timing.optional(),
  actions: z.array(Action).max(MAX_ACTIONS),
  priority: Priority,
  /** office, kitchen, …; null: everywhere. */
  context: z.string().max(64).nullable(),
  /** The author's sentence; null when the rule was made by hand. */
  text: z.string().max(MAX_SENTENCE).nullable(),
  /** The same rule in our words, made from `conditions`. */
  canonical: z.string().max(4000),
  /** What was assumed where the sentence was vague, e.g. a default distance. */
  assumptions: z.array(z.string().max(300)).max(MAX_ASSUMPTIONS),
  source: z.enum(['grammar', 'llm', 'manual']),
});
export type RuleDraft = z.infer<typeof RuleDraft>;

/** Whose analyses a rule is checked in: its owner's, or everyone's. */
export const RULE_SCOPES = ['mine', 'everyone'] as const;
export const RuleScope = z.enum(RULE_SCOPES);
export type RuleScope = z.infer<typeof RuleScope>;

export const Rule = z.strictObject({
  rule_id: z.string().regex(/^rule_[A-Za-z0-9_-]{1,40}$/),
  ...RuleDraft.shape,
  enabled: z.boolean(),
  version: z.int().positive(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  created_by: z.string().max(120),
  /** Id of a principal. */
  owner: z.string().max(120),
  scope: RuleScope,
});
export type Rule = z.infer<typeof Rule>;

export interface RuleVersion {
  rule_id: string;
  version: number;
  action: 'created' | 'updated' | 'deleted' | 'restored';
  rule: Rule;
  /** Names of the fields that differ from the version before. */
  changes: string[];
  user_id: string;
  reason: string | null;
  created_at: string;
}

/** Oldest first, the current version included. */
export interface RuleHistory {
  readonly versions: readonly RuleVersion[];
  /** Versions that are stored and cannot be read. */
  readonly unreadable: readonly number[];
}

/** Where the objects of an example stand, mm from the left and from the far edge of its table to their middles. */
export interface Arrangement {
  readonly width_mm: number;
  readonly depth_mm: number;
  readonly objects: readonly { readonly object: string; readonly x: number; readonly y: number }[];
}

export interface Conflict {
  kind: 'contradiction' | 'subsumed' | 'impossible';
  rule_ids: string[];
  /** The canonical sentences of the rules, in the order of `rule_ids`. */
  sentences: string[];
  explanation: string;
  /** False: no arrangement was found, which is no proof that there is none. Absent: proved. */
  proven?: boolean;
  /** What the proof takes for granted, e.g. the largest size of a keyboard. */
  assumes?: string[];
  /** Of a subsumption: an arrangement that the weaker rule allows and the stronger one forbids. */
  counter_example?: Arrangement;
}
