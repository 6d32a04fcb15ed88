import type { Operator } from '../contract/rule.ts';
import type { Outcome } from '../contract/search-terms.ts';
import { startsAt } from './phrase-at.ts';

/** What a text says about how findings came out. */
export interface Fault {
  readonly verdict: Outcome;
  readonly operator?: Operator;
  /** How many of the nouns belong to the finding; the rest is only in the image. */
  readonly nouns: 1 | 2;
}

const broken = (operator: Operator, nouns: 1 | 2): Fault => ({ verdict: 'violated', operator, nouns });
const came = (verdict: Outcome): Fault => ({ verdict, nouns: 2 });
const all = (words: string, fault: Fault): [string, Fault][] => words.split('|').map((word) => [word, fault]);

/** Longest first; every way to speak of the edge of the table is "edge" here. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  ...all('too close|too near', broken('min_distance', 2)),
  ...all('too far', broken('max_distance', 2)),
  ...all(
    'over edge|off edge|near edge|at edge|on edge|by edge|close to edge|next to edge|too close to edge|too near edge|too near to edge',
    broken('min_edge_distance', 1),
  ),
  ...all('not on|off its|off the', broken('on', 1)),
  ...all('off center|off centre|not centered|not centred', broken('centered_on', 2)),
  ...all('out of line|not aligned', broken('aligned', 2)),
  ...all('too many', broken('count_max', 1)),
  ...all('too few', broken('count_min', 1)),
  ...all('violated|violation|violations|broken|broke|problem|problems|wrong|unsafe|failed', came('violated')),
  ...all('uncertain|unsure|unclear|undecided', came('uncertain')),
  ...all('satisfied|fine|kept|safe|passed', came('satisfied')),
].toSorted(([a], [b]) => b.length - a.length);

const EDGE =
  /\b(?:(?:the|an|any|its|my|our|this|that) )?(?:(?:table|desk|counter|tabletop|worktop|countertop)(?:'s|s)? )?(?:edges?|borders?)(?: of (?:(?:the|a|its|my|our|this|that) )?(?:table|desk|counter|tabletop|worktop|countertop))?(?= |$)/g;

/** "the table edge", "the edge of my desk": edge. Words have single spaces between them. */
export const plainEdges = (words: string): string => words.replace(EDGE, 'edge');

export function faultAt(words: readonly string[], at: number): { length: number; fault: Fault } | null {
  const said = longest(words, at);
  const denied = words[at] === 'not' ? longest(words, at + 1) : null;
  // "Not on" is a fault of its own, but not where it goes on with "the edge".
  if (said !== null && said.length >= (denied?.length ?? 0) + 1) return said;
  if (denied === null || denied.fault.verdict === 'uncertain') return said;
  // "Not too close": the rule was kept.
  const verdict = denied.fault.verdict === 'violated' ? 'satisfied' : 'violated';
  return { length: denied.length + 1, fault: { ...denied.fault, verdict } };
}

function longest(words: readonly string[], at: number): { length: number; fault: Fault } | null {
  const found = FAULTS.find(([phrase]) => startsAt(words, at, phrase));
  return found === undefined ? null : { length: found[0].split(' ').length, fault: found[1] };
}
