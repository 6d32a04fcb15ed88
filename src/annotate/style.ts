import type { UnitSystem } from '../contract/length-unit.ts';
import type { VerdictKind } from '../contract/verdict.ts';

/**
 * Colour says what holds: red broken, amber uncertain, green holds, cyan is our proposal, violet a declared region,
 * pink what was found to measure by, white everything else. Line form says the same for eyes that do not part red from green: broken lines are thick,
 * uncertain ones dashed, the others thin.
 */
export const COLOUR = {
  violated: '#ff453a',
  uncertain: '#ffb300',
  satisfied: '#5ee37a',
  move: '#26c6ff',
  zone: '#c9a0ff',
  found: '#ff8ad8',
  neutral: '#ffffff',
  plate: '#11161c',
  ink: '#10151a',
  paper: '#ffffff',
  quiet: '#c8d0d8',
} as const;

/** Lengths in pixels that grow with the image, so that it reads the same at 600 and at 4000 px. */
export interface Measures {
  readonly font: number;
  readonly small: number;
  readonly line: number;
  readonly thin: number;
  readonly pad: number;
  /** Of the lengths in the text. */
  readonly units: UnitSystem;
}

export function measuresFor(width: number, height: number, units: UnitSystem = 'metric'): Measures {
  const long = Math.max(width, height);
  const font = Math.max(11, long * 0.0158);
  return {
    font,
    small: Math.max(10, font * 0.82),
    line: Math.max(2, font * 0.16),
    thin: Math.max(1, font * 0.075),
    pad: font * 0.35,
    units,
  };
}

const RANK: readonly VerdictKind[] = ['not_applicable', 'satisfied', 'uncertain', 'violated'];

export const worse = (a: VerdictKind, b: VerdictKind): number => RANK.indexOf(b) - RANK.indexOf(a);

export function colourOf(kind: VerdictKind): string {
  return kind === 'not_applicable' ? COLOUR.neutral : COLOUR[kind];
}
