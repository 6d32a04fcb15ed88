import { readFileSync } from 'node:fs';
import { NOUNS } from '../../../src/contract/objects.ts';
import type { Condition, Operator } from '../../../src/contract/rule.ts';
import { DEFAULTS } from '../../../src/language/grammar/defaults.ts';
import { type ParseOptions, parseSentence } from '../../../src/language/grammar/parse.ts';

/** One line of a sentence file; the notation is described in `sentences/README.md`. */
export interface Expected {
  readonly text: string;
  readonly expectation: string;
}

export function loadSentences(name: string): Expected[] {
  const file = new URL(`./sentences/${name}`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(' => ') && !line.startsWith('#'))
    .map((line) => {
      const at = line.lastIndexOf(' => ');
      return { text: line.slice(0, at), expectation: line.slice(at + 4).trim() };
    });
}

const SHORT: Readonly<Record<string, Operator>> = {
  min: 'min_distance',
  max: 'max_distance',
  edge: 'min_edge_distance',
};
const MARK = / (\?has:\w+|[@?#~!][\w=]+)/g;

function readCondition(text: string): Condition {
  const marks = text.match(MARK)?.map((m) => m.trim()) ?? [];
  const zone = /zone:(.+)$/.exec(text.replaceAll(MARK, ''))?.[1];
  const [head, ...rest] = text
    .replaceAll(MARK, '')
    .replace(/zone:.+$/, '')
    .trim()
    .split(/\s+/);
  const operator = SHORT[head!] ?? (head as Operator);
  const edge = operator === 'min_edge_distance';
  const object1 = rest[0]!;
  const object2 = edge ? 'table' : rest[1] !== undefined && Object.hasOwn(NOUNS, rest[1]) ? rest[1] : undefined;
  const last = rest.at(-1)!;
  const value = last in DEFAULTS ? DEFAULTS[last as keyof typeof DEFAULTS] : Number(last);
  const attribute = marks.find((m) => m.startsWith('@'))?.slice(1) as Condition['attribute'];
  const when = marks.find((m) => m.startsWith('?'))?.slice(1);
  return {
    object1,
    ...(object2 !== undefined && { object2 }),
    operator,
    ...(Number.isFinite(value) && rest.length > 1 && { value, unit: operator.startsWith('count') ? 'count' : 'mm' }),
    ...(marks.includes('#centre') && { reference: 'centre' as const }),
    ...(attribute !== undefined && { attribute }),
    ...(zone !== undefined && { zone }),
    ...(when !== undefined && {
      when: when.startsWith('has:') ? { object_present: when.slice(4) } : (when as 'available' | 'several'),
    }),
  };
}

const canonicalKeys = (c: Condition) => JSON.stringify(Object.entries(c).sort(([a], [b]) => a.localeCompare(b)));
const asSet = (list: readonly Condition[]) => list.map(canonicalKeys).sort().join('\n');

export type Outcome = 'exact' | 'refused' | 'misparse' | 'accepted' | 'wrong_refusal';

/** Compares a reading with its expectation. `misparse` and `accepted` are the silent errors. */
export function judge({ text, expectation }: Expected, options: ParseOptions = {}): { outcome: Outcome; got: string } {
  const result = parseSentence(text, options);
  const got = result.ok
    ? `${JSON.stringify(result.draft.conditions)} p${result.draft.priority} ${result.draft.context ?? ''} ${result.draft.assumptions.join(' | ')}`
    : `REFUSED ${result.reason} unknown=${JSON.stringify(result.unknown)} question=${result.question}`;
  if (expectation.startsWith('REFUSE') || expectation.startsWith('ASK')) {
    if (result.ok) return { outcome: 'accepted', got };
    const words = /\[(.*)\]/.exec(expectation)?.[1]?.split(', ') ?? (expectation.includes('[') ? [] : []);
    const named = words.every((w) => result.unknown.some((u) => u.includes(w)));
    const asked = !expectation.startsWith('ASK') || result.question !== null;
    return { outcome: named && asked ? 'exact' : 'wrong_refusal', got };
  }
  if (!result.ok) return { outcome: 'refused', got };
  const sentenceMarks = expectation.match(/!\w+=\w+/g) ?? [];
  const conditions = expectation.replace(/ !\w+=\w+/g, '').split('; ');
  const same = asSet(conditions.map(readCondition)) === asSet(result.draft.conditions);
  const marks = sentenceMarks.every((m) => {
    const [key, value] = m.slice(1).split('=');
    return key === 'priority' ? result.draft.priority === Number(value) : result.draft.context === value;
  });
  const assumed = !expectation.includes('~assume') || result.draft.assumptions.length > 0;
  return { outcome: same && marks && assumed ? 'exact' : 'misparse', got };
}
