import { LENGTH_UNITS } from '../../contract/length-unit.ts';
import { GROUPS } from '../../contract/objects.ts';
import {
  Condition,
  MAX_CONDITIONS,
  MAX_SENTENCE,
  OPERATORS,
  type Operator,
  type RuleDraft,
} from '../../contract/rule.ts';
import { CENTRED_TOLERANCE } from '../../rules/operators/centered-on.ts';
import { SHAPES } from './check.ts';
import { DEFAULTS, HAZARD_PRIORITY, MAX_DISTANCE, MIN_DISTANCE, PRIORITY } from './defaults.ts';
import { CONTEXTS } from './modifiers.ts';
import { nounSynonyms } from './noun-words.ts';
import { parseSentence } from './parse.ts';

/** The language as data, for the vocabulary resource. */
export function describeVocabulary() {
  return {
    operators: OPERATORS.map((operator) => {
      const { object2, value } = SHAPES[operator];
      const { canonical, conditions, assumptions } = readExample(operator);
      // Only what the grammar added by itself is a default.
      const added = assumptions.length > 0 ? { default_mm: conditions[0]!.value! } : {};
      return { operator, object2, value, sentence: EXAMPLES[operator], canonical, ...added };
    }),
    classes: [...GROUPS.object!],
    groups: Object.fromEntries(Object.entries(GROUPS).map(([name, members]) => [name, [...members]])),
    words: nounSynonyms(),
    attributes: Condition.shape.attribute.unwrap().options,
    when: ['when available', 'when a laptop is present', 'when there are several mugs'],
    contexts: [...CONTEXTS],
    units: LENGTH_UNITS.flatMap(({ words, marks = [] }) => [...words, ...marks.slice(0, 1)]),
    defaults_mm: { ...DEFAULTS, centered: CENTRED_TOLERANCE },
    priorities: { words: { ...PRIORITY }, by_hazard: { ...HAZARD_PRIORITY } },
    limits: {
      characters: MAX_SENTENCE,
      conditions: MAX_CONDITIONS,
      distance_mm: [MIN_DISTANCE, MAX_DISTANCE],
    },
  };
}

/** A sentence for each operator as people write it, without a length where the grammar has a default for it. */
const EXAMPLES: Readonly<Record<Operator, string>> = {
  min_distance: 'Keep mugs away from laptops',
  max_distance: 'Keep mugs near the keyboard',
  min_edge_distance: 'Keep mugs away from the edge of the table',
  on: 'Put mugs on coasters',
  not_on: 'Do not put mugs on laptops',
  centered_on: 'Center mugs on coasters',
  left_of: 'Keep mugs to the left of the laptop',
  right_of: 'Keep mugs to the right of the laptop',
  in_front_of: 'Keep mugs in front of the monitor',
  behind: 'Keep mugs behind the keyboard',
  within: 'Keep mugs inside zone "left half"',
  grouped: 'Group the mugs together',
  aligned: 'Line up the mugs',
  count_max: 'At most 2 mugs on the desk',
  count_min: 'At least 2 mugs on the desk',
};

function readExample(operator: Operator): RuleDraft {
  const read = parseSentence(EXAMPLES[operator]);
  if (!read.ok) throw new Error(`the example of ${operator} does not read: ${read.reason}`);
  return read.draft;
}
