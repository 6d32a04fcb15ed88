import { lengthUnit } from '../contract/length-unit.ts';
import { numberText } from '../contract/number-text.ts';
import type { Condition } from '../contract/rule.ts';
import { SHAPES } from '../language/grammar/check.ts';
import { lengthText } from '../language/grammar/length-text.ts';
import { NOUN_WORDS } from '../language/grammar/noun-words.ts';
import type { PhraseTable } from '../language/grammar/phrases.ts';

/**
 * Typed conditions as people write them: lengths in cm, m, inches or feet (10 and "cm", or "10 cm") become millimetres,
 * and nouns of the rule language ("mugs", "coffee cup") their class. What is neither stays as it is, for the schema to refuse.
 */
export function asWritten(conditions: unknown): unknown {
  return Array.isArray(conditions) ? conditions.map(one) : conditions;
}

function one(condition: unknown): unknown {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return condition;
  const { value, unit, object1, object2 } = condition as Record<string, unknown>;
  return {
    ...condition,
    ...amountOf(value, unit),
    ...(typeof object1 === 'string' && { object1: classOf(object1) }),
    ...(typeof object2 === 'string' && { object2: classOf(object2) }),
  };
}

function amountOf(value: unknown, unit: unknown): { value?: number; unit?: 'mm' } {
  const scale = typeof unit === 'string' ? lengthUnit(unit) : null;
  const bare = typeof value === 'string' ? numberText(value) : value;
  if (typeof bare === 'number') {
    if (scale !== null) return { value: Math.round(bare * scale.mm * 1000) / 1000, unit: 'mm' };
    return typeof value === 'string' ? { value: bare } : {};
  }
  if (typeof value !== 'string' || (unit !== undefined && unit !== null && !namesUnit(value, scale))) return {};
  const mm = lengthText(value);
  return mm === null ? {} : { value: mm, unit: 'mm' };
}

/** Whether a length such as "10 cm" is in this very unit. */
const namesUnit = (text: string, unit: ReturnType<typeof lengthUnit>): boolean =>
  unit !== null && lengthUnit(text.replace(/^[\s\d./]+/, '')) === unit;

/** What is taken for granted about lengths that come without their unit. */
export function assumedUnits(conditions: readonly Condition[]): string[] {
  const bare = conditions.filter(
    ({ operator, value, unit }) => value !== undefined && unit === undefined && SHAPES[operator].value === 'mm',
  );
  return [...new Set(bare.map(({ value }) => `${value} was read as millimetres: give "unit" where it is another`))];
}

const classOf = (words: string): string => lookUp(NOUN_WORDS, words)?.name ?? words;

/** What a table says of the whole text; undefined where it knows only a part of it. */
function lookUp<T>(table: PhraseTable<T>, text: string): T | undefined {
  const words = text
    .slice(0, 64)
    .trim()
    .toLowerCase()
    .split(/[\s_-]+/);
  const found = table.match((i) => words[i] ?? '', 0);
  return found?.length === words.length ? found.value : undefined;
}
