import type { Condition } from '../../contract/rule.ts';
import { nounOf } from './objects.ts';
import { hasTwoMeanings } from './quantity.ts';

/** What a whole sentence says besides its conditions. */
export interface SentenceExtras {
  readonly context?: string | null;
  readonly priority?: number;
}

/**
 * The typed form in plain English, e.g. "every mug keeps at least 152.4 mm from every laptop"; conditions are joined
 * by "; ". For valid conditions (`conditionProblem` is null) the grammar reads it back as the same conditions.
 */
export function canonicalSentence(conditions: readonly Condition[], extras: SentenceExtras = {}): string {
  const body = conditions.map(canonicalClause).join('; ');
  const context = extras.context ? `in the ${extras.context.replaceAll('_', ' ')}, ` : '';
  return `${context}${body}${extras.priority === undefined ? '' : ` (priority ${extras.priority})`}`;
}

export function canonicalClause(c: Condition): string {
  return `${statement(c)}${whenPhrase(c)}`;
}

function statement(c: Condition): string {
  const subject = `every ${withAttribute(c, nounOf(c.object1).one)}`;
  const several = withAttribute(c, nounOf(c.object1).many);
  const second = c.object2 ?? 'object';
  const other = nounOf(second).one;
  const every = c.object2 === c.object1 ? `every other ${other}` : `every ${other}`;
  const length = lengthPhrase(c.value ?? 0);
  switch (c.operator) {
    case 'min_distance':
      return `${subject} keeps at least ${length}${referencePhrase(c)} from ${every}`;
    case 'max_distance':
      return `${subject} stays within ${length}${referencePhrase(c)} of ${every}`;
    case 'min_edge_distance':
      return `${subject} keeps at least ${length} from the edge of the ${other}`;
    case 'on':
      return `${subject} is on ${article(other)}`;
    case 'not_on':
      return `no ${withAttribute(c, nounOf(c.object1).one)} is on ${c.object2 === c.object1 ? `another ${other}` : article(other)}`;
    case 'centered_on':
      return `${subject} is centered on ${article(other)}`;
    case 'left_of':
      return `${subject} is to the left of ${every}`;
    case 'right_of':
      return `${subject} is to the right of ${every}`;
    case 'in_front_of':
      return `${subject} is in front of ${every}`;
    case 'behind':
      return `${subject} is behind ${every}`;
    case 'within':
      return `${subject} is inside zone ${quoteZone(c.zone ?? '')}`;
    case 'grouped':
      return `all ${several} are grouped at most ${length} apart`;
    case 'aligned':
      return `all ${several} are aligned to within ${length}`;
    case 'count_max':
      return countPhrase('at most', c);
    case 'count_min':
      return countPhrase('at least', c);
  }
}

/** 1.588 could be a thousand five hundred and eighty-eight: 1.5880. */
function lengthPhrase(mm: number): string {
  return `${mm}${hasTwoMeanings(String(mm), 1) ? '0' : ''} mm`;
}

function countPhrase(bound: string, c: Condition): string {
  const noun = nounOf(c.object1);
  return c.value === 1
    ? `there is ${bound} 1 ${withAttribute(c, noun.one)}`
    : `there are ${bound} ${c.value ?? 0} ${withAttribute(c, noun.many)}`;
}

function whenPhrase(c: Condition): string {
  if (c.when === undefined) return '';
  if (c.when === 'available') return ' when available';
  if (c.when === 'several') return ` when there are several ${withAttribute(c, nounOf(c.object1).many)}`;
  return ` when ${article(nounOf(c.when.object_present).one)} is present`;
}

function referencePhrase(c: Condition): string {
  if (c.reference === undefined) return '';
  return c.reference === 'centre' ? ', centre to centre,' : ', edge to edge,';
}

function withAttribute(c: Condition, noun: string): string {
  return c.attribute === undefined ? noun : `${c.attribute} ${noun}`;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** Zone names are free text: quoted, with `\` before a quote or a backslash. */
export function quoteZone(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
