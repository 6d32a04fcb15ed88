import type { UnitSystem } from '../contract/length-unit.ts';
import { isStanding, type VerdictKind } from '../contract/verdict.ts';
import { idLabel } from '../rules/label.ts';
import { fitLine, footOn, offLine } from '../rules/measuring/line.ts';
import { aligned } from '../rules/operators/aligned.ts';
import { specOf } from '../rules/operators/catalogue.ts';
import { indexOf } from '../rules/scene-index.ts';
import { centreOf, closest, depthInside } from '../scene/math/geometry.ts';
import { edgeRange, onProbability } from '../scene/measure.ts';
import type { Footprint, Point, Scene, SceneObject, Zone } from '../scene/types.ts';
import { type Rect, rectOf } from './shapes.ts';
import type { DrawnVerdict as Verdict } from './state.ts';
import { worse } from './style.ts';
import { cleanText, formatLength, formatMeasure } from './text.ts';
import { centreOfRect, closestOfRects, type View } from './view.ts';

/** A verdict made visible: a dimension line between two places, with what was measured and what was asked for. */
export interface Link {
  readonly kind: Exclude<VerdictKind, 'not_applicable'>;
  /** Ids of what it speaks of, and the boxes of those that are objects. */
  readonly objects: readonly string[];
  readonly boxes: readonly Rect[];
  /** False: its other end is nowhere in the image, so that no line is drawn. */
  readonly inSight: boolean;
  readonly from: Point;
  readonly to: Point;
  readonly title: string;
  readonly detail: string | null;
  readonly small: boolean;
  readonly verdict: Verdict;
}

const MOST = { violated: 9, uncertain: 9, satisfied: 3 } as const;
/** A satisfied distance beyond this many times the wanted one tells nothing new. */
const COMFORTABLE = 3;
/** Characters in a line of words. */
const LINE = 34;

/** The links worth drawing: one per pair, the worst verdict of it; broken ones first, then uncertain, then the tightest. */
export function linksOf(scene: Scene, verdicts: readonly Verdict[], view: View, units: UnitSystem = 'metric'): Link[] {
  const byPair = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (verdict.verdict === 'not_applicable' || verdict.objects.length === 0 || verdict.unit === 'count') continue;
    const key = [...verdict.objects].sort().join('\n');
    const known = byPair.get(key);
    if (known === undefined || rank(verdict, known) < 0) byPair.set(key, verdict);
  }
  const drawn = { violated: 0, uncertain: 0, satisfied: 0 };
  const links: Link[] = [];
  for (const verdict of [...byPair.values()].sort(rank)) {
    const kind = verdict.verdict;
    if (kind === 'not_applicable' || drawn[kind] >= MOST[kind]) continue;
    if (kind === 'satisfied' && verdict.required !== null && (verdict.measured ?? 0) > COMFORTABLE * verdict.required)
      continue;
    const ends = endsOf(scene, verdict, view);
    if (ends === null) continue;
    drawn[kind] += 1;
    const found = verdict.objects.map((id) => scene.objects.find((o) => o.id === id)).filter((o) => o !== undefined);
    links.push({
      kind,
      objects: verdict.objects,
      boxes: found.map((o) => view.box(o.bbox)),
      inSight: !toUnseenEdge(scene, verdict),
      from: ends[0],
      to: ends[1],
      verdict,
      ...wordsOf(scene, verdict, units),
    });
  }
  return links;
}

/**
 * The image's border stands in for a table whose edge is nowhere to be seen, and what was not measured does not end at the edge that
 * is: a line to either would show a wrong length.
 */
function toUnseenEdge(scene: Scene, { objects, unit, operator, measured }: Verdict): boolean {
  const { reference, sides } = scene.table;
  if (measured === null && unit === 'mm' && specOf(operator)?.ends === 'table') return true;
  const unseen = reference === 'image' || sides?.every((sigma) => sigma === null) === true;
  return unseen && objects.length === 1 && unit === 'mm' && specOf(operator)?.ends !== 'zone';
}

export function rank(a: Verdict, b: Verdict): number {
  return worse(a.verdict, b.verdict) || (a.margin ?? 0) - (b.margin ?? 0) || (a.measured ?? 0) - (b.measured ?? 0);
}

