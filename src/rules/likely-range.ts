import { MM_PER_INCH, type UnitSystem } from '../contract/length-unit.ts';

/** Where a length likely lies and what is asked of it, for people: one unit for both, no more digits than are known. */

export interface LikelyRange {
  /** "between 2 and 9 cm", "at most 9 cm", "about 12 cm". */
  readonly range: string;
  /** What it is compared with, exactly: "15.24 cm"; null where nothing is. */
  readonly required: string | null;
}

interface Unit {
  readonly mm: number;
  readonly name: string;
  /** Rounding, in this unit, with the half width (mm) from which on it is enough; then ever finer. */
  readonly steps: readonly (readonly [step: number, from: number])[];
}

const CENTIMETRES: Unit = {
  mm: 10,
  name: 'cm',
  steps: [
    [10, 500],
    [5, 200],
    [1, 12],
    [0.5, 5],
    [0.1, 0],
    [0.01, 0],
    [0.001, 0],
  ],
};
const MILLIMETRES: Unit = {
  mm: 1,
  name: 'mm',
  steps: [
    [1, 1.5],
    [0.1, 0],
    [0.01, 0],
    [0.001, 0],
  ],
};
const INCHES: Unit = {
  mm: MM_PER_INCH,
  name: 'in',
  steps: [
    [5, 500],
    [1, 100],
    [0.5, 12],
    [0.1, 2],
    [0.01, 0],
    [0.001, 0],
  ],
};
/** Half widths from this on are told in centimetres, mm. */
const COARSE = 5;

/**
 * The 90 % interval (mm) of a length in words. Rounding never moves an end across what is required: what is too little
 * never reads as enough. `signed`: words for the negative and the positive side; without them a length is at least 0.
 */
export function likelyRange(
  low: number,
  high: number,
  required: number | null,
  units: UnitSystem = 'metric',
  signed: readonly [negative: string, positive: string] | null = null,
): LikelyRange {
  const half = (high - low) / 2;
  const unit = unitFor(half, units);
  const [a, b] = ends(low, high, required, half, unit);
  const told = required === null ? null : `${plain(required / unit.mm, 2)} ${unit.name}`;
  return { range: signed === null ? length(a, b, unit.name) : offset(a, b, unit.name, signed), required: told };
}

/** Both ends in the unit, rounded as far as that says nothing false. */
function ends(low: number, high: number, required: number | null, half: number, { mm, steps }: Unit) {
  const sides = (value: number) => (required === null ? 0 : Math.sign(value - required / mm));
  for (const [step, from] of steps) {
    if (half < from) continue;
    const rounded = [low, high].map((end) => Number((Math.round(end / mm / step) * step).toFixed(3)) + 0);
    const same = sides(rounded[0]!) === sides(low / mm) && sides(rounded[1]!) === sides(high / mm);
    if (same) return rounded as [number, number];
  }
  return [low / mm, high / mm] as const;
}

function length(low: number, high: number, unit: string): string {
  if (high <= 0) return `0 ${unit}`;
  if (low <= 0) return `at most ${plain(high)} ${unit}`;
  return low === high ? `about ${plain(low)} ${unit}` : `between ${plain(low)} and ${plain(high)} ${unit}`;
}

function offset(low: number, high: number, unit: string, [negative, positive]: readonly [string, string]): string {
  if (low >= 0) return `${length(low, high, unit)} ${positive}`;
  if (high <= 0) return `${length(-high, -low, unit)} ${negative}`;
  return `between ${plain(-low)} ${unit} ${negative} and ${plain(high)} ${unit} ${positive}`;
}

/** A length that is known to within `half`, mm both: "25 cm", "4 mm", "9.8 in". */
export function roughly(mm: number, half: number, units: UnitSystem = 'metric'): string {
  const unit = unitFor(half, units);
  const [step] = unit.steps.find(([, from]) => half >= from) ?? [unit.steps.at(-1)![0]];
  return `${plain(Math.round(mm / unit.mm / step) * step)} ${unit.name}`;
}

function unitFor(half: number, units: UnitSystem): Unit {
  if (units === 'imperial') return INCHES;
  return half >= COARSE ? CENTIMETRES : MILLIMETRES;
}

/** Without trailing zeros and without a negative zero. */
const plain = (value: number, digits = 3) => `${Number(value.toFixed(digits)) + 0}`;

/** "97 % sure", rounded down: nothing is surer than it was found. */
export const sureWords = (probability: number): string => `${percent(probability)} % sure`;
export const likelyWords = (probability: number): string => `${percent(probability)} % likely`;

const percent = (p: number) => (p > 0.99 ? 'over 99' : `${Math.floor(100 * p + 1e-9)}`);
