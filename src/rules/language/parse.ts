import type { ParseResult } from '../rule-book.ts';
import type { Condition } from '../schema.ts';
import { DEFAULTS } from './defaults.ts';
import { completeDraft } from './draft.ts';

export interface ParseOptions {
  readonly context?: string;
  readonly priority?: number;
}

const mm = (value: number) => ({ value, unit: 'mm' as const });

/** First form: the seven sentences of the contract; the grammar replaces this table. */
const SEVEN: Readonly<Record<string, { conditions: Condition[]; assumptions?: string[] }>> = {
  'keep mugs at least 6 inches away from laptops': {
    conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', ...mm(152.4) }],
  },
  'place all beverages on coasters when available': {
    conditions: [{ object1: 'beverage', object2: 'coaster', operator: 'on', when: 'available' }],
  },
  'center the mug on the desk mat': {
    conditions: [{ object1: 'mug', object2: 'desk_mat', operator: 'centered_on' }],
  },
  'keep hot beverages away from the keyboard': {
    conditions: [
      { object1: 'beverage', object2: 'keyboard', operator: 'min_distance', ...mm(DEFAULTS.away), attribute: 'hot' },
    ],
    assumptions: [`"away from" was read as at least ${DEFAULTS.away} mm`],
  },
  'group multiple mugs together': {
    conditions: [{ object1: 'mug', operator: 'grouped', ...mm(DEFAULTS.group), when: 'several' }],
    assumptions: [`"group" was read as gaps of at most ${DEFAULTS.group} mm`],
  },
  'avoid placing mugs near the edge of the table': {
    conditions: [{ object1: 'mug', object2: 'table', operator: 'min_edge_distance', ...mm(DEFAULTS.edge) }],
    assumptions: [`"near the edge" was read as less than ${DEFAULTS.edge} mm`],
  },
  'keep mugs centered on coasters': {
    conditions: [{ object1: 'mug', object2: 'coaster', operator: 'centered_on' }],
  },
};

/** Reads one sentence of at most 500 characters. Pure; never throws; refuses what it does not understand. */
export function parseSentence(text: string, options: ParseOptions = {}): ParseResult {
  const key = text.trim().toLowerCase().replace(/\.$/, '');
  const found = Object.hasOwn(SEVEN, key) ? SEVEN[key] : undefined;
  if (found === undefined) {
    return { ok: false, unknown: [text.slice(0, 500)], suggestions: [], question: null, reason: 'not understood' };
  }
  return {
    ok: true,
    draft: completeDraft(found.conditions, {
      text,
      source: 'grammar',
      ...(options.context !== undefined && { context: options.context }),
      ...(options.priority !== undefined && { priority: options.priority }),
      ...(found.assumptions && { assumptions: found.assumptions }),
    }),
  };
}
