import type { Condition } from '../../contract/rule.ts';
import { DEFAULTS } from '../grammar/defaults.ts';
import { mentionsOf } from '../grammar/mentions.ts';

const DEFAULT_LENGTHS = new Set<number>(Object.values(DEFAULTS));
const close = (a: number, b: number) => Math.abs(a - b) < 0.01;

/**
 * Whether a proposal says what the sentence says, as far as that can be seen without understanding it: every object
 * and length that the grammar knows in the sentence is in the conditions, no length comes from nowhere, and a "when"
 * is neither lost nor made up. Returns what is wrong, null when nothing is.
 */
export function unfaithful(text: string, conditions: readonly Condition[]): string | null {
  const said = mentionsOf(text);
  const objects = new Set(conditions.flatMap(objectsOf));
  const lengths = conditions.flatMap((c) => (c.unit === 'mm' && c.value !== undefined ? [c.value] : []));
  const counts = conditions.flatMap((c) => (c.unit === 'count' && c.value !== undefined ? [c.value] : []));
  if (said.exception) return 'the sentence has an exception, which rules cannot have';
  if (said.objects.some((o) => o !== 'table' && !objects.has(o))) return 'it leaves out an object of the sentence';
  if (said.lengths.some((l) => !lengths.some((v) => close(v, l.mm)))) return 'it leaves out a length of the sentence';
  if (lengths.some((v) => !said.lengths.some((l) => close(v, l.mm)) && !DEFAULT_LENGTHS.has(v))) {
    return 'it has a length that the sentence does not have';
  }
  if (counts.some((v) => v > 1 && !said.numbers.some((n) => Math.abs(n - v) <= 1))) {
    return 'it has a number that the sentence does not have';
  }
  if (said.numbers.some((n) => !counts.some((v) => Math.abs(n - v) <= 1) && !isPriority(text, n))) {
    return 'it leaves out a number of the sentence';
  }
  const conditional = conditions.some((c) => c.when !== undefined || c.attribute !== undefined);
  if (said.when && !conditional) return 'it leaves out when the rule applies';
  return null;
}

function objectsOf(c: Condition): string[] {
  const present = typeof c.when === 'object' ? [c.when.object_present] : [];
  return [c.object1, ...(c.object2 === undefined ? [] : [c.object2]), ...present];
}

function isPriority(text: string, n: number): boolean {
  return n >= 1 && n <= 10 && /\bprio/i.test(text);
}
