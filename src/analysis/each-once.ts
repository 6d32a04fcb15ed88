export type Stage = 'detect' | 'measure' | 'check';

const STAGES: readonly Stage[] = ['detect', 'measure', 'check'];

/** Each stage once, in order, however often a job is begun again. */
export function eachOnce(step: (stage: Stage) => void): (stage: Stage) => void {
  let next = 0;
  return (stage) => {
    for (const to = STAGES.indexOf(stage); next <= to; next += 1) step(STAGES[next]!);
  };
}
