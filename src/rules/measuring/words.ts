import { measuredText } from '../interval.ts';
import type { Case, Finding } from './spec.ts';

/** How to get millimetres: part of every reason that lacks them. */
export const HOW_TO_MM =
  'give mm_per_pixel, four table points or a sheet of known size, or show an object of known size';

export const TOO_CLOSE_TO_TELL = 'the measuring error is too large to tell';

export function nameOf(on: Case, thing: number): string {
  return on.index.names[thing] ?? 'nothing';
}

/** Why there is no length in mm between the things of a finding. */
export function noMillimetres(on: Case): string {
  return on.index.calibrated ? 'its place on the table could not be measured' : `millimetres are unknown: ${HOW_TO_MM}`;
}

/** "98 ± 12 mm", then what is required, then whether that can be told. */
export function compared(finding: Finding, requirement: string): string {
  const tail = finding.kind === 'uncertain' && !finding.unseen ? `; ${TOO_CLOSE_TO_TELL}` : '';
  return `${requirement}${tail}`;
}

export const lengthOf = (finding: Finding): string => measuredText(finding.measured, finding.half);

/** "mug-1, mug-2 and 3 more". */
export function listed(on: Case, members: readonly number[]): string {
  const names = members.slice(0, 4).map((m) => nameOf(on, m));
  const rest = members.length - names.length;
  if (rest > 0) return `${names.join(', ')} and ${rest} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
