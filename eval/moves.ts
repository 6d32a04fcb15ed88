import type { ImageGradient } from '../src/contract/image-gradient.ts';
import type { Rule } from '../src/contract/rule.ts';
import { propose } from '../src/placement/propose.ts';
import type { Move } from '../src/placement/types.ts';
import type { DetectResult } from '../src/ports/detector.ts';
import { evaluateAll } from '../src/rules/evaluate.ts';
import { centreOf } from '../src/scene/measure.ts';
import { projectToPx } from '../src/scene/objects/project.ts';
import type { Point, Scene } from '../src/scene/types.ts';
import { minDistance, rule } from '../tests/placement/desk.ts';
import { distanceToPolygon, type Pair, tablePointAt } from '../tests/scene/truth/on-table.ts';
import { pixelOf, type RenderedMethod, seenIn, type TruthFile } from '../tests/scene/truth/rendered.ts';

/** "Keep mugs so far from …", as `eval/decisions.ts` asks, and from the edge of the table. */
const REQUIRED: Readonly<Record<string, number>> = { laptop: 152.4, keyboard: 150, phone: 100, mouse: 100, book: 100 };
const EDGE_MM = 50;
export const MOVE_RULES: readonly Rule[] = [
  ...Object.entries(REQUIRED).map(([name, mm]) => minDistance('mug', name, mm)),
  rule({ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: EDGE_MM, unit: 'mm' }),
];
/** What others may stand on. */
const FLAT: ReadonlySet<string> = new Set(['coaster', 'desk_mat', 'table']);

type TruthShape =
  | { readonly type: 'circle'; readonly center: Pair; readonly radius: number }
  | { readonly type: 'polygon'; readonly points: readonly Pair[] };
interface TruthThing {
  readonly id: string;
  readonly class?: string;
  readonly kind: string;
  readonly on: string;
  readonly footprint: TruthShape;
  readonly base_mm: readonly [number, number, number];
}

export interface MovedDesk {
  readonly truth: TruthFile;
  readonly seen: DetectResult;
  readonly gradient: ImageGradient | null;
}

/** One offered move and what becomes of it when it is carried out on the true desk. */
export interface Carried {
  readonly image: string;
  readonly move: Move;
  readonly scene: Scene;
  /** The way on the true table, mm; null where the moved object is no true mug. */
  readonly way: Point | null;
  readonly mug: string;
  /** Of the rules that it mends, over all true things of their classes that were seen; and over those that nobody saw too. */
  readonly holds: boolean | null;
  readonly holdsForAll: boolean | null;
  readonly offTable: boolean;
  readonly outOfSight: boolean;
  /** What it ends on, of the things that were detected or not. */
  readonly onThing: string | null;
}

export interface MovesSeen {
  readonly desks: number;
  /** Findings about mugs that are surely broken, and those of them that no move and no word of the answer speaks of. */
  readonly violated: number;
  readonly silent: number;
  /** Of the violated findings: those that a verified move mends, and those for which only an unverified one is offered. */
  readonly promised: number;
  readonly proposed: number;
  readonly moves: readonly Carried[];
}

/** Proposes moves on desks as a model saw them and carries each out, alone, on the truth. */
export function movesOn(desks: readonly MovedDesk[], method: RenderedMethod): MovesSeen {
  let [count, violated, silent, promised, proposed] = [0, 0, 0, 0, 0];
  const moves: Carried[] = [];
  for (const { truth, seen, gradient } of desks) {
    const desk = seenIn(truth, method, { ...seen, ...(gradient && { gradient }) });
    if (desk === null) continue;
    count++;
    const { scene, ids } = desk;
    const placement = propose(scene, MOVE_RULES, { gradient });
    const broken = evaluateAll(MOVE_RULES, scene).filter((v) => v.verdict === 'violated');
    violated += broken.length;
    const told = new Set([...placement.moves.flatMap((m) => m.ruleIds), ...(placement.infeasible?.ruleIds ?? [])]);
    const words = placement.infeasible?.explanation ?? '';
    silent += broken.filter((v) => !told.has(v.rule_id) && !words.includes(v.rule_id)).length;
    for (const v of broken) {
      const mine = placement.moves.filter((m) => m.ruleIds.includes(v.rule_id) && v.objects.includes(m.objectId));
      if (mine.some((m) => m.verified)) promised++;
      else if (mine.length > 0) proposed++;
    }
    for (const move of placement.moves) moves.push(carriedOut(truth, scene, ids, move));
  }
  return { desks: count, violated, silent, promised, proposed, moves };
}

