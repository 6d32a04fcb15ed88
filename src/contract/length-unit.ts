import * as z from 'zod';
import { spelled } from './spelled.ts';

interface LengthUnit {
  /** Millimetres in one; a foot is 12 inches. */
  readonly mm: number;
  readonly system: 'metric' | 'imperial';
  readonly words: readonly string[];
  readonly marks?: readonly string[];
}

/** By definition (1959). */
export const MM_PER_INCH = 25.4;

/** Units of length as people write them. */
export const LENGTH_UNITS: readonly LengthUnit[] = [
  { mm: 1, system: 'metric', words: ['mm', 'millimeter', 'millimeters', 'millimetre', 'millimetres'] },
  { mm: 10, system: 'metric', words: ['cm', 'cms', 'centimeter', 'centimeters', 'centimetre', 'centimetres'] },
  { mm: 1000, system: 'metric', words: ['m', 'meter', 'meters', 'metre', 'metres'] },
  { mm: MM_PER_INCH, system: 'imperial', words: ['in', 'inch', 'inches'], marks: ['"', '″', '”', "''"] },
  { mm: 304.8, system: 'imperial', words: ['ft', 'foot', 'feet'], marks: ["'", '′', '’'] },
];

/** For refusals; the other spellings of each are taken too. */
export const UNIT_NAMES = LENGTH_UNITS.map(({ words }) => words[0]).join(', ');

const BY_SPELLING = new Map(
  LENGTH_UNITS.flatMap((unit) => [...unit.words, ...(unit.marks ?? [])].map((spelling) => [spelling, unit])),
);

/** The unit that a text names ("Inches", "cm.", `"`); null: none. */
export function lengthUnit(text: string): LengthUnit | null {
  if (text.length > 40) return null;
  return BY_SPELLING.get(text.trim().toLowerCase().replace(/\.$/, '')) ?? null;
}

/** Lengths in words: metric or imperial; the name of a unit means its system. */
export const UnitSystem = spelled(z.enum(['metric', 'imperial']), (given) => {
  if (typeof given !== 'string') return given;
  const name = given.trim().toLowerCase();
  return lengthUnit(given)?.system ?? OTHER_NAMES[name] ?? (name === 'metric' || name === 'imperial' ? name : given);
});

/** Of a picture that is drawn again. */
export const OtherUnits = UnitSystem.optional().describe('as it was analysed when absent');

export type UnitSystem = z.output<typeof UnitSystem>;

const OTHER_NAMES: Readonly<Record<string, 'metric' | 'imperial'>> = { si: 'metric', us: 'imperial' };
