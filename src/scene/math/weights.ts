/** Weights of samples that stand for a distribution; they add up to 1. */

/** Fewer effective samples than this say too little about the spread. */
const MIN_EFFECTIVE = 9;

/** From log likelihoods up to a constant. */
export function weightsOf(logs: readonly number[], power = 1): number[] {
  const top = Math.max(...logs);
  const raw = logs.map((l) => Math.exp(power * (l - top)));
  const sum = raw.reduce((s, w) => s + w, 0);
  return raw.map((w) => w / sum);
}

/** The same, flattened as far as it takes to leave enough samples in the running. */
export function temperedWeights(logs: readonly number[]): number[] {
  for (let power = 1; ; power *= 0.75) {
    const weights = weightsOf(logs, power);
    if (effectiveCount(weights) >= MIN_EFFECTIVE || power < 0.1) return weights;
  }
}

/** Kish's effective number of samples. */
export const effectiveCount = (weights: readonly number[]): number => 1 / weights.reduce((s, w) => s + w * w, 0);

/** Systematic resampling (Kitagawa 1996): indices in ascending order, each about as often as its weight asks for. */
export function resampled(weights: readonly number[], count: number): number[] {
  const out: number[] = [];
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    while (out.length < count && (out.length + 0.5) / count <= sum) out.push(i);
  }
  return out;
}
