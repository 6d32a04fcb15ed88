import { EVERYDAY_WORDS } from './everyday-words.ts';
import { assumed, many, type NounSense, one } from './noun-sense.ts';
import { PhraseTable, phraseSet } from './phrases.ts';

/** Every noun of the language; the canonical ones of `objects.ts` are among them. */
export const NOUN_WORDS = new PhraseTable<NounSense>({
  'mug|cup': one('mug'),
  'mugs|cups': many('mug'),
  'coffee|tea|travel mug|cup': one('mug'),
  'coffee|tea|travel mugs|cups': many('mug'),
  'mug|cup of coffee|tea': one('mug'),
  'mugs|cups of coffee|tea': many('mug'),
  'glass|tumbler': one('glass'),
  'glasses|tumblers': many('glass'),
  'wine|water|drinking glass': one('glass'),
  'wine|water|drinking glasses': many('glass'),
  'glass of water|wine|juice': one('glass'),
  'glasses of water|wine|juice': many('glass'),
  'water|drink|drinks|beverage|wine? bottle': one('bottle'),
  'water|drink|drinks|beverage|wine? bottles': many('bottle'),
  'bottle of water|wine|juice': one('bottle'),
  'bottles of water|wine|juice': many('bottle'),
  'soup|cereal? bowl': one('bowl'),
  'soup|cereal? bowls': many('bowl'),
  'laptop|macbook': one('laptop'),
  'laptops|macbooks': many('laptop'),
  'laptop|notebook computer': one('laptop'),
  'laptop|notebook computers': many('laptop'),
  'computer? keyboard': one('keyboard'),
  'computer? keyboards': many('keyboard'),
  'computer? mouse': one('mouse'),
  'computer? mice': many('mouse'),
  'cell|mobile|smart? phone': one('phone'),
  'cell|mobile|smart? phones': many('phone'),
  'cellphone|smartphone|iphone|mobile': one('phone'),
  'cellphones|smartphones|iphones|mobiles': many('phone'),
  book: one('book'),
  books: many('book'),
  'computer? monitor|screen|display': one('monitor'),
  'computer? monitors|screens|displays': many('monitor'),
  'drink|drinks|cup? coaster': one('coaster'),
  'drink|drinks|cup? coasters': many('coaster'),
  'desk mat|pad': one('desk_mat'),
  'desk mats|pads': many('desk_mat'),
  'deskmat|mat': one('desk_mat'),
  'deskmats|mats': many('desk_mat'),
  'coffee|kitchen|dining|office? table|desk': one('table'),
  'coffee|kitchen|dining|office tables|desks': many('table'),
  'tabletop|worktop|counter|countertop': one('table'),
  'tables|desks|tabletops|worktops|counters|countertops': many('table'),
  'beverage|drink': one('beverage'),
  'beverages|drinks': many('beverage'),
  'beverage|drink|drinks container': one('beverage'),
  'beverage|drink|drinks containers': many('beverage'),
  'drinkware|liquids': assumed(many('beverage')),
  'coffee|tea|juice|soda|liquid': assumed(one('beverage')),
  'apple|orange juice': assumed(one('beverage')),
  'coffees|teas|sodas|juices': assumed(many('beverage')),
  'electronics|gadgets': many('electronics'),
  'electronic? devices|gadgets': many('electronics'),
  'electronic? device|gadget': one('electronics'),
  'electronic equipment': one('electronics'),
  'electronic items': many('electronics'),
  'object|item|thing': one('object'),
  'objects|items|things': many('object'),
  'anything|everything': one('object'),
  ...EVERYDAY_WORDS,
});

/** The words for each class and group. */
export function nounSynonyms(): Record<string, string[]> {
  const words: Record<string, string[]> = {};
  for (const phrase of NOUN_WORDS.phrases()) {
    const sense = NOUN_WORDS.match((i) => phrase[i] ?? '', 0);
    if (sense === undefined || sense.length !== phrase.length || sense.value.plural) continue;
    words[sense.value.name] = [...(words[sense.value.name] ?? []), phrase.join(' ')];
  }
  return words;
}

/** Nouns with two meanings: refused with a question. */
export const AMBIGUOUS_NOUNS = new PhraseTable<string>({
  'computer|computers|pc|pcs': 'Is the computer a laptop or a monitor?',
  'notebook|notebooks': 'Is the notebook a laptop or a book?',
  water: 'Is the water a glass, a bottle or any beverage?',
  'tablet|tablets': 'Tablets are not known; is it a laptop or a phone?',
});

export const ATTRIBUTES = new PhraseTable<'hot' | 'cold' | 'full' | 'empty'>({
  hot: 'hot',
  'cold|chilled|iced': 'cold',
  'full|filled': 'full',
  empty: 'empty',
});

/** Words before a noun. "every" says all of them; "the", "my" may point at one that is seen. */
export const DETERMINERS = new PhraseTable<'every' | 'any' | 'a' | 'own' | 'plain' | 'one'>({
  'all|every|each of the|my|your|our|these|those': 'every',
  'any of the|my|your|our|these|those': 'any',
  'all the|my|your|our|his|her|their|its|these|those': 'every',
  'each|every one of the|my|your|our|these|those': 'every',
  'all|every|each': 'every',
  any: 'any',
  'a|an': 'a',
  'every single': 'every',
  the: 'plain',
  'this|that|these|those|his|her': 'one',
  'my|your|our|their|its': 'plain',
  'my|your|our|his|her|their|its own': 'own',
});
export const NO = phraseSet('no|zero', 'none of the|my|our|your', 'not a|any|one', 'not a single');
export const NOTHING = phraseSet('nothing');
/** Before two kinds: "both mugs and bottles", "neither mugs nor bottles". */
export const PAIRED = new PhraseTable<'and' | 'nor'>({ both: 'and', neither: 'nor' });
export const SEVERAL = phraseSet('several', 'multiple');
export const OTHER = phraseSet('other', 'another', 'any|every|each|all|the other', 'all the other');
export const EACH_OTHER = phraseSet('each other', 'one another', 'another one', 'the others', 'the other ones');
export const PRONOUNS = new PhraseTable<'one' | 'many'>({ it: 'one', 'them|they|those|these': 'many' });

/** "table edge", "the desk's edge", "edges of the table". */
export const EDGE = phraseSet('edge', 'edges', 'border', 'borders');
export const TABLE_OWN = phraseSet("table's|desk's|counter's");
