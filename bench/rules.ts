import { conflictsOf, findConflicts } from '../src/conflicts/detect.ts';
import { CLASSES as DESK_CLASSES, type Detection } from '../src/contract/detection.ts';
import type { Condition, Operator, Rule } from '../src/contract/rule.ts';
import { Z90 } from '../src/contract/verdict.ts';
import { canonicalSentence } from '../src/language/grammar/canonical.ts';
import { evaluateAll } from '../src/rules/evaluate.ts';
import { evaluateSummary } from '../src/rules/evaluate-summary.ts';
import { matches } from '../src/rules/select.ts';
import { buildScene } from '../src/scene/build.ts';
import { distanceApart, placed } from '../src/scene/measure.ts';
import type { Scene } from '../src/scene/types.ts';

/**
 * 1,000 rules on 100 objects, CPU time of this process: a first assessment, which also measures every pair, and a further
 * one. Beside it, in the same run, the bare parts: measuring every pair once, and a plain loop that only compares known
 * numbers.
 */
const RULES = 1000;
const OBJECTS = 100;
const ROUNDS = 9;
const REPEATS = 3;

let state = 12345;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const CLASSES = DESK_CLASSES.filter((name) => name !== 'monitor' && name !== 'table');
const SELECTORS: readonly string[] = [...CLASSES, 'beverage', 'electronics', 'object'];

function detections(): Detection[] {
  return Array.from({ length: OBJECTS }, (_, i) => {
    const x = random() * 3700;
    const y = random() * 2700;
    const size = 60 + random() * 200;
    return { class: CLASSES[i % CLASSES.length]!, confidence: 0.9, bbox: [x, y, x + size, y + size] as const };
  });
}

const PAIRS: readonly Operator[] = ['min_distance', 'max_distance'];
const OTHERS: readonly Operator[] = [
  'min_edge_distance',
  'on',
  'not_on',
  'centered_on',
  'left_of',
  'behind',
  'grouped',
  'count_max',
];

function condition(operator: Operator): Condition {
  const two = !['min_edge_distance', 'grouped', 'count_max'].includes(operator);
  const value = {
    value: 10 + Math.round(random() * 400),
    unit: operator === 'count_max' ? ('count' as const) : ('mm' as const),
  };
  return {
    object1: pick(SELECTORS),
    operator,
    ...(two && { object2: pick(SELECTORS) }),
    ...(['min_distance', 'max_distance', 'min_edge_distance', 'grouped', 'count_max'].includes(operator) && value),
  };
}

function rules(operators: readonly Operator[]): Rule[] {
  return Array.from({ length: RULES }, (_, i) => {
    const conditions = [condition(operators[i % operators.length]!)];
    return {
      rule_id: `rule_${i}`,
      name: 'bench',
      type: 'distance',
      conditions,
      actions: [],
      priority: 5,
      context: null,
      text: null,
      canonical: canonicalSentence(conditions),
      assumptions: [],
      source: 'manual',
      enabled: true,
      version: 1,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
      owner: 'bench',
      scope: 'mine',
      created_by: 'bench',
    };
  });
}

/** Median CPU milliseconds of this process; `prepare` is not counted. Small work is repeated to fill the clock's tick. */
function time<T>(work: (input: T) => unknown, prepare: () => T): number {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const inputs = Array.from({ length: REPEATS }, prepare);
    const before = process.cpuUsage();
    for (const input of inputs) work(input);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000 / REPEATS);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const scene = buildScene({
  width: 4000,
  height: 3000,
  detections: detections(),
  boxNoise: { sigma: 0.02 },
  focal35mm: null,
  calibration: { mm_per_pixel: 0.5 },
  zones: [],
  tablePx: [
    [0, 0],
    [4000, 0],
    [4000, 3000],
    [0, 3000],
  ],
  context: null,
});
/** A copy of the scene has no pair table yet. */
const fresh = (): Scene => ({ ...scene });
const warm = () => scene;

const n = scene.objects.length;
const allPairs = time((s: Scene) => {
  const places = s.objects.map(placed);
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) distanceApart(s.calibration, places[a]!, places[b]!, 'edge', 0, 0);
  }
}, fresh);
console.log(`${n} objects, ${RULES} rules; ${(n * (n - 1)) / 2} pairs measured bare: ${allPairs.toFixed(2)} ms`);

for (const [name, set] of [
  ['distances only', rules(PAIRS)],
  ['all operators', rules([...PAIRS, ...OTHERS])],
] as const) {
  const { verdicts, tallies, unlisted } = evaluateSummary(set, scene);
  const findings = tallies.reduce((sum, t) => sum + t.violated + t.uncertain + t.satisfied, 0);
  const first = time((s) => evaluateSummary(set, s), fresh);
  const again = time((s) => evaluateSummary(set, s), warm);
  const full = time((s) => set.map((rule) => evaluateAll([rule], s).length), warm);
  console.log(`\n${name}: ${findings} findings, ${verdicts.length} listed, ${unlisted} open ones counted only`);
  console.log(
    `  summary, pairs not yet measured            ${first.toFixed(2)} ms (${(first / allPairs).toFixed(1)} times measuring)`,
  );
  console.log(`  summary, pairs measured                    ${again.toFixed(2)} ms`);
  console.log(
    `  evaluate, every finding in words          ${full.toFixed(2)} ms (${((full / findings) * 1e6).toFixed(0)} ns each)`,
  );
  if (name === 'distances only') {
    const bare = bareLoop(set);
    console.log(
      `  bare loop over known distances            ${bare.toFixed(2)} ms (summary / bare ${(again / bare).toFixed(1)})`,
    );
  }
}

const many = rules([...PAIRS, ...OTHERS]);
console.log(
  `\nconflicts of one rule among ${RULES}: ${time(
    (r) => conflictsOf(r[0]!, r),
    () => many,
  ).toFixed(2)} ms`,
);
const start = performance.now();
const found = findConflicts(many).length;
console.log(`conflicts among ${RULES} random rules: ${found} in ${(performance.now() - start).toFixed(0)} ms`);

/** What no evaluation can be faster than: compare two known numbers for each pair that a rule speaks of. */
function bareLoop(set: readonly Rule[]): number {
  const low = new Float64Array(n * n);
  const high = new Float64Array(n * n);
  const places = scene.objects.map(placed);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const m = distanceApart(scene.calibration, places[a]!, places[b]!, 'edge', 0, 0);
      low[a * n + b] = (m?.value ?? 0) - Z90 * (m?.sigma ?? 0);
      high[a * n + b] = (m?.value ?? 0) + Z90 * (m?.sigma ?? 0);
    }
  }
  const members = new Map(
    SELECTORS.map((s) => [s, scene.objects.flatMap((o, i) => (matches(s, o.class) ? [i] : []))] as const),
  );
  let sum = 0;
  const ms = time(() => {
    for (const { conditions } of set) {
      const { object1, object2, value } = conditions[0]!;
      for (const a of members.get(object1)!) {
        for (const b of members.get(object2!)!) {
          if (low[a * n + b]! >= value!) sum++;
          else if (high[a * n + b]! < value!) sum--;
        }
      }
    }
  }, warm);
  return sum === 0.5 ? 0 : ms;
}
