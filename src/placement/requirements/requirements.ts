import type { Condition, Rule } from '../../contract/rule.ts';
import { type VerdictNumbers, Z90 } from '../../contract/verdict.ts';
import { SURELY_ON } from '../../rules/interval.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { indexOf, type SceneIndex } from '../../rules/scene-index.ts';
import { ANYTHING, FLAT_SURFACES } from '../../rules/select.ts';
import type { Scene } from '../../scene/types.ts';
import type { Plane } from '../solver/bodies.ts';
import { GROUND_LIPSCHITZ, type Places } from '../solver/ground.ts';
import { remembered } from '../solver/margin.ts';
import { type Piece, piecesOf } from '../solver/pieces.ts';
import { type Layout, type Requirement, startLayout } from '../solver/problem.ts';
import type { Work } from '../solver/search.ts';
import { DEMANDS, type Demand } from './demands.ts';
import { either, type Measured } from './requirement.ts';

/** Keeps `satisfied` clear of rounding, in units of the plane. */
const EPSILON = 0.01;
/** An exact margin costs about as much as this many slacks, for each object that it looks at. */
const PRICE = 8;

/**
 * What the solver must respect: one requirement for every verdict that a displacement can change and that is about
 * something movable. Counts, heat and lengths without millimetres are not among them.
 */
export function requirementsOf(
  scene: Scene,
  plane: Plane,
  rules: readonly Rule[],
  verdicts: readonly VerdictNumbers[],
  work: Work,
  edge: Places['edge'] = () => null,
): Requirement[] {
  const index = indexOf(scene);
  const entityIndex = new Map(index.entities.map((o, i) => [o.id, i]));
  const piece = piecesOf(scene, plane);
  const byId = new Map(rules.map((r) => [r.rule_id, r]));
  const start = startLayout(plane.bodies);
  const seen = new Set<string>();
  // The margin grows with the distance by the scale's error; the rest allows for how it turns with the direction.
  const lowerBoundLipschitz = 1.2 + Z90 * (scene.calibration.scaleSigma ?? 0);
  const margins: Margins = new Map();
  const found: Requirement[] = [];
  for (const verdict of [...verdicts, ...stackedPairs(scene, plane, rules)]) {
    const rule = byId.get(verdict.rule_id);
    const condition = rule?.conditions[verdict.condition];
    if (rule === undefined || condition === undefined || verdict.verdict === 'not_applicable') continue;
    const demand = DEMANDS[condition.operator];
    if (demand === null) continue;
    const objects = verdict.objects.map((id) => entityIndex.get(id) ?? -1);
    const about = subjects(index, demand, condition, objects);
    const pieces = about.map(piece);
    const key = `${verdict.rule_id} ${verdict.condition} ${verdict.objects.join(' ')}`;
    if (pieces.length === 0 || pieces.includes(null) || seen.has(key)) continue;
    seen.add(key);
    const known = pieces as Piece[];
    const bodies = [...new Set(known.map((p) => p.body))].filter((b) => b >= 0);
    if (!bodies.some((b) => plane.bodies[b]!.movable)) continue;
    const measured = onPlainTable(condition, known, edge, measuredBy(demand, scene, plane, condition, known));
    if (measured === null) continue;
    const pointEstimate = (layout: Layout) => measured.pointEstimate(layout) - EPSILON / 10;
    const lowerBound90 = (layout: Layout) => measured.lowerBound90(layout) - EPSILON;
    const price = priceOf(demand, known);
    const lowerBoundPrice = PRICE * known.length;
    const moving = bodies.filter((b) => plane.bodies[b]!.movable);
    found.push({
      ruleId: verdict.rule_id,
      priority: rule.priority,
      condition: verdict.condition,
      before: verdict.verdict,
      holdsAsMeasured: pointEstimate(start) >= 0,
      bodies,
      isMinDistance: measured.isMinDistance,
      isMaxDistance: measured.isMaxDistance === true,
      relative: measured.relative && bodies.length === 2,
      exact: measured.exact,
      lipschitz: measured.lipschitz ?? 1,
      lowerBoundLipschitz,
      pointEstimate,
      lowerBound90,
      price,
      lowerBoundPrice,
      margin: shared(margins, measured.family, about, () =>
        remembered(moving, (layout) => {
          work.left -= lowerBoundPrice;
          return pointEstimate(layout) - lowerBound90(layout);
        }),
      ),
    });
  }
  return found;
}

/** Where the image shows plain table so far around an outline, no edge of the table is nearer. */
function onPlainTable(
  { operator, value = 0 }: Condition,
  [a]: readonly Piece[],
  edge: Places['edge'],
  measured: Measured | null,
): Measured | null {
  const free = OPERATOR_SPECS[operator].ends === 'table' && a !== undefined && a.body >= 0 ? edge(a.body) : null;
  if (free === null) return measured;
  const slack = (layout: Layout) => free(layout.x[a!.body]!, layout.y[a!.body]!) - value;
  const around: Measured = {
    pointEstimate: slack,
    lowerBound90: slack,
    isMinDistance: true,
    relative: false,
    exact: true,
    lipschitz: GROUND_LIPSCHITZ,
  };
  return measured === null ? around : either(measured, around);
}

