import { expect, it } from 'vitest';
import { LANGUAGES } from '../src/i18n/i18n.ts';
import deFirst from '../src/locales/de/first.ts';
import dePages from '../src/locales/de/pages.ts';
import enFirst from '../src/locales/en/first.ts';
import enPages from '../src/locales/en/pages.ts';

const en = { ...enFirst, ...enPages };
const de = { ...deFirst, ...dePages };

type Tree = { readonly [key: string]: string | Tree };
const flat = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${at}${key}`, value]] : flat(value, `${at}${key}.`),
  );
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

it('every language says the same things, with the same values in them', () => {
  expect(Object.keys(LANGUAGES)).toEqual(['en', 'de']);
  const german = new Map(flat(de));
  for (const [key, text] of flat(en)) {
    const other = german.get(key);
    expect([key, other === undefined]).toEqual([key, false]);
    // Of plural forms one may leave the number out.
    if (!text.includes(' | ')) expect([key, names(other ?? '')]).toEqual([key, names(text)]);
  }
});

it('every text that a page asks for is in the catalogue', () => {
  const known = new Set(flat(en).map(([key]) => key));
  const files = import.meta.glob<string>('../src/**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true });
  const missing = Object.entries(files).flatMap(([file, source]) =>
    [...source.matchAll(/\bt\('([a-zA-Z_.]+)'/g)].flatMap(([, key = '']) =>
      known.has(key) ? [] : [`${file}: ${key}`],
    ),
  );
  // `a.b.${name}`: there must be something to choose from.
  const groups = new Set(
    [...known].flatMap((key) => key.split('.').map((_, i, all) => `${all.slice(0, i).join('.')}.`)),
  );
  for (const [file, source] of Object.entries(files)) {
    for (const [, group = ''] of source.matchAll(/\bt\(`([a-zA-Z_.]+\.)\$\{/g))
      if (!groups.has(group)) missing.push(`${file}: ${group}`);
  }
  expect(missing).toEqual([]);
});

it('the frame, the login and the first page say nothing that is loaded later', () => {
  const files = import.meta.glob<string>('../src/{layout,session,components,pages/{login,overview}}/*.{vue,ts}', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const later = Object.entries(files).flatMap(([file, source]) =>
    [...source.matchAll(/\bt\(['`]([a-z]+)\./g)].flatMap(([, area = '']) =>
      area in enPages ? [`${file}: ${area}`] : [],
    ),
  );
  expect(later).toEqual([]);
});
