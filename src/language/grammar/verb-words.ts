import { PhraseTable, phraseSet } from './phrases.ts';

/** Words that change nothing. */
export const ADVERBS = phraseSet('always', 'ever', 'also', 'at all times', 'all the time', 'at any time', 'instead');

/** "should": an order; "has to": an order too, but "no mug has to" is none; "may": only a ban when negated. */
export const MODALS = new PhraseTable<'order' | 'need' | 'permission'>({
  'must|should|shall|will': 'order',
  'need|needs to': 'need',
  'have|has to': 'need',
  'has|have got to': 'need',
  'ought to': 'order',
  'are|is to': 'order',
  'are|is meant to': 'order',
  'are|is supposed|required to': 'need',
  'had better': 'order',
  'may|can': 'permission',
  'are|is allowed|permitted to': 'permission',
});
/** After a relation: "mugs on laptops are forbidden". */
export const IS_BANNED = phraseSet(
  'is|are forbidden|prohibited|banned',
  'is|are not|never allowed|permitted|acceptable|ok|okay|good|safe',
  'is|are bad|dangerous|unsafe|unacceptable|undesirable|unwanted|risky',
);
/** "Any mug closer than 10 cm is too close." */
export const IS_TOO_NEAR = phraseSet('is|are too close|near');
/** "Mugs should all be …" */
export const FLOATING = phraseSet('all', 'each');
export const DO = phraseSet('do', 'does');
export const NEVER = phraseSet('never ever?', 'not ever');
export const NOT = phraseSet('not', 'never ever?', 'not ever', 'under no circumstances');

/** Verbs of being somewhere. */
export const STATIVES = phraseSet(
  'be|stay|keep|remain|stand|sit|rest|lie|live|belong|go|come|get|is|are|being|maintain|hang|protrude',
  'stick|hang|jut out',
  'stays|keeps|maintains|remains|stands|sits|rests|lies|lives|belongs|goes|comes|gets|hangs|protrudes',
  'sticks|hangs|juts out',
);
export const COPULAS = phraseSet('is', 'are', 'be');
/** Verbs that tell as often as they order: "my mug sits on the laptop". */
export const REMARKS = phraseSet('stand|stands|sit|sits|lie|lies|rest|rests|come|comes|get|gets|hang|hangs');
/** Verbs that tell when negated: "the mug never stays on the coaster"; "never go" is an order. */
export const STAYING = phraseSet('stay|stays|keep|keeps|remain|remains|stand|stands|sit|sits|lie|lies|rest|rests');
export const BANNED = phraseSet(
  'is|are not|never to',
  'is|are not|never allowed|permitted|welcome|acceptable|ok|okay to?',
  'is|are forbidden|prohibited|banned',
);
export const PARTICIPLES = phraseSet(
  'kept|placed|put|stored|arranged|positioned|located|left|set|stacked|parked|found|lying|standing|sitting|resting|hanging|maintained|situated',
  'put|set down',
);
/** Verbs of putting something somewhere. */
export const PLACE = phraseSet(
  'keep|place|put|leave|store|set|position|stand|have|park|rest|locate|lay|arrange|stack|maintain|hold|get|bring',
  'set|put|lay down',
  'find room for',
);
export const PLACING = phraseSet(
  'keeping|placing|putting|leaving|storing|setting|positioning|standing|having|parking|resting|laying|stacking|letting',
  'setting|putting down',
);
/** Permission: a rule only when negated ("do not let …"). */
export const LET = phraseSet('let|allow');
/** Movement: "move 10 cm away" says how far to go, not how far to be. */
export const MOVE = phraseSet('move|shift|take');
export const TO_BE = phraseSet('to? be', 'to? stay|come|get|sit|stand|remain|go|rest');

export const CENTER = phraseSet('center|centre', 'centering|centring');
export const GROUP = phraseSet('group|cluster|gather', 'grouping');
export const ALIGN = phraseSet('align|line', 'line up', 'aligning');
export const SEPARATE = phraseSet('separate', 'space', 'space out');
export const LIMIT = phraseSet('limit|restrict', 'limit|restrict the number|amount of', 'limit the count of');
export const THE_NUMBER_OF = phraseSet('the? number|amount|count of');
export const USE = phraseSet('use|provide|have');
/** "Every mug needs a coaster." */
export const NEEDS = phraseSet('need|needs|require|requires', 'must|should have|get', 'has|have to have');

/** "The mug has a coaster" tells as often as it orders. */
export const HAS = phraseSet('gets|get|has|have');

export const PREVENT = phraseSet('prevent');
export const AVOID = phraseSet('avoid', 'refrain from', 'please? avoid');
export const ALLOWED = phraseSet('are|is? allowed|permitted', 'may|can|should be', 'at|all once', 'allowed', 'are|is');
export const AT_ONCE = phraseSet(
  'per desk|table',
  'at once',
  'at a time',
  'at the same time',
  'at any time',
  'at one time',
  'allowed',
  'in total',
);
