import { MM_PER_INCH, type UnitSystem } from '../contract/length-unit.ts';

/** Where a length likely lies and what is asked of it, for people: one unit for both, no more digits than are known. */

export interface LikelyRange {
  /** "between 2 and 9 cm", "at most 9 cm", "about 12 cm". */
  readonly range: string;
  /** What it is compared with, exactly: "15.24 cm"; null where nothing is. */
  readonly required: string | null;
}

interface Step {
  readonly step: number;
  readonly from: number;
}

interface Unit {
  readonly mm: number;
  readonly name: string;
  /** Rounding, in this unit, with the half width (mm) from which on it is enough; then ever finer. */
  readonly steps: readonly Step[];
}

const CENTIMETRES: Unit = {
  mm: 10,
  name: 'cm',
  steps: [
    { step: 10, from: 500 },
    { step: 5, from: 200 },
    { step: 1, from: 12 },
    { step: 0.5, from: 5 },
    { step: 0.1, from: 0 },
    { step: 0.01, from: 0 },
    { step: 0.001, from: 0 },
  ],
};
const MILLIMETRES: Unit = {
  mm: 1,
  name: 'mm',
  steps: [
    { step: 1, from: 1.5 },
    { step: 0.1, from: 0 },
    { step: 0.01, from: 0 },
    { step: 0.001, from: 0 },
  ],
};
const INCHES: Unit = {
  mm: MM_PER_INCH,
  name: 'in',
  steps: [
    { step: 5, from: 500 },
    { step: 1, from: 100 },
    { step: 0.5, from: 12 },
    { step: 0.1, from: 2 },
    { step: 0.01, from: 0 },
    { step: 0.001, from: 0 },
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
  const a = told(low, required, half, unit);
  const b = told(high, required, half, unit);
  return {
    range:
      signed === null
        ? length(a, b, unit.name)
        : a === 0 && b === 0
          ? nearZero(Math.max(-low, high), required, unit)
          : offset(a, b, unit.name, signed),
    required: required === null ? null : requirement(required, unit),
  };
}

let lastRequired = Number.NaN;
let lastUnit: Unit = CENTIMETRES;
let lastText = '';

/** The same as for the sentence before, mostly. */
function requirement(mm: number, unit: Unit): string {
  if (mm !== lastRequired || unit !== lastUnit) {
    lastText = requirementText(mm, unit);
    lastRequired = mm;
    lastUnit = unit;
  }
  return lastText;
}

/** Exactly; inches that were asked for behind their centimetres: "15.24 cm (6 in)". */
function requirementText(mm: number, unit: Unit): string {
  const text = `${rounded(mm / unit.mm, 0.01)} ${unit.name}`;
  if (Number.isInteger(mm) || unit === INCHES) return text;
  const quarters = (4 * mm) / MM_PER_INCH;
  return Math.abs(quarters - Math.round(quarters)) < 1e-6 ? `${text} (${Math.round(quarters) / 4} in)` : text;
}

/** In the unit, rounded as far as that says nothing false of what is required. */
function told(end: number, required: number | null, half: number, { mm, steps }: Unit): number {
  const value = end / mm;
  const limit = required === null ? Number.NaN : required / mm;
  const shown = rounded(limit, 0.01);
  for (let i = 0; i < steps.length; i++) {
    const { step, from } = steps[i]!;
    if (half < from) continue;
    const round = rounded(value, step);
    if (required === null || (round < shown === value < limit && round > shown === value > limit)) return round;
  }
  return rounded(value, FINEST);
}

const FINEST = 1e-6;

/** Steps below 1 are tenths, halves, …: dividing by their whole number leaves no tail of digits. */
function rounded(value: number, step: number): number {
  if (step >= 1) return Math.round(value / step) * step + 0;
  const parts = Math.round(1 / step);
  return Math.round(value * parts) / parts + 0;
}

function length(low: number, high: number, unit: string): string {
  if (high <= 0) return `0 ${unit}`;
  if (low <= 0) return `at most ${high} ${unit}`;
  return low === high ? `about ${low} ${unit}` : `between ${low} and ${high} ${unit}`;
}

function offset(low: number, high: number, unit: string, [negative, positive]: readonly [string, string]): string {
  if (low >= 0) return `${length(low, high, unit)} ${positive}`;
  if (high <= 0) return `${length(-high, -low, unit)} ${negative}`;
  return `between ${-low} ${unit} ${negative} and ${high} ${unit} ${positive}`;
}

/** Both ends round to nothing: on which side is not known, and "0 cm to the left" would say one. */
function nearZero(most: number, required: number | null, unit: Unit): string {
  const finest = { ...unit, steps: unit.steps.filter(({ step }) => step <= 0.1 && step < 2 * (most / unit.mm)) };
  return `at most ${told(most, required === null ? null : Math.abs(required), 0, finest)} ${unit.name} either way`;
}

/** A length that is known to within `half`, mm both: "25 cm", "4 mm", "9.8 in". */
export function roughly(mm: number, half: number, units: UnitSystem = 'metric'): string {
  const unit = unitFor(half, units);
  const step = unit.steps.find(({ from }) => half >= from)?.step ?? FINEST;
  return `${rounded(mm / unit.mm, step)} ${unit.name}`;
}

function unitFor(half: number, units: UnitSystem): Unit {
  if (units === 'imperial') return INCHES;
  return half >= COARSE ? CENTIMETRES : MILLIMETRES;
}

/** "97 % sure", rounded down: nothing is surer than it was found. */
export const sureWords = (probability: number): string => SURE[percent(probability)]!;
export const likelyWords = (probability: number): string => LIKELY[percent(probability)]!;

const percent = (p: number) => (p > 0.99 ? 100 : Math.max(0, Math.floor(100 * p + 1e-9)));
const inWords = (word: string) => Array.from({ length: 101 }, (_, p) => `${p === 100 ? 'over 99' : p} % ${word}`);
const [SURE, LIKELY] = [inWords('sure'), inWords('likely')];