function wordsOf(scene: Scene, verdict: Verdict, units: UnitSystem): Pick<Link, 'title' | 'detail' | 'small'> {
  const { measured, required, uncertainty, margin, unit } = verdict;
  const under = isStanding(verdict) ? surfaceOf(scene, verdict.objects) : null;
  if (unit === 'mm' && required === 0 && measured !== null)
    return {
      title: formatMeasure(Math.abs(measured), uncertainty, units),
      detail: cleanText(clauseOf(verdict), LINE),
      small: false,
    };
  if (unit !== 'mm' || required === 0) return { ...inTwoLines(verdict.reason), small: true };
  const title =
    under !== null
      ? `on ${under}`
      : measured === null
        ? goesOn(scene, verdict, units)
        : formatMeasure(measured, uncertainty, units);
  if (required === null) return { title, detail: null, small: false };
  const where = whereTo(verdict);
  const bound = measured === null || margin === undefined || margin === null || margin === 0;
  // The margin tells a least distance from a greatest one.
  const word = bound ? 'wanted' : measured < required === margin > 0 ? 'max' : 'min';
  return { title, detail: `${word} ${formatLength(required, units)}${where}`, small: false };
}

/** What a required length is to, behind it. */
function whereTo({ operator, objects }: Verdict): string {
  const spec = specOf(operator);
  if (spec === aligned) return objects.length > 2 ? ' off the line' : ' off a row or column';
  if (objects.length > 1) return '';
  return spec?.ends === 'zone' ? ' inside' : ' to the edge';
}

/** Where no edge of the table is in sight, how far it goes on at least. */
function goesOn(scene: Scene, { operator, objects }: Verdict, units: UnitSystem): string {
  const object = specOf(operator)?.ends === 'table' ? scene.objects.find((o) => o.id === objects[0]) : undefined;
  const low = (object && edgeRange(scene, object)?.low) ?? 0;
  return low >= 1 && Number.isFinite(low)
    ? `table goes on at least ${formatLength(Math.floor(low), units)}`
    : 'distance unknown';
}

/** Which of two objects the other one stands on. */
function surfaceOf(scene: Scene, [a = '', b = '']: readonly string[]): string | null {
  const rests = (upper: string, lower: string) => {
    const object = scene.objects.find((o) => o.id === upper);
    return object === undefined ? 0 : onProbability(object, lower);
  };
  const [onB, onA] = [rests(a, b), rests(b, a)];
  return onA === 0 && onB === 0 ? null : cleanText(onB >= onA ? b : a);
}

