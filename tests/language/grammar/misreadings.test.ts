import { describe, expect, it } from 'vitest';
import { parseSentence } from '../../../src/language/grammar/parse.ts';

/** Sentences that were once read as something else than they say. */
const REFUSED = [
  'The mug is on the laptop',
  'Mugs are near the laptop',
  'Mugs are not on coasters',
  'My mug sits on the laptop',
  'The mug is 10 cm from the laptop',
  'There is a mug near the laptop',
  'There should be a mug near the laptop',
  'Put a bottle near the laptop',
  'Keep the mouse within 10 cm of a keyboard',
  'Put the phone left of a laptop',
  'Let bottles come closer than 1 foot to the laptop',
  'Allow mugs on the laptop',
  'The phone belongs left 6-inches of the laptop',
  'Keep mugs 6 inches of the laptop',
  'Never leave a coaster without a mug',
  'Mugs without coasters',
  'If there is a mug, keep it 10 cm from it',
  'When a laptop is present, keep it at least 20 cm away from it',
  'Keep no my cup off my laptop',
  'There should be at least 6 inches between mugs and near laptops',
  'Placing more than 2 mugs on the table',
  'More than 2 mugs on the table',
  'Keep mugs on a coaster when it is hot',
  'Keep only ever hot mugs on coasters',
  'Keep mugs off laptops? mugs on books',
  'Keep mugs away from laptops, keyboards, and phones on coasters',
  'Keep mugs at least 15 cm from laptops and phones on coasters',
  'Never put mugs on laptops, bottles on coasters',
  'Mugs closer than 10 cm to laptops',
  'Mugs on laptops',
  'distance(mug, bottle, laptop) >= 10 cm',
  'distance(mug or glass) >= 10 cm',
  'distance(mug, laptop) != 10 cm',
  'mug to laptop: 150 mm',
  'laptop mouse clearance 10 cm',
  'mug laptop phone clearance >= 10 cm',
  // Found by the fourth sentence set, and by inserting and leaving out words.
  'Keep mugs away from laptops, and bottles too',
  'Keep mugs away from laptops, and bottles',
  "I don't want mugs kept off laptops",
  'Avoid keeping mugs off the laptop',
  "Don't keep mugs off the laptop",
  'It is forbidden to keep mugs off the laptop',
  'Mugs must not be not on coasters',
  'No mug has to be on a coaster',
  'No mug needs to be on a coaster',
  'No mug is required to be on a coaster',
  'No mug needs a coaster',
  'Nothing has to be on a coaster',
  "I don't need mugs on coasters",
  'Keep mugs not only on coasters',
  'Mugs must not be only on coasters',
  'Never put mugs only on coasters',
  'There are more than two mugs on the desk',
  'There are fewer than two mugs on the desk',
  'There is less than 10 cm between the mug and the laptop',
  'Mugs had to be on coasters',
  'The mug has a coaster',
  'My mug gets a coaster',
  'The mug never stays on the coaster',
  'The mug does not stay off the laptop',
  'Keep several mugs on coasters',
  'Several mugs must be on coasters',
  'Separate mugs from several laptops by at least 20 cm',
  'Separate mugs from laptops by',
  'Centre glasses on no coasters',
  'Fewer than three other bottles on the table',
  'Group multiple other mugs together',
  'Avoid placing mugs near the edge of the hot table',
  'When there is another mug, keep mugs on coasters',
  'When there are many mugs, group them',
  'The maximum distance between the mouse and the keyboard is at least 15 cm',
  'The minimum distance between mugs and laptops is at most 20 cm',
  'Put mugs on coasters; critical: keep drinks off the keyboard',
  'Put mugs on coasters (priority 3); keep drinks off the keyboard',
  'Keep mugs on coasters, on the desk mat',
  'Keep mugs on coasters and on the desk mat',
  'Keep phones at least 5 cm from the rim',
  'Every laptop stand at least 10 cm from mugs',
  'Never drink near the laptop',
  'Never phone near the laptop',
  'Nothing may stand on the other laptop',
  'All other phones are to be kept at least 5 cm from the edge of the desk',
  'All mugs are grouped at most about 100 mm apart',
  'Keep mugs at least two and a half inches and a half from laptops',
  'No two mugs may be more than 5 cm apart',
  'Keep mugs 6 inches (10 cm) from laptops',
  'Nobody is keeping mugs on laptops',
  'Mugs on coasters are forbidden on laptops',
  'Neither mugs nor bottles have to be on coasters',
];

