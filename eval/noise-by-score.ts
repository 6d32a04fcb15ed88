import type { ConfidenceScaling } from '../src/contract/box-noise.ts';

/** One matched box: its score, and the squared relative errors of its edges. */
export interface BoxErrors {
  readonly score: number;
  readonly squares: readonly number[];
}

/** The law of all groups; `scoreOfSigma` gives each its own `at`. */
export type FallByScore = Omit<ConfidenceScaling, 'at'>;

const MAX_FALL = 6;
/** Twice the gain of log likelihood, with the edges of a box as one observation, below which there is no fall to speak of. */
const SIGNIFICANT = 6;

/**
 * How the errors of box edges fall with the score: sigma(score) = sigma_group * exp(fall * (at_group - score)), one `fall`
 * for all groups, by maximum likelihood for normal errors. Scores are cut to the range that nine tenths of the boxes lie in.
 * Null where it is not significant.
 */
export function fallByScore(groups: readonly (readonly BoxErrors[])[]): FallByScore | null {
  const scores = groups.flat().map((b) => b.score);
  if (scores.length === 0) return null;
  scores.sort((a, b) => a - b);
  const at = (share: number) => round(scores[Math.round(share * (scores.length - 1))]!);
  const [from, to] = [at(0.05), at(0.95)];
  const loss = (fall: number) =>
    groups.reduce((sum, group) => sum + group.length * Math.log(atZero(group, { fall, from, to })), 0) / 2 -
    groups.flat().reduce((sum, b) => sum + fall * cut(b.score, from, to), 0);
  let [low, high] = [0, MAX_FALL];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-4) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(a) < loss(b)) high = b;
    else low = a;
  }
  const fall = round((low + high) / 2);
  return 2 * (loss(0) - loss(fall)) >= SIGNIFICANT && fall > 0 ? { fall, from, to } : null;
}

/** The score at which a group's own root mean square error holds. */
export function scoreOfSigma(group: readonly BoxErrors[], law: FallByScore): number {
  const { fall } = law;
  return round(Math.log(atZero(group, law) / atZero(group, { ...law, fall: 0 })) / (2 * fall));
}

/** Mean squared error of the group's edges, carried to score 0. */
function atZero(group: readonly BoxErrors[], { fall, from, to }: FallByScore): number {
  const edges = group.reduce((n, b) => n + b.squares.length, 0);
  const sum = group.reduce(
    (total, b) => total + Math.exp(2 * fall * cut(b.score, from, to)) * b.squares.reduce((s, e) => s + e, 0),
    0,
  );
  return sum / edges;
}

const cut = (score: number, from: number, to: number) => Math.min(to, Math.max(from, score));
const round = (x: number) => Number(x.toFixed(4));