/** What is said of the first object, without its name, how sure it is, and the lengths: "is not wholly inside zone "left half"". */
function clauseOf({ reason, objects: [first = ''] }: Verdict): string {
  const clause = reason.split(/;|: | \(/)[0] ?? '';
  return clause.startsWith(`${idLabel(first)} `) ? clause.slice(idLabel(first).length + 1) : clause;
}

/** The first clause of a reason: it says what no pair of numbers could, e.g. on which side something stands. */
function inTwoLines(reason: string): { title: string; detail: string | null } {
  const words = cleanText(reason.split(';')[0] ?? '', 2 * LINE).split(' ');
  const fits = words.findIndex((_, i) => words.slice(0, i + 1).join(' ').length > LINE);
  if (fits <= 0) return { title: words.join(' '), detail: null };
  return { title: words.slice(0, fits).join(' '), detail: words.slice(fits).join(' ') };
}

/** Something that a verdict names: its place on the table where that is known, and in the image always. */
interface Place {
  readonly footprint: Footprint | null;
  readonly outlinePx: readonly Point[];
}

function placeOf(scene: Scene, id: string, view: View): Place | null {
  const object = scene.objects.find((o) => o.id === id);
  if (object !== undefined) return objectPlace(object, view);
  const zone = scene.zones.find((z) => id === `zone:${z.name}` || id === z.name);
  return zone === undefined ? null : zonePlace(zone, view);
}

function objectPlace(object: SceneObject, view: View): Place {
  const { x, y, width, height } = view.box(object.bbox);
  const outlinePx = [
    { x, y },
    { x: x + width, y: y + height },
  ];
  const shown = object.footprint !== null && view.outline(object.footprint) !== null;
  return { footprint: shown ? object.footprint : null, outlinePx };
}

function zonePlace(zone: Zone, view: View): Place {
  const footprint: Footprint | null = zone.polygon === null ? null : { kind: 'polygon', points: zone.polygon };
  const shown = footprint !== null && view.outline(footprint) !== null;
  return { footprint: shown ? footprint : null, outlinePx: zone.polygonPx.map(view.fromPx) };
}

function endsOf(scene: Scene, verdict: Verdict, view: View): [Point, Point] | null {
  const places = verdict.objects.map((id) => placeOf(scene, id, view)).filter((p) => p !== null);
  const [a, b] = places;
  if (a === undefined) return null;
  const spec = specOf(verdict.operator);
  if (b === undefined) return toBorder(verdict) ? borderEnds(scene, verdict, a, view) : null;
  if (spec === aligned && places.length > 2) return lineEnds(places, view);
  if (places.length === 2) return pairEnds(a, b, verdict, view);
  let best: { ends: [Point, Point]; miss: number } | null = null;
  for (let i = 0; i < places.length; i += 1) {
    for (let j = i + 1; j < places.length; j += 1) {
      const [p, q] = [places[i]!, places[j]!];
      const gap = p.footprint && q.footprint ? closest(p.footprint, q.footprint).gap : Number.POSITIVE_INFINITY;
      const miss = Math.abs(gap - Math.abs(verdict.measured ?? gap));
      const ends = pairEnds(p, q, verdict, view);
      if (ends !== null && (best === null || miss < best.miss)) best = { ends, miss };
    }
  }
  return best?.ends ?? null;
}

/** Whether a length of one object alone is to the edge of the table or the border of a zone. */
const toBorder = ({ unit, operator }: Verdict): boolean => {
  const ends = specOf(operator)?.ends;
  return unit === 'mm' && (ends === undefined || ends === 'table' || ends === 'zone');
};

/** Of what is to stand in line, that which is farthest off: from its middle to the line that fits all. */
function lineEnds(places: readonly Place[], view: View): [Point, Point] | null {
  const middles = places.flatMap(({ footprint }) => (footprint === null ? [] : [centreOf(footprint)]));
  if (middles.length < places.length) return null;
  const line = fitLine(middles);
  const off = (p: Point) => Math.abs(offLine(line, p));
  const farthest = middles.reduce((a, b) => (off(b) > off(a) ? b : a));
  const [from, to] = [view.fromMm(farthest), view.fromMm(footOn(line, farthest))];
  return from && to ? [from, to] : null;
}

/** Where a distance was measured: between the outlines, or between the centres. */
function pairEnds(a: Place, b: Place, { operator, reference }: Verdict, view: View): [Point, Point] | null {
  if (a.footprint === null || b.footprint === null) return closestOfRects(rectOf(a.outlinePx), rectOf(b.outlinePx));
  const centres = reference === 'centre' || specOf(operator)?.ends === 'centres';
  const near = closest(a.footprint, b.footprint);
  const ends = centres ? [centreOf(a.footprint), centreOf(b.footprint)] : [near.onA, near.onB];
  const [from, to] = ends.map((p) => view.fromMm(p));
  return from && to ? [from, to] : null;
}

/** From an object to the border that it was measured to: of the table, or of the rule's zone. */
function borderEnds(scene: Scene, { operator, zone }: Verdict, place: Place, view: View): [Point, Point] | null {
  const inZone = specOf(operator)?.ends === 'zone';
  const border = inZone ? (indexOf(scene).zone(zone ?? '')?.polygon ?? null) : scene.table.polygon;
  if (border !== null && border.length > 2 && place.footprint !== null) {
    const centre = centreOf(place.footprint);
    const nearest = nearestOn(border, inZone ? undefined : scene.table.sides, centre);
    const near = closest(place.footprint, { kind: 'disk', centre: nearest, radius: 0 });
    const from = view.fromMm(near.gap > 0 ? near.onA : centre);
    const to = view.fromMm(nearest);
    return from && to ? [from, to] : null;
  }
  return frameEnds(rectOf(place.outlinePx), view);
}

/** The nearest point of a border; where some of its sides are no edges, of the others. */
function nearestOn(border: readonly Point[], sides: readonly (number | null)[] | undefined, from: Point): Point {
  if (sides?.some((sigma) => sigma !== null) !== true) return depthInside(border, from).nearest;
  const points = border.flatMap((a, i) => {
    if (sides[i] === null) return [];
    const b = border[(i + 1) % border.length]!;
    return [closest({ kind: 'polygon', points: [a, b] }, { kind: 'disk', centre: from, radius: 0 }).onA];
  });
  const distance = (p: Point) => Math.hypot(p.x - from.x, p.y - from.y);
  return points.toSorted((p, q) => distance(p) - distance(q))[0] ?? depthInside(border, from).nearest;
}

/** From a box to the nearest side of the image, which stands in for the table. */
function frameEnds(box: Rect, view: View): [Point, Point] {
  const centre = centreOfRect(box);
  const ways: [number, Point, Point][] = [
    [box.x, { x: box.x, y: centre.y }, { x: 0, y: centre.y }],
    [view.width - box.x - box.width, { x: box.x + box.width, y: centre.y }, { x: view.width, y: centre.y }],
    [box.y, { x: centre.x, y: box.y }, { x: centre.x, y: 0 }],
    [view.height - box.y - box.height, { x: centre.x, y: box.y + box.height }, { x: centre.x, y: view.height }],
  ];
  ways.sort((p, q) => p[0] - q[0]);
  return [ways[0]![1], ways[0]![2]];
}
