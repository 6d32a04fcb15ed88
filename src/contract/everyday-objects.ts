import { COCO80 } from './coco.ts';
import { CLASSES, deskClass } from './detection.ts';

const OURS: ReadonlySet<string> = new Set(CLASSES);

/** What public models find besides our classes: the other classes of COCO, by our spelling. */
export const EVERYDAY_CLASSES: readonly string[] = [...new Set(COCO80.map(deskClass))].filter(
  (name) => !OURS.has(name),
);

/** One and many of those that do not just take an "s". */
const FORMS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  person: ['person', 'people'],
  bus: ['bus', 'buses'],
  bench: ['bench', 'benches'],
  sheep: ['sheep', 'sheep'],
  skis: ['ski', 'skis'],
  knife: ['knife', 'knives'],
  sandwich: ['sandwich', 'sandwiches'],
  broccoli: ['broccoli', 'broccoli'],
  couch: ['couch', 'couches'],
  scissors: ['pair of scissors', 'pairs of scissors'],
  toothbrush: ['toothbrush', 'toothbrushes'],
};

/** The words for one and for many of a class. */
export function everydayForms(name: string): readonly [one: string, many: string] {
  const plain = name.replaceAll('_', ' ');
  return FORMS[name] ?? [plain, `${plain}s`];
}
