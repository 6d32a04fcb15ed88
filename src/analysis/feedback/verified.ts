import type * as z from 'zod';
import type { Adjustment } from '../../contract/analysis.ts';

/** What a verified move promises, and what not; of its new place, what the picture shows of it. `undecided`: as the move says. */
export function verifiedWords(
  sight: string | undefined,
  { rules = 'its', undecided }: { rules?: 'its' | 'all'; undecided?: string | undefined } = {},
): string {
  const promise = undecided
    ? `verified against everything but ${undecided}`
    : `verified: ${rules} rules hold there with all errors`;
  return `${promise}; ${sight === 'plain' ? 'the picture shows plain table there' : 'see that it is free'}`;
}

type Told = Pick<z.infer<typeof Adjustment>, 'sight' | 'unverified'>;

/** What is open about a move that is not verified: of one stored without it, what its place says. */
export const toCheck = ({ sight, unverified }: Told): string =>
  unverified ??
  (sight === 'likely' || sight === 'unclear' ? 'check that the place is free' : 'not every rule surely holds then');

export const unverifiedWords = (move: Told): string => `not verified: ${toCheck(move)}`;
