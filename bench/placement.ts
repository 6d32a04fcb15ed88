import { feedback } from '../src/analysis/feedback/feedback.ts';
import { STRATEGIES } from '../src/contract/strategy.ts';
import { propose } from '../src/placement/propose.ts';
import { evaluateAll } from '../src/rules/evaluate.ts';
import type { Scene } from '../src/scene/types.ts';
import { crowdedDesk, minDistance, thirtyRules } from './support/crowded-desk.ts';

/** Moves for 20 objects under 30 rules, beside one plain evaluation of the same scene. CPU time of this process. */
const RUNS = 30;

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < RUNS; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / RUNS;
}

/** The rules' view of a scene is kept with the scene: a copy makes every evaluation a first one. */
const fresh = (scene: Scene): Scene => ({ ...scene });

const scene = crowdedDesk();
const rules = thirtyRules();
const impossible = [...rules.slice(0, 29), minDistance('mug', 'keyboard', 900, 9)];
console.log(`${scene.objects.length} objects, ${rules.length} rules, ${evaluateAll(rules, scene).length} verdicts`);
for (const [name, set] of [
  ['possible', rules],
  ['conflict', impossible],
] as const) {
  const verdicts = evaluateAll(set, scene);
  for (let i = 0; i < 3 * RUNS; i++) evaluateAll(set, fresh(scene));
  const plain = cpu(() => evaluateAll(set, fresh(scene)));
  for (const strategy of STRATEGIES) {
    const run = () => propose(fresh(scene), set, { strategy });
    const first = performance.now();
    const placement = run();
    const cold = performance.now() - first;
    for (let i = 0; i < RUNS; i++) run();
    const warm = cpu(run);
    const verified = placement.moves.filter((m) => m.verified).length;
    const bad = verdicts.filter((v) => v.verdict === 'violated').length;
    console.log(
      `${name.padEnd(9)} ${strategy.padEnd(13)} propose ${warm.toFixed(1)} ms (first ${cold.toFixed(0)}), ` +
        `evaluate ${plain.toFixed(2)} ms, ratio ${(warm / plain).toFixed(1)}; ${bad} violated, ` +
        `${placement.moves.length} moves, ${verified} verified, infeasible: ${placement.infeasible?.ruleIds.length ?? 'no'}`,
    );
  }
  const placement = propose(scene, set);
  console.log(`${name.padEnd(9)} feedback ${cpu(() => feedback(scene, set, verdicts, placement)).toFixed(2)} ms`);
}
