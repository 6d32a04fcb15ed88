import { feedback } from '../src/analysis/feedback/feedback.ts';
import { propose } from '../src/placement/propose.ts';
import { STRATEGIES } from '../src/placement/types.ts';
import { evaluate } from '../src/rules/evaluate.ts';
import type { Operator, Rule } from '../src/rules/schema.ts';
import type { Scene } from '../src/scene/types.ts';
import { desk, minDistance, rule, type Thing } from '../tests/placement/desk.ts';

/** Moves for 20 objects under 30 rules, beside one plain evaluation of the same scene. CPU time of this process. */
const RUNS = 30;

const crowded: readonly Thing[] = [
  { id: 'laptop-1', x: 500, y: 250, width: 330, height: 230 },
  { id: 'monitor-1', x: 900, y: 90, width: 230, height: 160 },
  { id: 'keyboard-1', x: 900, y: 380, width: 430, height: 130 },
  { id: 'mouse-1', x: 1190, y: 380, width: 60, height: 110 },
  { id: 'phone-1', x: 240, y: 420, width: 75, height: 150 },
  { id: 'phone-2', x: 1350, y: 200, width: 75, height: 150 },
  { id: 'book-1', x: 150, y: 130, width: 160, height: 230 },
  { id: 'book-2', x: 1450, y: 620, width: 160, height: 230 },
  { id: 'coaster-1', x: 300, y: 680, radius: 50 },
  { id: 'coaster-2', x: 700, y: 680, radius: 50 },
  { id: 'desk_mat-1', x: 900, y: 400, width: 700, height: 300 },
  { id: 'glass-1', x: 1120, y: 700, radius: 35 },
  { id: 'bottle-1', x: 1250, y: 700, radius: 36 },
  { id: 'bowl-1', x: 480, y: 690, radius: 75 },
  { id: 'mug-1', x: 710, y: 260, radius: 40 },
  { id: 'mug-2', x: 1000, y: 500, radius: 40 },
  { id: 'mug-3', x: 330, y: 420, radius: 40 },
  { id: 'mug-4', x: 1400, y: 760, radius: 40 },
  { id: 'mug-5', x: 640, y: 480, radius: 40 },
  { id: 'mug-6', x: 1060, y: 200, radius: 40 },
].map((thing) => ({ ...thing, sigma: 4 }));

function thirtyRules(): Rule[] {
  const far: [string, string, number][] = [
    ['mug', 'laptop', 152.4],
    ['mug', 'keyboard', 60],
    ['mug', 'phone', 50],
    ['mug', 'mouse', 60],
    ['mug', 'monitor', 80],
    ['beverage', 'electronics', 50],
    ['mug', 'book', 20],
    ['mug', 'bowl', 30],
    ['glass', 'laptop', 150],
    ['bottle', 'laptop', 150],
    ['bowl', 'laptop', 150],
    ['mug', 'object', 10],
    ['mug', 'mug', 20],
    ['phone', 'bottle', 80],
    ['book', 'glass', 80],
    ['mouse', 'bowl', 80],
    ['mug', 'glass', 20],
    ['mug', 'bottle', 20],
    ['keyboard', 'bottle', 100],
    ['keyboard', 'glass', 100],
  ];
  const others: [string, Operator, string | undefined, number | undefined][] = [
    ['mug', 'min_edge_distance', 'table', 50],
    ['glass', 'min_edge_distance', 'table', 30],
    ['bottle', 'min_edge_distance', 'table', 30],
    ['phone', 'min_edge_distance', 'table', 20],
    ['mug', 'not_on', 'laptop', undefined],
    ['mug', 'not_on', 'keyboard', undefined],
    ['mug', 'not_on', 'book', undefined],
    ['mug', 'in_front_of', 'monitor', undefined],
    ['mug', 'count_max', undefined, 8],
    ['mug', 'max_distance', 'desk_mat', 900],
  ];
  return [
    ...far.map(([a, b, mm], i) => minDistance(a, b, mm, { priority: 1 + (i % 9) })),
    ...others.map(([object1, operator, object2, value], i) =>
      rule(
        {
          object1,
          operator,
          ...(object2 && { object2 }),
          ...(value !== undefined && { value, unit: value === 8 ? 'count' : 'mm' }),
        },
        { priority: 1 + (i % 9) },
      ),
    ),
  ];
}

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < RUNS; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / RUNS;
}

/** The rules' view of a scene is kept with the scene: a copy makes every evaluation a first one. */
const fresh = (scene: Scene): Scene => ({ ...scene });

const scene = desk(crowded, { width: 1600, height: 800 });
const rules = thirtyRules();
const impossible = [...rules.slice(0, 29), minDistance('mug', 'keyboard', 900, { priority: 9 })];
console.log(`${scene.objects.length} objects, ${rules.length} rules, ${evaluate(rules, scene).length} verdicts`);
for (const [name, set] of [
  ['possible', rules],
  ['conflict', impossible],
] as const) {
  const verdicts = evaluate(set, scene);
  for (let i = 0; i < 3 * RUNS; i++) evaluate(set, fresh(scene));
  const plain = cpu(() => evaluate(set, fresh(scene)));
  for (const strategy of STRATEGIES) {
    const run = () => propose(fresh(scene), set, verdicts, { strategy });
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
  const placement = propose(scene, set, verdicts);
  console.log(`${name.padEnd(9)} feedback ${cpu(() => feedback(scene, set, verdicts, placement)).toFixed(2)} ms`);
}
