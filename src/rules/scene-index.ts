import { checkpoint } from '../checkpoint.ts';
import { Z90 } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import { plainText } from '../plain-text.ts';
import { distanceApart, offsetApart, onProbability, type Placed, placed } from '../scene/measure.ts';
import type { Footprint, Measure, Point, Scene, SceneObject, Zone } from '../scene/types.ts';
import { halfOf, zoneKey } from './halves.ts';
import { ANYTHING, matches, normalSelector } from './select.ts';

/** More objects than any desk holds; a guard against hostile input. */
export const MAX_OBJECTS = 1000;

/**
 * edge: outline to outline; centre: middle to middle; x, y: how far the middle of the first lies to the right of, or
 * nearer to the camera than, that of the second.
 */
export type Length = 'edge' | 'centre' | 'x' | 'y';

/** In place of a half width: there is no length in mm. */
const UNKNOWN = -1;

/** A length between all objects (a and b at a x objects + b), filled on first use; NaN: not yet. */
interface Lengths {
  readonly value: Float64Array;
  readonly half: Float64Array;
}

/**
 * What the operators ask a scene, each answered once: who is meant by a selector, how far two objects are apart, what
 * stands on what. Objects are the scene's objects, then the coasters and desk mats that exist only as zones.
 */
export class SceneIndex {
  readonly scene: Scene;
  readonly entities: readonly SceneObject[];
  /** Ids that are safe to print. */
  readonly names: readonly string[];
  readonly calibrated: boolean;
  private readonly places: readonly Placed[];
  /** Every object's supports by the index of the surface; null: none. */
  private readonly supports: readonly (Float64Array | null)[];
  private readonly selected = new Map<string, readonly number[]>();
  private readonly lengths: Record<Length, Lengths | null> = { edge: null, centre: null, x: null, y: null };
  private readonly kept = new Map<string, unknown>();

  constructor(scene: Scene) {
    if (scene.objects.length > MAX_OBJECTS) {
      throw new AppError('RULES_005', {
        message: `Rules cannot be checked on an image with more than ${MAX_OBJECTS} objects.`,
        advice: 'Send fewer detections, for instance with a higher confidence threshold.',
        details: { objects: scene.objects.length },
      });
    }
    this.scene = scene;
    const surfaces = scene.zones.filter((zone) => zone.kind !== 'zone').map(surfaceOf);
    this.entities = surfaces.length > 0 ? [...scene.objects, ...surfaces] : scene.objects;
    // The prefix of a zone's id is no word for people.
    this.names = this.entities.map(({ id }) => plainText(id.replace(/^zone:(.*)$/s, '"$1"')));
    this.calibrated = scene.calibration.homography !== null;
    this.places = this.entities.map(placed);
    this.supports = this.entities.map((o) => supportsOf(o, this.entities));
  }

  /** Indices of the objects that a selector means; `object` leaves out table, coasters and mats. */
  select(selector: string): readonly number[] {
    let found = this.selected.get(selector);
    if (found === undefined) {
      const name = normalSelector(selector);
      const count = name === ANYTHING ? this.scene.objects.length : this.entities.length;
      const indices: number[] = [];
      for (let i = 0; i < count; i++) if (matches(name, this.entities[i]!.class)) indices.push(i);
      found = indices;
      this.selected.set(selector, found);
    }
    return found;
  }

  /** Probability that object a stands on object b. */
  restsOn(a: number, b: number): number {
    const row = this.supports[a]!;
    return row === null ? 0 : row[b]!;
  }

  /** Probability that one of the two stands on the other. */
  stacked(a: number, b: number): number {
    return Math.max(this.restsOn(a, b), this.restsOn(b, a));
  }

  /** Half width of a length's 90 % interval, mm; negative when the length is unknown. */
  half(a: number, b: number, length: Length): number {
    const known = this.lengths[length] ?? this.table(length);
    const at = a * this.entities.length + b;
    if (Number.isNaN(known.half[at]!)) this.fill(a, b, length);
    return known.half[at]!;
  }

