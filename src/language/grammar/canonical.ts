import { NOUNS, nounOf } from '../../contract/objects.ts';
import type { Condition } from '../../contract/rule.ts';
import type { Timing } from '../../contract/timing.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { hasTwoMeanings } from './quantity.ts';
import { timingPhrase } from './time/canonical.ts';

/** What a whole sentence says besides its conditions. */
export interface SentenceExtras {
  readonly context?: string | null;
  readonly priority?: number;
  readonly timing?: Timing;
}

/**
 * The typed form in plain English, e.g. "every mug keeps at least 152.4 mm from every laptop"; conditions are joined
 * by "; ". For valid conditions (`conditionProblem` is null) the grammar reads it back as the same conditions.
 */
export function canonicalSentence(conditions: readonly Condition[], extras: SentenceExtras = {}): string {
  const body = conditions.map(canonicalClause).join('; ');
  const context = extras.context ? `in the ${extras.context.replaceAll('_', ' ')}, ` : '';
  const time = extras.timing === undefined ? '' : `${timingPhrase(extras.timing)}, `;
  return `${time}${context}${body}${extras.priority === undefined ? '' : ` (priority ${extras.priority})`}`;
}

export function canonicalClause(c: Condition): string {
  return `${statement(c)}${whenPhrase(c)}`;
}

function statement(c: Condition): string {
  const { one, many } = nounOf(c.object1);
  const second = nounOf(c.object2 ?? 'object').one;
  const same = c.object2 === c.object1;
  const length = lengthPhrase(c.value ?? 0);
  return OPERATOR_SPECS[c.operator].canonical(c, {
    one: withAttribute(c, one),
    many: withAttribute(c, many),
    second,
    aSecond: article(second),
    anySecond: same ? `another ${second}` : article(second),
    everySecond: same ? `every other ${second}` : `every ${second}`,
    length,
    reference: referencePhrase(c),
    zone: quoteZone(c.zone ?? ''),
  });
}

/** 1.588 could be a thousand five hundred and eighty-eight: 1.5880. */
function lengthPhrase(mm: number): string {
  return `${mm}${hasTwoMeanings(String(mm), 1) ? '0' : ''} mm`;
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

/** A dog that is hot is no hot dog. */
function withAttribute(c: Condition, noun: string): string {
  if (c.attribute === undefined) return noun;
  const words = `${c.attribute} ${noun}`;
  const another = Object.values(NOUNS).find(({ one, many }) => one === words || many === words);
  return another === undefined ? words : `${noun} that ${another.one === words ? 'is' : 'are'} ${c.attribute}`;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** Zone names are free text: quoted, with `\` before a quote or a backslash. */
function quoteZone(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
