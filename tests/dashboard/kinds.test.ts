import { expect, it } from 'vitest';
import deDesk from '../../dashboard/src/locales/de/desk.ts';
import de from '../../dashboard/src/locales/de/kinds.ts';
import enDesk from '../../dashboard/src/locales/en/desk.ts';
import en from '../../dashboard/src/locales/en/kinds.ts';
import { CLASSES } from '../../src/contract/detection.ts';
import { EVERYDAY_CLASSES } from '../../src/contract/everyday-objects.ts';
import { OPERATORS } from '../../src/contract/rule.ts';

it.each([
  ['English', en, enDesk],
  ['German', de, deDesk],
])('the dashboard has a name in %s for every kind of thing and every operator', (_, kinds, desk) => {
  expect(Object.keys(kinds).toSorted()).toEqual([...CLASSES, ...EVERYDAY_CLASSES].toSorted());
  expect(Object.keys(desk.operator).toSorted()).toEqual([...OPERATORS].toSorted());
});
