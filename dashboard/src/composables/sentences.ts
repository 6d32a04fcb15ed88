import { useI18n } from 'vue-i18n';
import { useFormat } from './format.ts';
import { preferences } from './preferences.ts';
import { useThings } from './things.ts';

const MM: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000 };
const NUMBER = String.raw`\d+(?:\.\d+)?`;
/** "15.24 cm (6 in)": as somebody wrote it stands behind. */
const TOLD_TWICE = new RegExp(`${NUMBER} (?:mm|cm|m) \\((${NUMBER} in)\\)`, 'g');
/** "72 ± 32 mm", "between 4 and 10 cm", "4 to 10 cm", "100 mm". */
const METRIC = new RegExp(`(?:(${NUMBER})( ± | and | to | × |–))?(${NUMBER}) (mm|cm|m)\\b(?!/)`, 'g');
const ZONE = /\bzone:([^;,.()"]+?)(?=$|[;,."]| \(| and | is | are )/g;
const THING = /\b[a-z][a-z_]*-\d+\b/g;
/** A rule by its id, with its sentence behind it or without. */
const RULE = /\b(rule_[\w-]{1,40})(?: \((".*?")\))?/g;
/** Ids that were made here; one that came with an import and that nobody knows may as well be a word. */
const MADE_HERE = 'rule_'.length + 16;

/** What the server says in whole sentences: with the things' names, the units and the rules' names that the page shows. */
export function useSentences() {
  const { t } = useI18n();
  const { number } = useFormat();
  const { thing } = useThings();

  const inches = (value: string, unit: string) => {
    const length = (Number(value) * (MM[unit] ?? 1)) / 25.4;
    return number(length, length < 1 ? 2 : 1);
  };
  const inUnits = (text: string): string =>
    preferences.units !== 'inch'
      ? text
      : text
          .replace(TOLD_TWICE, '$1')
          .replace(METRIC, (_, first: string | undefined, between: string | undefined, last: string, unit: string) =>
            first === undefined
              ? `${inches(last, unit)} in`
              : `${inches(first, unit)}${between}${inches(last, unit)} in`,
          );

  /** `names`: of rules, by id. */
  function sentence(text: string, names: ReadonlyMap<string, string> = new Map()): string {
    const named = text.replace(RULE, (whole, id: string, quoted: string | undefined) => {
      const name = names.get(id);
      if (name === undefined) return quoted ?? (id.length === MADE_HERE ? t('desk.aRule') : whole);
      return quoted === undefined ? t('desk.quoted', { name }) : `${t('desk.quoted', { name })} (${quoted})`;
    });
    return inUnits(named.replace(ZONE, (_, name: string) => t('desk.quoted', { name })).replace(THING, thing));
  }

  return { sentence };
}
