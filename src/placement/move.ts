import type { Rule } from '../contract/rule.ts';
import type { Point, Scene, SceneObject } from '../scene/types.ts';
import type { Sight } from './solver/ground.ts';
import type { Move } from './types.ts';
import type { Change } from './verify.ts';

export interface Draft {
  readonly objectId: string;
  /** mm, or pixels without calibration. */
  readonly by: Point;
  readonly reason: string;
  readonly changes: readonly Change[];
  readonly ruleIds: readonly string[];
  readonly verified: boolean;
  readonly sight: Sight;
  readonly liftOver: string | null;
  readonly remains: string | null;
  readonly unverified: string | null;
}

/** The move as it is told: vector in mm and in pixels of the upright image, named after its larger image axis. */
export function moveOf(before: Scene, after: Scene, draft: Draft): Move | null {
  const from = boxCentre(before, draft.objectId);
  const to = boxCentre(after, draft.objectId);
  if (from === null || to === null) return null;
  const vectorPx = { x: to.x - from.x, y: to.y - from.y };
  const mm = before.calibration.homography === null ? null : draft.by;
  return {
    objectId: draft.objectId,
    type: typeOf(vectorPx),
    distanceMm: mm === null ? null : Math.hypot(mm.x, mm.y),
    vectorMm: mm,
    vectorPx,
    toPx: to,
    reason: draft.reason,
    ...(draft.liftOver !== null && { liftOver: draft.liftOver }),
    ...(draft.remains !== null && { remains: draft.remains }),
    ...(draft.unverified !== null && { unverified: draft.unverified }),
    ruleIds: draft.ruleIds,
    verified: draft.verified,
    sight: draft.sight,
    changes: draft.changes,
  };
}

function typeOf({ x, y }: Point): Move['type'] {
  if (Math.abs(x) >= Math.abs(y)) return x < 0 ? 'move_left' : 'move_right';
  return y < 0 ? 'move_up' : 'move_down';
}

function boxCentre(scene: Scene, id: string): Point | null {
  const object = scene.objects.find((o: SceneObject) => o.id === id);
  if (object === undefined) return null;
  const [x1, y1, x2, y2] = object.bbox;
  const centre = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  return Number.isFinite(centre.x) && Number.isFinite(centre.y) ? centre : null;
}

/** Most urgent first: the highest priority it resolves, then the longest way, then the id. */
export function byUrgency(rules: readonly Rule[]): (a: Move, b: Move) => number {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const urgency = (m: Move) => Math.max(0, ...m.ruleIds.map((id) => priorities.get(id) ?? 0));
  const length = (m: Move) => m.distanceMm ?? Math.hypot(m.vectorPx.x, m.vectorPx.y);
  return (a, b) =>
    urgency(b) - urgency(a) ||
    length(b) - length(a) ||
    (a.objectId < b.objectId ? -1 : a.objectId > b.objectId ? 1 : 0);
}
