import type { Operator } from '../../contract/rule.ts';
import { PhraseTable, phraseSet } from './phrases.ts';

/** A comparison with a length or a count. */
export interface Comparison {
  readonly bound: 'min' | 'max';
  /** "more than", "closer than": a negation turns it round; "at least" under a negation is no rule. */
  readonly flips: boolean;
  /** "no closer than": holds a negation of its own. */
  readonly negative: boolean;
}

const min: Comparison = { bound: 'min', flips: false, negative: false };
const max: Comparison = { bound: 'max', flips: false, negative: false };
const more: Comparison = { bound: 'min', flips: true, negative: false };
const less: Comparison = { bound: 'max', flips: true, negative: false };
const notLess: Comparison = { bound: 'min', flips: false, negative: true };
const notMore: Comparison = { bound: 'max', flips: false, negative: true };

export const COMPARISONS = new PhraseTable<Comparison>({
  'at least': min,
  'at the very? least': min,
  'at a minimum of?': min,
  'a? minimum of': min,
  'at? a? minimum distance|gap|space|spacing|clearance of': min,
  'at? a? maximum distance|gap|space|spacing|clearance of': max,
  'minimum|min': min,
  'a minimum': min,
  'more|greater|larger than': more,
  'over|exceed|exceeds|beyond': more,
  'further|farther than': more,
  'further|farther away than': more,
  'no less|fewer|closer|nearer than': notLess,
  'not any? less|fewer|closer|nearer than': notLess,
  'nothing less than': notLess,
  'at most': max,
  'at the very? most': max,
  'a? maximum of': max,
  'maximum|max': max,
  'a maximum': max,
  'up to': max,
  'any? less|fewer|smaller than': less,
  'any? closer|nearer than': less,
  'within|under|below': less,
  'to within': less,
  'no more|greater|further|farther than': notMore,
  'not any? more|greater|further|farther than': notMore,
});
export const COMPARISON_SIGNS: Readonly<Record<string, Comparison>> = {
  '>=': min,
  '≥': min,
  '>': more,
  '<=': max,
  '≤': max,
  '<': less,
};
/** After the length: "20 cm or more". */
export const AFTER_LENGTH = new PhraseTable<Comparison>({
  'or more|further|farther|greater': min,
  'at least|minimum': min,
  'minimum|min': min,
  'at a|the minimum|least': min,
  'or less|closer|nearer|fewer': max,
  'at most|maximum': max,
  'maximum|max': max,
  'at a|the maximum|most': max,
});
/** "closer to the laptop than 10 cm" */
export const CLOSER_TO = new PhraseTable<Comparison>({
  'closer|nearer to': less,
  'any closer|nearer to': less,
  'no closer|nearer to': notLess,
  'not any? closer|nearer to': notLess,
  'further|farther from': more,
  'further|farther away from': more,
});

export const DISTANCE_NOUN = phraseSet(
  'distance|gap|space|spacing|clearance|separation|room',
  'safety|safe distance|gap',
  'of? free space',
);
export const DISTANCE_OF = phraseSet('at? a|the distance of', 'with? a|the gap of', 'at a distance');
export const DIRECTION = phraseSet('away', 'clear', 'distant', 'removed');
export const APART = phraseSet('apart', 'from each other', 'from one another', 'between them', 'between each other');
export const FROM = phraseSet('from', 'of', 'to');

export const REFERENCES = new PhraseTable<'edge' | 'centre'>({
  'measured? from? centre|center to centre|center': 'centre',
  'measured? between centres|centers': 'centre',
  'measured? from? edge to edge': 'edge',
});

/** Words without a length. */
export type Vague = 'away' | 'far' | 'near' | 'too_near' | 'touching';

export const VAGUE = new PhraseTable<Vague>({
  'away|apart|clear|separate|separated from': 'away',
  'clear|away of': 'away',
  'at a distance from': 'away',
  'at a safe distance from': 'away',
  'nowhere near': 'away',
  'well|far away from': 'far',
  'far from': 'far',
  'well clear of|from': 'far',
  'directly? near|beside|by': 'near',
  'very|right|directly? near|close|next|adjacent to': 'near',
  'too|so near|close to?': 'too_near',
  'anywhere near': 'too_near',
  'touch|touches|touching': 'touching',
  'in contact with': 'touching',
});
export const ON = phraseSet(
  'directly? on',
  'directly? onto',
  'upon',
  'atop',
  'on to',
  'directly? on top of',
  'down on',
);
export const OFF = phraseSet('off', 'off of');
/** On the table itself, nothing between. */
export const BARE_TABLE = phraseSet(
  'directly|straight|right on|onto the|my|your|our|a? bare? desk|table|tabletop|worktop|counter',
  'on|onto the|my|your|our|a? bare|naked desk|table|tabletop|worktop|counter|wood',
);
/** "Without a coaster" is not on one; only of things that others stand on. */
export const WITHOUT = phraseSet('without');
export const AT_EDGE = phraseSet('on', 'at', 'over', 'along', 'by', 'right on|at');
export const UNDER = phraseSet('directly? under|underneath|beneath|below');
export const FOR = phraseSet('for', 'with');
export const FREE_OF = phraseSet('free of|from');
export const CENTERED = phraseSet(
  'centered|centred|centrally|center|centre on|in|over|upon',
  'in|at|on the? exact? center|centre|middle of',
);
export const SIDES = new PhraseTable<Operator>({
  'to|on|at? the? left of|from': 'left_of',
  'directly to the left of': 'left_of',
  'to|on|at the left hand? side of': 'left_of',
  'to|on|at? the? right of|from': 'right_of',
  'directly to the right of': 'right_of',
  'to|on|at the right hand? side of': 'right_of',
  'right|directly? in front of': 'in_front_of',
  'right|directly? behind': 'behind',
  'in back of': 'behind',
});
export const ZONE = phraseSet('in|inside|within|into the? zone|area|region called|named?');
/** Before the name of a zone that stands in front: "into the coffee zone". */
export const INTO = phraseSet('in|inside|within|into');
export const ZONE_NOUN = phraseSet('zone|area');
export const NOT_IN_ZONE = phraseSet(
  'out of the? zone|area|region called|named?',
  'outside of? the? zone|area|region called|named?',
);
export const GROUPED = phraseSet(
  'grouped|clustered|gathered|close? together',
  'close together',
  'grouped|clustered|gathered',
  'in a|one group',
  'as a|one group',
);
export const ALIGNED = phraseSet(
  'aligned',
  'lined up',
  'in line',
  'up? in a|one straight? line|row',
  'form a|one straight? line|row',
  'aligned in a|one straight? line|row',
);
export const GAPS = phraseSet('with gaps of?', 'with a gap of', 'with');
export const ONLY = phraseSet('only');
