import { centreOf } from '../../scene/math/geometry.ts';
import { positionVariance } from '../../scene/measure.ts';
import type { Cov2, Footprint, Scene, SceneObject } from '../../scene/types.ts';
import type { Stay, Track } from './state.ts';
import { boxOf, meanError } from './stay.ts';

/** Of the variance of an outline, what averaging leaves in any case. */
const STAYS = 0.05;

/** Where a track stands now, or seems to. */
export const placeOf = (track: Track): Stay => track.elsewhere ?? track.stay;

/** The scene in which each thing stands at its mean place and has the id of its track. */
export function averagedScene(view: Omit<Scene, 'objects'>, tracks: readonly Track[]): Scene {
  return { ...view, objects: tracks.map(averaged) };
}

/** A scene whose ids are those of the tracks; what belongs to none of them is left out. */
export function renamed(scene: Scene, names: ReadonlyMap<string, string>): Scene {
  const byName = <T>(of: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(of).flatMap(([id, value]) => (names.has(id) ? [[names.get(id)!, value]] : [])));
  const { seenAround, goesOn } = scene.table;
  return {
    ...scene,
    table: {
      ...scene.table,
      ...(seenAround && { seenAround: byName(seenAround) }),
      ...(goesOn && { goesOn: byName(goesOn) }),
    },
    objects: scene.objects.map((o) => ({
      ...o,
      id: names.get(o.id) ?? o.id,
      on: o.on.map((s) => ({ ...s, surfaceId: names.get(s.surfaceId) ?? s.surfaceId })),
    })),
  };
}

function averaged(track: Track): SceneObject {
  const { object } = track;
  const stay = placeOf(track);
  const named = { ...object, id: track.track_id, class: track.class };
  const [cx, cy] = boxOf(object);
  const [x, y] = [stay.px[0] - cx, stay.px[1] - cy];
  const [x1, y1, x2, y2] = object.bbox;
  const boxed: SceneObject = { ...named, bbox: [x1 + x, y1 + y, x2 + x, y2 + y] };
  const covariance = meanError(stay);
  if (object.footprint === null || stay.mm === null || covariance === null || object.covariance === null) return boxed;
  const footprint = placedAt(object.footprint, stay.mm, stay.radius);
  return {
    ...boxed,
    footprint,
    covariance,
    ...(object.edgeSigma && { edgeSigma: narrowed(object, object.covariance, covariance) }),
  };
}

function placedAt(footprint: Footprint, [x, y]: readonly [number, number], radius: number | null): Footprint {
  if (footprint.kind === 'disk') return { kind: 'disk', centre: { x, y }, radius: radius ?? footprint.radius };
  const from = centreOf(footprint);
  return {
    kind: 'polygon',
    points: footprint.points.map((p) => ({ x: p.x + x - from.x, y: p.y + y - from.y })),
  };
}

/** The errors of an outline contain that of its place. */
function narrowed(object: SceneObject, before: Cov2, after: Cov2): number[] {
  const table = object.edgeSigma ?? [];
  return table.map((sigma, i) => {
    const turn = (2 * Math.PI * i) / table.length;
    const u = { x: Math.cos(turn), y: Math.sin(turn) };
    const gained =
      positionVariance({ ...object, covariance: before }, u) - positionVariance({ ...object, covariance: after }, u);
    return Math.sqrt(Math.max(STAYS * sigma ** 2, sigma ** 2 - Math.max(0, gained)));
  });
}
