import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COCO80 } from '../../../src/contract/coco.ts';
import { CLASSES, deskClass } from '../../../src/contract/detection.ts';
import { nounOf } from '../../../src/contract/objects.ts';
import { SearchRequest } from '../../../src/contract/search.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { asWritten } from '../../../src/rulebook/as-written.ts';
import { matches, normalSelector } from '../../../src/rules/select.ts';
import { readText } from '../../../src/search/read-text.ts';
import { classNames } from '../../../src/vision/models/entry.ts';
import { Manifest } from '../../../src/vision/models/manifest.ts';

const MANIFEST = Manifest.parse(
  JSON.parse(readFileSync(new URL('../../../models/manifest.json', import.meta.url), 'utf8')),
).models;
const NAMES = [...new Set([...MANIFEST.flatMap(classNames), ...COCO80, ...CLASSES])];
const PLACED = NAMES.filter((name) => deskClass(name) !== 'table');

const conditionsOf = (text: string) => {
  const read = parseSentence(text);
  return read.ok ? read.draft.conditions : `${text}: ${read.reason} ${JSON.stringify(read.unknown)} ${read.question}`;
};
const spellings = (name: string) => {
  const plain = name.replaceAll('_', ' ');
  const { one, many } = nounOf(deskClass(name));
  return [plain, one, many, plural(plain)];
};
/** As a person writes several of them. */
const IRREGULAR: Readonly<Record<string, string>> = {
  person: 'people',
  mouse: 'mice',
  knife: 'knives',
  sheep: 'sheep',
  skis: 'skis',
  scissors: 'scissors',
  broccoli: 'broccoli',
};
const plural = (name: string) => IRREGULAR[name] ?? (/(?:s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`);

describe('every class that a model of the manifest reports', () => {
  it('is among them: those of COCO and ours', () => {
    expect(MANIFEST.length).toBeGreaterThan(4);
    expect(NAMES.length).toBeGreaterThan(80);
  });

  it.each(PLACED)('%s: a rule can place it and speak of its distance, by one and by many', (name) => {
    const own = deskClass(name);
    for (const word of spellings(name)) {
      expect(conditionsOf(`There must be at most 2 ${word}`), word).toMatchObject([{ object1: own }]);
      const other = own === 'mug' ? 'laptop' : 'mug';
      expect(conditionsOf(`Keep every ${other} at least 10 cm from the ${word}`), word).toMatchObject([
        { object1: other, object2: own },
      ]);
      expect(conditionsOf(`Never put ${other}s on the ${word}`), word).toMatchObject([
        { object1: other, object2: own, operator: 'not_on' },
      ]);
    }
  });

  it.each(NAMES)('%s: what is detected is what the rule means', (name) => {
    const own = deskClass(name);
    expect(matches(normalSelector(name), own)).toBe(true);
    // As older analyses have it.
    expect(matches(normalSelector(name), name)).toBe(true);
    expect(matches('object', own)).toBe(own !== 'table');
    for (const word of spellings(name)) {
      expect(asWritten([{ object1: word }]), word).toEqual([{ object1: own }]);
    }
  });

  it.each(NAMES)('%s: the search takes it', (name) => {
    const own = deskClass(name);
    for (const word of spellings(name)) {
      const { objects = [] } = SearchRequest.parse({ objects: [word], limit: 1 });
      expect(asWritten([{ object1: objects[0] }]), word).toEqual([{ object1: own }]);
      if (own !== 'table')
        expect(readText(`photos with a ${word}`, new Date()), word).toMatchObject({ objects: [own] });
    }
  });
});

describe('synonyms', () => {
  it.each([
    ['Keep mugs away from the plant', 'potted_plant'],
    ['Keep mugs away from my houseplants', 'potted_plant'],
    ['Keep mugs away from the tv remote', 'remote'],
    ['Keep mugs away from remote controls', 'remote'],
    ['Keep mugs away from the sofa', 'couch'],
    ['Keep mugs away from the pair of scissors', 'scissors'],
    ['Keep mugs away from people', 'person'],
    ['Keep mugs away from the alarm clock', 'clock'],
    ['Keep mugs away from hot dogs', 'hot_dog'],
    ['Keep mugs away from office chairs', 'chair'],
  ])('%s', (text, name) => {
    expect(conditionsOf(text)).toEqual([
      { object1: 'mug', object2: name, operator: 'min_distance', value: 150, unit: 'mm' },
    ]);
  });

  it('a television is a monitor, and that is said', () => {
    const read = parseSentence('Keep mugs away from the TV');
    expect(read.ok && read.draft.conditions[0]?.object2).toBe('monitor');
    expect(read.ok && read.draft.assumptions.join()).toContain('"TV" was read as any monitor');
  });

  it('orange juice is a drink, and that is said', () => {
    const read = parseSentence('Keep orange juice off the laptop');
    expect(read.ok && read.draft.conditions[0]?.object1).toBe('beverage');
    expect(read.ok && read.draft.assumptions.join()).toContain('"orange juice" was read as any beverage');
  });
});

describe('words that mean something else', () => {
  it.each([
    'Keep orange mugs away from laptops',
    'Keep the orange mug off the laptop',
    'orange mug distance must be at least 10 cm',
    'Keep apple keyboards away from mugs',
    'Keep mugs away from the remote desk',
    'Keep mugs remote from laptops',
    'Keep mugs off laptops, remote or not',
    'The tie breaker must be on a coaster',
    "Keep mugs off the laptop by 5 o'clock",
    'Keep mugs off the laptop around the clock',
    'Bear in mind that mugs must be on coasters',
    'Never tie near the laptop',
    'Never plant near the laptop',
    'Bench mugs on coasters',
    'Sink mugs on coasters',
    'Train people to put mugs on coasters',
    'Fork mugs onto coasters',
    'Keep mugs on coasters in the car',
    'Keep mugs in the sink',
    'Keep dog bowls away from laptops',
    'Keep the cake stand away from mugs',
    'Keep the laptop stand away from mugs',
    'Keep the mug off the laptop at bed time',
    'Every person needs a coaster',
    'Every person must have a coaster',
    'Every person should keep mugs off the laptop',
    'No person may put mugs on the laptop',
    'A person must not put mugs on the laptop',
  ])('%s', (text) => {
    const read = parseSentence(text);
    expect(read.ok && read.draft.canonical).toBe(false);
  });

  it('people who must keep things are told like "you"', () => {
    expect(conditionsOf('People must keep mugs off laptops')).toEqual(conditionsOf('You must keep mugs off laptops'));
  });

  it('asks whether a word is a thing, or what the next one is like', () => {
    const read = parseSentence('Keep orange mugs away from laptops');
    expect(read).toMatchObject({ ok: false, unknown: ['orange mugs'], suggestions: [] });
    expect(!read.ok && read.question).toContain('Is "orange" a thing');
  });

  it('two names in one are quoted together', () => {
    expect(parseSentence('Keep dog bowls away from laptops')).toMatchObject({
      ok: false,
      reason: 'Rules know no thing of this name.',
      unknown: ['dog bowls'],
      suggestions: [],
    });
  });

  it('nothing is offered that means the opposite or somebody else', () => {
    for (const text of [
      'Keep mugs in the sink',
      'Every person needs a coaster',
      'Keep mugs away from the remote desk',
    ]) {
      expect(parseSentence(text)).toMatchObject({ ok: false, suggestions: [] });
    }
  });

  it('a misspelling is not made a thing that is seldom on a desk', () => {
    for (const word of ['case', 'cards', 'cart']) {
      expect(parseSentence(`Keep mugs off the ${word}`)).toMatchObject({ ok: false, suggestions: [] });
    }
    expect(parseSentence('Keep mugs off the scisors')).toMatchObject({ suggestions: ['Keep mugs off the scissors'] });
  });

  it('a hot dog is food, and a dog that is hot is said in full', () => {
    expect(conditionsOf('Keep hot dogs off laptops')).toMatchObject([{ object1: 'hot_dog' }]);
    const dog = parseSentence('Keep every dog that is hot at least 10 cm from the laptop');
    expect(dog.ok && dog.draft.conditions).toMatchObject([{ object1: 'dog', attribute: 'hot' }]);
    expect(dog.ok && dog.draft.canonical).toBe('every dog that is hot keeps at least 100 mm from every laptop');
  });

  it('in a search an orange mug has nothing to do with oranges', () => {
    const read = (text: string) => readText(text, new Date());
    expect(read('an orange mug on the desk')).toMatchObject({ objects: ['mug'], ignored: ['orange'] });
    expect(read('an orange and a mug')).toMatchObject({ objects: ['orange', 'mug'] });
  });
});
