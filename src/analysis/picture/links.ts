import type { Verdict, VerdictKind } from '../../rules/verdict.ts';
import { centreOf, closest, depthInside } from '../../scene/geometry.ts';
import type { Footprint, Point, Scene, SceneObject, Zone } from '../../scene/types.ts';
import { rectOf } from './shapes.ts';
import { worse } from './style.ts';
import { cleanText, formatMeasure, formatMm } from './text.ts';
import { centreOfRect, closestOfRects, type View } from './view.ts';

/** A verdict made visible: a dimension line between two places, with what was measured and what was asked for. */
export interface Link {
  readonly kind: Exclude<VerdictKind, 'not_applicable'>;
  readonly from: Point;
  readonly to: Point;
  readonly title: string;
  readonly detail: string | null;
}

const MOST = { violated: 12, uncertain: 8, satisfied: 6 } as const;

/** The links worth drawing: one per pair, the worst verdict of it; broken ones first, then uncertain, then the tightest. */
export function linksOf(scene: Scene, verdicts: readonly Verdict[], view: View): Link[] {
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
    const ends = endsOf(scene, verdict, view);
    if (ends === null) continue;
    drawn[kind] += 1;
    links.push({ kind, from: ends[0], to: ends[1], ...wordsOf(verdict) });
  }
  return links;
}

function rank(a: Verdict, b: Verdict): number {
  return worse(a.verdict, b.verdict) || (a.margin ?? 0) - (b.margin ?? 0) || (a.measured ?? 0) - (b.measured ?? 0);
}

function wordsOf(verdict: Verdict): { title: string; detail: string | null } {
  const { measured, required, uncertainty, margin, unit } = verdict;
  if (unit !== 'mm') return { title: cleanText(verdict.reason, 44), detail: null };
  const title = measured === null ? 'distance unknown' : formatMeasure(measured, uncertainty);
  if (required === null) return { title, detail: null };
  // The margin tells a least distance from a greatest one.
  const most =
    measured !== null && margin !== undefined && margin !== null && measured < required === margin > 0 && margin !== 0;
  const word = measured === null || margin === undefined || margin === null ? 'wanted' : most ? 'at most' : 'at least';
  return { title, detail: `${word} ${formatMm(required)} mm` };
}

/** Something that a verdict names: its place on the table where that is known, and in the picture always. */
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
  if (b === undefined) return verdict.unit === 'mm' ? edgeEnds(scene, a, view) : null;
  if (places.length === 2) return pairEnds(a, b, verdict.measured, view);
  let best: { ends: [Point, Point]; miss: number } | null = null;
  for (let i = 0; i < places.length; i += 1) {
    for (let j = i + 1; j < places.length; j += 1) {
      const [p, q] = [places[i]!, places[j]!];
      const gap = p.footprint && q.footprint ? closest(p.footprint, q.footprint).gap : Number.POSITIVE_INFINITY;
      const miss = Math.abs(gap - Math.abs(verdict.measured ?? gap));
      const ends = pairEnds(p, q, verdict.measured, view);
      if (ends !== null && (best === null || miss < best.miss)) best = { ends, miss };
    }
  }
  return best?.ends ?? null;
}

/** Where a distance was measured: between the outlines, or between the centres when that length fits better. */
function pairEnds(a: Place, b: Place, measured: number | null, view: View): [Point, Point] | null {
  if (a.footprint === null || b.footprint === null) return closestOfRects(rectOf(a.outlinePx), rectOf(b.outlinePx));
  const near = closest(a.footprint, b.footprint);
  const [ca, cb] = [centreOf(a.footprint), centreOf(b.footprint)];
  const between = Math.hypot(cb.x - ca.x, cb.y - ca.y);
  const length = Math.abs(measured ?? near.gap);
  const useCentres = Math.abs(length - between) < Math.abs(length - near.gap);
  const ends = useCentres ? [ca, cb] : [near.onA, near.onB];
  const [from, to] = ends.map((p) => view.fromMm(p));
  return from && to ? [from, to] : null;
}

/** From an object to the nearest edge of the table, or of the picture that stands in for it. */
function edgeEnds(scene: Scene, place: Place, view: View): [Point, Point] | null {
  const { polygon } = scene.table;
  if (polygon !== null && polygon.length > 2 && place.footprint !== null) {
    const centre = centreOf(place.footprint);
    const { nearest } = depthInside(polygon, centre);
    const near = closest(place.footprint, { kind: 'disk', centre: nearest, radius: 0 });
    const from = view.fromMm(near.gap > 0 ? near.onA : centre);
    const to = view.fromMm(nearest);
    return from && to ? [from, to] : null;
  }
  const box = rectOf(place.outlinePx);
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