function carriedOut(truth: TruthFile, scene: Scene, ids: readonly string[], move: Move): Carried {
  const index = scene.objects.findIndex((o) => o.id === move.objectId);
  const from = centreOf(scene.objects[index]!.footprint!);
  const things = thingsOf(truth);
  const mug = things.find((t) => t.id === ids[index]);
  const base = { image: truth.image, move, scene, mug: mug?.id ?? '' };
  const nothing = { way: null, holds: null, holdsForAll: null, offTable: false, outOfSight: false, onThing: null };
  if (mug === undefined || mug.footprint.type !== 'circle') return { ...base, ...nothing };
  const way = trueWay(truth, scene, from, move.vectorMm!);
  const [x, y] = [mug.footprint.center[0] + way.x, mug.footprint.center[1] + way.y];
  const { radius } = mug.footprint;
  const others = things.filter((t) => t.id !== mug.id && t.id !== mug.on);
  const far = (t: TruthThing) => {
    const required = REQUIRED[t.class ?? ''];
    const mends = MOVE_RULES.some((r) => move.ruleIds.includes(r.rule_id) && r.conditions[0]!.object2 === t.class);
    return required === undefined || !mends || distanceTo(t.footprint, x, y) - radius >= required;
  };
  const on = others.find((t) => !FLAT.has(t.class ?? '') && distanceTo(t.footprint, x, y) < radius);
  const px = pixelOf(truth, x, y);
  return {
    ...base,
    way,
    holds: others.filter((t) => ids.includes(t.id)).every(far),
    holdsForAll: others.every(far),
    offTable: distanceTo({ type: 'polygon', points: truth.table.outline_mm }, x, y) > -radius,
    outOfSight: px[0] < 0 || px[1] < 0 || px[0] > truth.width || px[1] > truth.height,
    onThing: on === undefined ? null : `${ids.includes(on.id) ? 'seen' : 'unseen'} ${on.class ?? on.kind}`,
  };
}

const thingsOf = (truth: TruthFile): TruthThing[] => {
  const { objects, others = [] } = truth as unknown as { objects: TruthThing[]; others?: TruthThing[] };
  return [...objects.filter((o) => o.class !== 'table'), ...others];
};

/** The scene's axes are those of the image, and its millimetres are measured: the hand goes where the image shows the place. */
function trueWay(truth: TruthFile, { calibration }: Scene, from: Point, by: Point): Point {
  const [a, b] = [from, { x: from.x + by.x, y: from.y + by.y }].map((p) =>
    tablePointAt(truth, projectToPx(calibration, p)),
  );
  const length = Math.hypot(b!.x - a!.x, b!.y - a!.y) || 1;
  // The direction by the image, the length by a ruler.
  const k = Math.hypot(by.x, by.y) / length;
  return { x: (b!.x - a!.x) * k, y: (b!.y - a!.y) * k };
}

/** Distance of a point from an outline, mm; negative inside. */
function distanceTo(shape: TruthShape, x: number, y: number): number {
  if (shape.type === 'circle') return Math.hypot(x - shape.center[0], y - shape.center[1]) - shape.radius;
  return distanceToPolygon(shape.points, x, y);
}

const percent = (n: number, of: number) => `${n} of ${of} (${((100 * n) / Math.max(1, of)).toFixed(0)} %)`;

function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const MOVES_HEAD = [
  '| model | calibration | desks | findings violated | with a verified move | with a move to check | without move or words | moves | verified | verified, true distances then kept | verified, off the table | verified, on a thing | to check: off the table or on a thing | way, median / 90th percentile / most, mm |',
  '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
];

export function movesRow({ desks, violated, silent, promised, proposed, moves }: MovesSeen): string {
  const verified = moves.filter((m) => m.move.verified);
  const known = verified.filter((m) => m.way !== null);
  const open = moves.filter((m) => !m.move.verified && m.way !== null);
  const bad = open.filter((m) => m.offTable || m.onThing !== null);
  const ways = moves.map((m) => m.move.distanceMm ?? 0);
  const [median, most] = [0.5, 0.9].map((p) => quantile(ways, p).toFixed(0));
  return [
    desks,
    violated,
    percent(promised, violated),
    percent(proposed, violated),
    silent,
    moves.length,
    percent(verified.length, moves.length),
    percent(known.filter((m) => m.holds).length, known.length),
    known.filter((m) => m.offTable).length,
    known.filter((m) => m.onThing !== null).length,
    percent(bad.length, open.length),
    `${median} / ${most} / ${Math.max(0, ...ways).toFixed(0)}`,
  ].join(' | ');
}
