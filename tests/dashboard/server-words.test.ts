import { expect, it } from 'vitest';
import { inLanguage, KNOWN_SENTENCES } from '../../dashboard/src/composables/server-words.ts';
import { ERRORS } from '../../src/errors.ts';

it('the sentences that the dashboard says in German are those of the catalogue of errors', () => {
  const said = new Set(Object.values(ERRORS).flatMap(({ message, advice }) => [message, advice]));
  expect(KNOWN_SENTENCES.filter((one) => !said.has(one))).toEqual([]);
  expect(inLanguage('The login has expired.', 'de')).toBe('Die Anmeldung ist abgelaufen.');
  expect(inLanguage('The login has expired.', 'en')).toBe('The login has expired.');
  expect(inLanguage('Row 7 has no "name".', 'de')).toBe('Row 7 has no "name".');
});
