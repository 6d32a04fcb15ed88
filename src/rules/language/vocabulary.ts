import { CLASSES } from '../../vision/detection.ts';
import { OPERATORS } from '../schema.ts';
import { canonicalSentence } from './canonical.ts';
import { SHAPES } from './check.ts';
import { DEFAULTS, HAZARD_PRIORITY, PRIORITY } from './defaults.ts';
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
    defaults_mm: { ...DEFAULTS },
    priorities: { words: { ...PRIORITY }, by_hazard: { ...HAZARD_PRIORITY } },
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