/** In the image only what asks for no length can be judged. */
function measuredBy(demand: Demand, scene: Scene, plane: Plane, condition: Condition, pieces: readonly Piece[]) {
  if (plane.unit === 'mm') return demand.onTable(scene, condition, pieces, plane.table);
  return (condition.value ?? 0) > 0 ? null : (demand.inImage?.(scene, condition, pieces) ?? null);
}

/** Planning takes longer than linear in them; no desk photo with fewer than 100 rules comes near it. */
const MAX_PLANNED = 1500;

/** The most urgent rules that the solver plans for: all of them, unless they say too much about what may move. */
export function rulesToPlan(rules: readonly Rule[], about: readonly VerdictNumbers[]): readonly Rule[] {
  if (about.length <= MAX_PLANNED) return rules;
  const said = new Map<string, number>();
  for (const { rule_id } of about) said.set(rule_id, (said.get(rule_id) ?? 0) + 1);
  const kept = new Set<Rule>();
  let count = 0;
  for (const rule of rules.toSorted((a, b) => b.priority - a.priority)) {
    count += said.get(rule.rule_id) ?? 0;
    if (count > MAX_PLANNED && kept.size > 0) break;
    kept.add(rule);
  }
  return rules.filter((rule) => kept.has(rule));
}

type Margins = Map<string, Requirement['margin']>;

/** Work of one slack, counted in distances of a disk and a rectangle: what lies inside what takes every corner with every side. */
function priceOf({ inside }: Demand, [a, ...others]: readonly Piece[]): number {
  const corners = ({ shape }: Piece) => (shape.kind === 'disk' ? 1 : shape.x.length);
  const mine = a === undefined ? 1 : corners(a);
  const prices = others.map((other) => (inside === true ? mine * corners(other) : mine + corners(other)) / 16);
  return Math.max(1, prices.length, Math.round(prices.reduce((sum, price) => sum + price, 0)));
}

/** Several rules about one pair look the same margin up. */
function shared(
  known: Margins,
  family: string | undefined,
  entities: readonly number[],
  make: () => Requirement['margin'],
) {
  if (family === undefined) return make();
  const key = `${family} ${entities.toSorted((a, b) => a - b).join(' ')}`;
  const margin = known.get(key) ?? make();
  known.set(key, margin);
  return margin;
}

/**
 * A rule about any object says nothing about the mat that something surely stands on, so there is no verdict on the two
 * until it is moved partly off: the pairs of which that may happen.
 */
function stackedPairs(scene: Scene, plane: Plane, rules: readonly Rule[]) {
  const index = indexOf(scene);
  const found: Pick<VerdictNumbers, 'rule_id' | 'condition' | 'objects' | 'verdict'>[] = [];
  for (const rule of rules) {
    rule.conditions.forEach(({ operator, object1, object2, reference }, condition) => {
      if (operator !== 'min_distance' || object2 === undefined || reference === 'centre') return;
      if (object1 !== ANYTHING && object2 !== ANYTHING) return;
      for (const a of index.select(object1)) {
        for (const b of index.select(object2)) {
          const pair = [index.entities[a]!, index.entities[b]!];
          if (!pair.some((o) => FLAT_SURFACES.has(o.class)) || index.stacked(a, b) < SURELY_ON) continue;
          if (!pair.some((o) => plane.bodies[plane.index.get(o.id) ?? -1]?.movable)) continue;
          found.push({ rule_id: rule.rule_id, condition, objects: pair.map((o) => o.id), verdict: 'satisfied' });
        }
      }
    });
  }
  return found;
}

/** The entities whose places decide: for surfaces all that would do, not only the one that the verdict names. */
function subjects(index: SceneIndex, { surfaces }: Demand, condition: Condition, objects: readonly number[]) {
  if (surfaces !== true) return objects;
  const [first] = objects;
  if (first === undefined || first < 0) return [];
  return [first, ...index.select(condition.object2 ?? '').filter((i) => i !== first)];
}

/** Body pairs of which a rule wants one on the other: there, overlapping outlines are what is asked for. */
export function stacksOf(scene: Scene, plane: Plane, rules: readonly Rule[]): Set<string> {
  const index = indexOf(scene);
  const pairs = new Set<string>();
  const bodies = (selector: string) =>
    index
      .select(selector)
      .map((i) => plane.index.get(index.entities[i]!.id) ?? -1)
      .filter((b) => b >= 0);
  for (const { operator, object1, object2 } of rules.flatMap((r) => r.conditions)) {
    if (DEMANDS[operator]?.stacks !== true || object2 === undefined) continue;
    const surfaces = bodies(object2).filter((b) => !plane.bodies[b]!.flat);
    for (const a of bodies(object1)) for (const b of surfaces) if (a !== b) pairs.add(`${a} ${b}`);
  }
  return pairs;
}