  /** A length in mm; only where `half` is not negative. */
  value(a: number, b: number, length: Length): number {
    return this.lengths[length]?.value[a * this.entities.length + b] ?? Number.NaN;
  }

  /** A zone of the scene by its name, whatever its case, or one of the halves that every scene has. */
  zone(name: string): Zone | null {
    const wanted = zoneKey(name);
    return this.scene.zones.find((zone) => zoneKey(zone.name) === wanted) ?? halfOf(this.scene, wanted);
  }

  /** What others find out about this scene, made once under a name of their own. */
  memo<T>(name: string, make: () => T): T {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name) as T;
  }

  private table(length: Length): Lengths {
    const size = this.entities.length ** 2;
    const made = { value: new Float64Array(size), half: new Float64Array(size).fill(Number.NaN) };
    this.lengths[length] = made;
    return made;
  }

  private fill(a: number, b: number, length: Length): void {
    checkpoint();
    const { calibration } = this.scene;
    const [from, to] = [this.places[a]!, this.places[b]!];
    if (length === 'edge' || length === 'centre') {
      this.put(a, b, length, distanceApart(calibration, from, to, length, 0, 0), 1);
    } else {
      const offset = offsetApart(calibration, from, to, 0, 0);
      this.put(a, b, 'x', offset === null ? null : offset.dx, -1);
      this.put(a, b, 'y', offset === null ? null : offset.dy, -1);
    }
  }

  private put(a: number, b: number, length: Length, measure: Measure | null, mirror: 1 | -1): void {
    const known = measure !== null && Number.isFinite(measure.value) && Number.isFinite(measure.sigma);
    const half = known ? Z90 * measure.sigma : UNKNOWN;
    const value = known ? measure.value : 0;
    const table = this.lengths[length] ?? this.table(length);
    const n = this.entities.length;
    table.half[a * n + b] = half;
    table.value[a * n + b] = value;
    table.half[b * n + a] = half;
    table.value[b * n + a] = mirror * value;
  }
}

const indices = new WeakMap<Scene, SceneIndex>();

/** The scene's index, built once. A scene never changes; a moved object makes a new scene. */
export function indexOf(scene: Scene): SceneIndex {
  let index = indices.get(scene);
  if (index === undefined) {
    index = new SceneIndex(scene);
    indices.set(scene, index);
  }
  return index;
}

export const zoneId = (zone: Zone) => `zone:${zone.name}`;

function supportsOf(object: SceneObject, entities: readonly SceneObject[]): Float64Array | null {
  if (object.on.length === 0) return null;
  const row = new Float64Array(entities.length);
  for (let i = 0; i < entities.length; i++) row[i] = onProbability(object, entities[i]!.id);
  return row;
}

/** A coaster or mat that the caller declared, as an object with an exact outline. */
function surfaceOf(zone: Zone): SceneObject {
  const xs = zone.polygonPx.map((p) => p.x);
  const ys = zone.polygonPx.map((p) => p.y);
  const known = zone.polygon !== null && zone.polygon.length >= 3;
  return {
    id: zoneId(zone),
    class: zone.kind,
    confidence: 1,
    bbox: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    footprint: known ? outline(zone.polygon) : null,
    covariance: known ? { xx: 0, xy: 0, yy: 0 } : null,
    outlineSigma: known ? 0 : null,
    on: [],
    attributes: {},
  };
}

/** Convex hull (monotone chain), counter-clockwise in a y-down frame. */
function outline(points: readonly Point[]): Footprint {
  const sorted = [...points].sort((p, q) => p.x - q.x || p.y - q.y);
  const half = (list: readonly Point[]) => {
    const chain: Point[] = [];
    for (const p of list) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, p) >= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(sorted), ...half(sorted.toReversed())];
  return { kind: 'polygon', points: hull.length >= 3 ? hull : points };
}

const turn = (o: Point, a: Point, b: Point) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
