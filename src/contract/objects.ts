import { CLASSES } from './detection.ts';
import { EVERYDAY_CLASSES, everydayForms } from './everyday-objects.ts';

/** Groups of classes that a rule may speak of; `object` is anything that was found. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  beverage: ['mug', 'glass', 'bottle'],
  electronics: ['laptop', 'keyboard', 'mouse', 'phone', 'monitor'],
  object: [...CLASSES, ...EVERYDAY_CLASSES],
};

interface Noun {
  readonly one: string;
  readonly many: string;
  /** For names of rules: "Laptop Safety Distance". */
  readonly title: string;
}

const noun = (one: string, many = `${one}s`, title = capital(one)): Noun => ({ one, many, title });

export function capital(words: string): string {
  return words
    .split(' ')
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join(' ');
}

/** What rules can speak of, with the words of the canonical sentence. */
export const NOUNS: Readonly<Record<string, Noun>> = {
  mug: noun('mug'),
  glass: noun('glass', 'glasses'),
  bottle: noun('bottle'),
  bowl: noun('bowl'),
  laptop: noun('laptop'),
  keyboard: noun('keyboard'),
  mouse: noun('mouse', 'mice'),
  phone: noun('phone'),
  book: noun('book'),
  monitor: noun('monitor'),
  coaster: noun('coaster'),
  desk_mat: noun('desk mat'),
  table: noun('table'),
  beverage: noun('beverage'),
  electronics: noun('electronic device', 'electronic devices', 'Electronics'),
  object: noun('object'),
  ...Object.fromEntries(EVERYDAY_CLASSES.map((name) => [name, noun(...everydayForms(name))])),
};

/** What rules know, as far as there is room for it. */
export const KNOWN_IN_SHORT = `${Object.keys(NOUNS)
  .filter((name) => !EVERYDAY_CLASSES.includes(name))
  .join(', ')}, and the other classes of COCO (potted_plant, remote, scissors, …)`;

export function isKnownObject(name: string): boolean {
  return Object.hasOwn(NOUNS, name);
}

/** The words for a class or group; a name of a user's own model is shown as it is. */
export function nounOf(name: string): Noun {
  return isKnownObject(name) ? NOUNS[name]! : noun(name.replaceAll('_', ' '));
}

/** The classes that a class or group stands for. */
export function membersOf(name: string): readonly string[] {
  return Object.hasOwn(GROUPS, name) ? GROUPS[name]! : [name];
}

export function overlap(a: string, b: string): boolean {
  const members = new Set(membersOf(a));
  return membersOf(b).some((m) => members.has(m));
}
