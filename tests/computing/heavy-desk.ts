import type { Condition, Rule, RuleDraft } from '../../src/contract/rule.ts';
import { completeDraft } from '../../src/language/grammar/draft.ts';

const CLASSES = ['mug', 'laptop', 'keyboard', 'mouse', 'book', 'bottle', 'coaster', 'phone'] as const;
export const SIZE = { width: 4000, height: 3000 };
export const SCALE = { mm_per_pixel: 0.4 };

/** So many boxes in rows over the whole image. */
export function boxes(count: number) {
  const columns = Math.ceil(Math.sqrt(count * 1.5));
  const [w, h] = [SIZE.width / columns, SIZE.height / Math.ceil(count / columns)];
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % columns) * w, Math.floor(i / columns) * h];
    const bbox: [number, number, number, number] = [x + 2, y + 2, x + 0.9 * w, y + 0.9 * h];
    return { class: CLASSES[i % CLASSES.length]!, confidence: 0.9 - i * 0.001, bbox };
  });
}

const OPERATORS: readonly (readonly [Condition['operator'], number?])[] = [
  ['min_distance', 100],
  ['max_distance', 900],
  ['left_of'],
  ['right_of'],
  ['in_front_of'],
  ['behind'],
  ['min_edge_distance', 50],
  ['aligned', 20],
  ['grouped', 300],
  ['min_distance', 300],
];
const ALONE = new Set<string>(['min_edge_distance', 'aligned', 'grouped']);

/** As many rules of so many conditions each, about the same few classes. */
export function drafts(count: number, conditions: number): RuleDraft[] {
  return Array.from({ length: count }, (_, rule) => {
    const list = Array.from({ length: conditions }, (_, i): Condition => {
      const [operator, value] = OPERATORS[(i + rule) % OPERATORS.length]!;
      return {
        operator,
        object1: 'mug',
        ...(!ALONE.has(operator) && { object2: CLASSES[1 + ((i + rule) % 6)]! }),
        ...(value !== undefined && { value: value + 3 * rule, unit: 'mm' as const }),
      };
    });
    return completeDraft(list, { context: null, source: 'manual' });
  });
}

/** Rules of which every two repeat each other. */
export const alike = (count: number): RuleDraft[] =>
  Array.from({ length: count }, (_, i) =>
    completeDraft([{ operator: 'min_distance', object1: 'mug', object2: 'laptop', value: 50 + i, unit: 'mm' }], {
      context: null,
      source: 'manual',
    }),
  );

export const stored = (list: readonly RuleDraft[]): Rule[] =>
  list.map((draft, index) => ({
    ...draft,
    rule_id: `rule_${index}`,
    enabled: true,
    version: 1,
    created_at: '',
    updated_at: '',
    created_by: 'x',
    owner: 'x',
    scope: 'mine',
  }));
