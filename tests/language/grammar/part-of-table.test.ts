import { describe, expect, it } from 'vitest';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { otherHalf } from '../../../src/rules/halves.ts';

const refusalOf = (text: string) => {
  const read = parseSentence(text);
  if (read.ok) throw new Error(`"${text}" was read as ${read.draft.canonical}`);
  return read;
};

describe('halves, sides and corners of the table', () => {
  it.each([
    ['Keep mugs in the right half of the table', ['right half']],
    ['Keep mugs in the left half', ['left half']],
    ['Keep mugs on the left side of the desk', ['left half']],
    ['Keep mugs within the right-hand side of the table', ['right half']],
    ['All mugs must be in the upper half of the picture', ['back half']],
    ['Put mugs in the bottom half of the image', ['front half']],
    ['Keep mugs in the top left corner of the desk', ['left half', 'back half']],
    ['Keep mugs in the bottom-right quarter', ['right half', 'front half']],
    ['Keep mugs out of the left half of the desk', ['right half']],
    ['Mugs must not be in the front half of the desk', ['back half']],
    ['No mug in the right half of the desk', ['left half']],
    ['No mug outside the left half of the desk', ['left half']],
  ])('%s', (text, zones) => {
    const read = parseSentence(text);
    if (!read.ok) throw new Error(read.reason);
    const { conditions, canonical, assumptions } = read.draft;
    expect(conditions).toEqual(zones.map((zone) => ({ object1: 'mug', operator: 'within', zone })));
    for (const zone of zones) expect(assumptions.join()).toContain(`zone "${zone}"`);
    const again = parseSentence(canonical);
    expect(again.ok && again.draft.conditions).toEqual(conditions);
  });

  it('keep the conditions of the rest of the sentence', () => {
    const read = parseSentence('Keep hot mugs out of the left half of the table when a laptop is present');
    expect(read.ok && read.draft.conditions).toEqual([
      {
        object1: 'mug',
        attribute: 'hot',
        operator: 'within',
        zone: 'right half',
        when: { object_present: 'laptop' },
      },
    ]);
  });

  it.each([
    ['No mug inside zone "left half"', ['right half']],
    ['Keep mugs out of zone "Back_Half"', ['front half']],
    ['No mug in the top left corner of the desk', ['right half', 'front half']],
    ['Keep mugs out of the top left corner of the desk', ['right half', 'front half']],
    ['No mug inside zone "tray"', []],
    // What a suggestion would leave out.
    ['No hot mug in the bottom left corner when a laptop is present', []],
    ['No mug in the top left corner of the desk and keep mugs at least 10 cm from laptops', []],
    ['Keep every mug except hot mugs out of zone "left half"', []],
  ])('%s: refused, and what is suggested keeps them out of there', (text, zones) => {
    expect(refusalOf(text).suggestions).toEqual(zones.map((zone) => `Every mug is inside zone "${zone}"`));
  });

  it.each([
    'Mugs in the left half of the desk',
    'Do not keep mugs out of the left half',
    'Keep mugs in the left half of the laptop',
    'Keep mugs on the left side',
    'Keep mugs in the corner of the desk',
    'At most 2 mugs in the left half',
  ])('%s: refused, because more than one thing can be meant or none can be said', (text) => {
    refusalOf(text);
  });

  it('the side of a thing stays that of the thing', () => {
    const read = parseSentence('Keep mugs on the left side of the laptop');
    expect(read.ok && read.draft.conditions).toEqual([{ object1: 'mug', operator: 'left_of', object2: 'laptop' }]);
  });
});

it('what a half does not hold, the other one does', () => {
  expect(['left half', 'Right_half', 'back half', 'front half'].map(otherHalf)).toEqual([
    'right half',
    'left half',
    'front half',
    'back half',
  ]);
  expect([otherHalf('tray'), otherHalf('constructor')]).toEqual([null, null]);
});
