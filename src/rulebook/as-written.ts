import { lengthUnit } from '../contract/length-unit.ts';
import { NOUN_WORDS } from '../language/grammar/noun-words.ts';
import type { PhraseTable } from '../language/grammar/phrases.ts';

/**
 * Typed conditions as people write them: lengths in cm, m, inches or feet become millimetres, and nouns of the rule
 * language ("mugs", "coffee cup") their class. What is neither stays as it is, for the schema to refuse.
 */
export function asWritten(conditions: unknown): unknown {
  return Array.isArray(conditions) ? conditions.map(one) : conditions;
}

function one(condition: unknown): unknown {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return condition;
  const { value, unit, object1, object2 } = condition as Record<string, unknown>;
  const mm = typeof unit === 'string' && typeof value === 'number' ? lengthUnit(unit)?.mm : undefined;
  return {
    ...condition,
    ...(mm !== undefined && { value: Math.round((value as number) * mm * 1000) / 1000, unit: 'mm' }),
    ...(typeof object1 === 'string' && { object1: classOf(object1) }),
    ...(typeof object2 === 'string' && { object2: classOf(object2) }),
  };
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
