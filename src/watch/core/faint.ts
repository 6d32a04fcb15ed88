import { GROUPS } from '../../contract/objects.ts';
import type { Faint } from './frame.ts';
import { overlapOf } from './match.ts';
import { type Latent, MAX_TRACKS, type Stay } from './state.ts';
import { boxOf } from './stay.ts';

/**
 * The detector wavers around its threshold: what stands still is found in one picture and not in the next, with less light
 * or a hand beside it. From this score on it tells that a thing may still be, or was already, at its place.
 */
export const FAINT = 0.1;
/** Of two boxes, what both share, for them to be of one thing. */
const SAME_BOX = 0.6;

const GROUP_OF = (name: string) =>
  Object.entries(GROUPS).find(([group, classes]) => group !== 'object' && classes.includes(name))?.[0] ?? name;
/** The detector's names waver within a group. */
export const alike = (a: string, b: string): boolean => a === b || GROUP_OF(a) === GROUP_OF(b);

/** Whether something of such a name is there, though not believed. */
export function faintlyAt(faint: readonly Faint[], names: readonly string[], px: Stay['px']): boolean {
  return faint.some((f) => names.some((name) => alike(name, f.class)) && overlapOf(boxOf(f), px) >= SAME_BOX);
}

/** What is faintly seen, from look to look. What was not seen for `patience_ms` of camera time is forgotten. */
export function latentAfter(
  before: readonly Latent[],
  faint: readonly Faint[],
  { at, first }: { readonly at: string; readonly first: boolean },
  patience_ms: number,
): Latent[] {
  const after: Latent[] = before.filter((one) => Date.parse(at) - Date.parse(one.last_seen) < patience_ms);
  for (const found of faint) {
    const px = boxOf(found);
    const known = after.findIndex((one) => alike(one.class, found.class) && overlapOf(one.px, px) >= SAME_BOX);
    if (known < 0) {
      if (after.length < MAX_TRACKS)
        after.push({ class: found.class, px, since: at, last_seen: at, n: 1, always: first });
      continue;
    }
    const one = after[known]!;
    if (one.last_seen !== at) after[known] = { ...one, px, last_seen: at, n: one.n + 1 };
  }
  return after;
}

/** What was faintly seen where this box is. */
export const latentAt = (latent: readonly Latent[], name: string, px: Stay['px']): Latent | undefined =>
  latent.find((one) => alike(one.class, name) && overlapOf(one.px, px) >= SAME_BOX);
