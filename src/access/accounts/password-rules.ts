import { AppError } from '../../errors.ts';

/** Estimating takes time that grows faster than the text; what stands behind adds no doubt. */
const MOST_ESTIMATED = 48;
/** Of zxcvbn's five: found with fewer than 10^8 guesses lies below (D. Wheeler, "zxcvbn", USENIX Security 2016). */
const LEAST_SCORE = 3;

/**
 * Throws VALIDATION_002 for one that is too easy to guess: it holds the name, or is made of common words, keys beside each other, dates,
 * repetitions. Its length is asked for elsewhere.
 */
export async function refuseWeak(password: string, username: string): Promise<void> {
  const holdsName = password.toLowerCase().includes(username.toLowerCase());
  if (!holdsName && (await scoreOf(password, username)) >= LEAST_SCORE) return;
  throw new AppError('VALIDATION_002', {
    message: 'The password is too easy to guess.',
    advice: holdsName
      ? 'Leave the name out of it.'
      : 'Take several words that have nothing to do with each other; no common password, no row of keys or digits, nothing repeated.',
    details: { field: 'password' },
  });
}

type Estimator = InstanceType<typeof import('@zxcvbn-ts/core').ZxcvbnFactory>;
let estimator: Promise<Estimator> | undefined;

/** The word lists take memory: a server that nobody gives a password has none of them. */
async function load(): Promise<Estimator> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MOST_ESTIMATED });
}

async function scoreOf(password: string, username: string): Promise<number> {
  estimator ??= load().catch((thrown: unknown) => {
    estimator = undefined;
    throw thrown;
  });
  return (await estimator).check(password.slice(0, MOST_ESTIMATED), [username]).score;
}
