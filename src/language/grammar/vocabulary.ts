import { CLASSES } from '../../contract/detection.ts';
import { MAX_CONDITIONS, MAX_SENTENCE, OPERATORS } from '../../contract/rule.ts';
import { canonicalSentence } from './canonical.ts';
import { SHAPES } from './check.ts';
import { DEFAULTS, HAZARD_PRIORITY, MAX_DISTANCE, MIN_DISTANCE, PRIORITY } from './defaults.ts';
import { CONTEXTS } from './modifiers.ts';
import { nounSynonyms } from './noun-words.ts';
import { GROUPS } from './objects.ts';

/** The language as data, for the vocabulary resource. */
export function describeVocabulary() {
  return {
    operators: OPERATORS.map((operator) => ({
      operator,
      object2: SHAPES[operator].object2,
      value: SHAPES[operator].value,
      canonical: canonicalSentence([example(operator)]),
    })),
    classes: [...CLASSES],
    groups: Object.fromEntries(Object.entries(GROUPS).map(([name, members]) => [name, [...members]])),
    words: nounSynonyms(),
    attributes: ['hot', 'cold', 'full', 'empty'],
    when: ['when available', 'when a laptop is present', 'when there are several mugs'],
    contexts: [...CONTEXTS],
    units: ['mm', 'cm', 'm', 'in', 'inch', '"', 'ft', 'foot', "'"],
    defaults_mm: { ...DEFAULTS },
    priorities: { words: { ...PRIORITY }, by_hazard: { ...HAZARD_PRIORITY } },
    limits: {
      characters: MAX_SENTENCE,
      conditions: MAX_CONDITIONS,
      distance_mm: [MIN_DISTANCE, MAX_DISTANCE],
    },
  };
}

function example(operator: (typeof OPERATORS)[number]) {
  const s = SHAPES[operator];
  const second = { other: 'laptop', support: 'coaster', direction: 'laptop', table: 'table', none: undefined }[
    s.object2
  ];
  return {
    object1: 'mug',
    ...(second !== undefined && { object2: second }),
    operator,
    ...(s.value === 'mm' && { value: 150, unit: 'mm' as const }),
    ...(s.value === 'count' && { value: 2, unit: 'count' as const }),
    ...(s.zone && { zone: 'left half' }),
  };
}