describe('misreadings that were mended', () => {
  it.each(REFUSED)('%s', (text) => {
    const result = parseSentence(text);
    expect(result.ok && result.draft.canonical).toBe(false);
  });

  it.each([
    ['Keep mugs at least 5\' 3" from phones', 'every mug keeps at least 1600.2 mm from every phone'],
    ['A mug must be on a coaster', 'every mug is on a coaster'],
    ['Keep a mug at least 10 cm from a laptop', 'every mug keeps at least 100 mm from every laptop'],
    ['Make sure mugs are not on the laptop', 'no mug is on a laptop'],
    [
      'Do not let bottles come closer than 1 foot to the laptop',
      'every bottle keeps at least 304.8 mm from every laptop',
    ],
    ['There should be a coaster on the desk', 'there is at least 1 coaster'],
    ['Mugs should all be on coasters', 'every mug is on a coaster'],
    ["If there's a laptop, mugs go on coasters", 'every mug is on a coaster when a laptop is present'],
    ['Books should not be on top of each other', 'no book is on another book'],
    [
      'The monitor must be behind the keyboard and at least 40 cm away',
      'every monitor is behind every keyboard; every monitor keeps at least 400 mm from every keyboard',
    ],
    ['At least 6 inches must be kept between mugs and laptops', 'every mug keeps at least 152.4 mm from every laptop'],
    ['Remember not to put mugs on laptops', 'no mug is on a laptop'],
    ['On the desk there must be no more than two mugs', 'there are at most 2 mugs'],
    ['Never leave mugs off coasters', 'every mug is on a coaster'],
    ['Mugs may be only on coasters', 'every mug is on a coaster'],
    ['Books never go on the keyboard', 'no book is on a keyboard'],
    ['There must be more than two mugs', 'there are at least 3 mugs'],
    [
      'The minimum distance between mugs and laptops must not be less than 5 cm',
      'every mug keeps at least 50 mm from every laptop',
    ],
    ['Mugs are not allowed within 10 cm of laptops', 'every mug keeps at least 100 mm from every laptop'],
  ])('and their neighbours still read: %s', (text, canonical) => {
    const result = parseSentence(text);
    expect(result.ok ? result.draft.canonical : result.reason).toBe(canonical);
  });

  it.each([
    ['Place each beverage on its own coaster', '"own" was read'],
    ['Keep the phone left of my coffee', '"coffee" was read as any beverage'],
    ['Keep the mouse within 10 cm of coasters', 'every coaster'],
    ['Keep mugs on coasters, if possible', '"if possible" was read'],
    ['Keep mugs and phones 5 cm apart', 'not among each kind'],
    ['Keep this mug off my laptop', '"this mug" was read as every mug'],
    ['Keep his mug off my laptop', '"his mug" was read as every mug'],
    ['Keep mugs at least about 6 inches from laptops', '"about" was left out'],
    ['All mugs must not be on laptops', '"all … not" was read as none'],
  ])('nothing is left out unsaid: %s', (text, said) => {
    const result = parseSentence(text);
    expect(result.ok && result.draft.assumptions.join(' | ')).toContain(said);
  });

  it('twelve inches are no part of a foot', () => {
    expect(parseSentence('Keep mugs at least 5\' 12" from phones').ok).toBe(false);
  });
});
