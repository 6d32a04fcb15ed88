import { type Box, CLASSES, type Detection } from '../../contract/detection.ts';
import type { SceneObject } from '../types.ts';

/** A detection with the other names that were given to the same thing. */
export type Thing = Detection & Pick<SceneObject, 'alsoSeenAs'>;

/** Two of our things whose boxes share this much (intersection over union) would hide each other: they are one. */
const SAME_PLACE = 0.7;
/** The same for what may lie on or in the other, and for classes of which we know less. */
const ALMOST_EQUAL = 0.85;

/** Two of one class: no view shows two cups one behind the other so; the detector, or a caller, tells of one twice. */
const TWICE = 0.9;

/** What lies on or in them may nearly fill their box: anything, or something of a class that we do not know. */
const HOLDS: Readonly<Record<string, 'anything' | 'foreign'>> = {
  desk_mat: 'anything',
  coaster: 'anything',
  book: 'anything',
  bowl: 'foreign',
  mug: 'foreign',
  glass: 'foreign',
};

const isOurs = (name: string) => (CLASSES as readonly string[]).includes(name);

/**
 * Each thing once: detectors tell classes apart, not things, and report a cup as mug and as glass. The better name stays (ours
 * before foreign ones, then by confidence) with the others as evidence. Everything stands on a table, and what foreign classes
 * have to do with each other (a person on a chair) is not known: those pairs stay.
 */
export function oneThingEach(detections: readonly Detection[]): Thing[] {
  const order = detections
    .map((d, i) => ({ d, i }))
    .sort(
      (a, b) => Number(isOurs(b.d.class)) - Number(isOurs(a.d.class)) || b.d.confidence - a.d.confidence || a.i - b.i,
    );
  const kept: {
    readonly d: Detection;
    readonly i: number;
    readonly names: Pick<Detection, 'class' | 'confidence'>[];
  }[] = [];
  for (const { d, i } of order) {
    const same = kept.find((k) => isOneThing(k.d, d));
    if (same === undefined) kept.push({ d, i, names: [] });
    else same.names.push({ class: d.class, confidence: d.confidence });
  }
  return kept.sort((a, b) => a.i - b.i).map(({ d, names }) => (names.length > 0 ? { ...d, alsoSeenAs: names } : d));
}

function isOneThing(a: Detection, b: Detection): boolean {
  if (a.class === 'table' || b.class === 'table') return false;
  if (a.class === b.class) return shared(a.bbox, b.bbox) >= TWICE;
  if (!isOurs(a.class) && !isOurs(b.class)) return false;
  const known = isOurs(a.class) && isOurs(b.class);
  const held = holds(a.class, b.class) || holds(b.class, a.class);
  return shared(a.bbox, b.bbox) >= (known && !held ? SAME_PLACE : ALMOST_EQUAL);
}

function holds(lower: string, upper: string): boolean {
  const what = Object.hasOwn(HOLDS, lower) ? HOLDS[lower] : undefined;
  return what === 'anything' || (what === 'foreign' && !isOurs(upper));
}

/** Intersection over union. */
function shared(a: Box, b: Box): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(w > 0 && h > 0)) return 0;
  const area = ([x1, y1, x2, y2]: Box) => (x2 - x1) * (y2 - y1);
  return (w * h) / (area(a) + area(b) - w * h);
}
