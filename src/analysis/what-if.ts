import type { DrawState } from '../annotate/state.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { Rule } from '../contract/rule.ts';
import type { WhatIf, WhatIfRequest } from '../contract/what-if.ts';
import { AppError } from '../errors.ts';
import type { Computing } from '../ports/computing.ts';
import { onPlane } from '../scene/calibration/plane.ts';
import { centreOf } from '../scene/math/geometry.ts';
import { moveObject } from '../scene/move.ts';
import { projectToPx, projectToTable } from '../scene/objects/project.ts';
import type { Point, Scene } from '../scene/types.ts';
import { JUDGE } from './judge.ts';
import { sceneDrawing } from './scene-drawing.ts';

interface Stored {
  readonly analysis: Analysis;
  readonly state: DrawState;
}

/**
 * A stored scene with things moved, judged by `rules`: measured footprints, calibration and errors stay as they are, nothing is
 * looked at again or stored. Throws VALIDATION_002 for a thing that is not there or a place beyond the horizon.
 */
export async function whatIf(
  computing: Computing,
  { analysis, state }: Stored,
  { moves, strategy, movable }: WhatIfRequest,
  rules: readonly Rule[],
  signal: AbortSignal,
): Promise<WhatIf> {
  const scene = moves.reduce(moved, state.scene);
  const units = analysis.units ?? 'metric';
  const judged = await computing.run(
    JUDGE,
    {
      scene,
      rules,
      asked: { movable, strategy, include_feedback: analysis.feedback !== null, units },
      image: analysis.image,
      model: analysis.model,
      assumptions: [],
      warnings: [],
    },
    signal,
  );
  // What the calibration rests on did not move.
  const content = { ...judged.content, calibration: analysis.calibration };
  return { analysis: { analysis_id: analysis.analysis_id, ...content }, drawing: sceneDrawing(judged.state, units) };
}

function moved(scene: Scene, { object_id: id, vector_px, vector_mm }: WhatIfRequest['moves'][number]): Scene {
  const object = scene.objects.find((o) => o.id === id);
  if (object === undefined) throw refused(id, `There is no ${id} in this analysis.`);
  const by = vector_mm ? vectorOf(vector_mm) : onTable(scene, object, vectorOf(vector_px ?? [0, 0]));
  if (by === null) throw refused(id, `${id} cannot be moved there: that is not on the table's plane.`);
  return moveObject(scene, id, by);
}

const vectorOf = ([x, y]: readonly [number, number]): Point => ({ x, y });

/** Pixels to mm where it stands; null beyond the horizon. Without a scale pixels stay pixels. */
function onTable({ calibration }: Scene, { footprint }: Scene['objects'][number], by: Point): Point | null {
  if (calibration.homography === null) return by;
  if (footprint === null) return null;
  const from = centreOf(footprint);
  const at = projectToPx(calibration, from);
  const target = { x: at.x + by.x, y: at.y + by.y };
  const to = projectToTable(calibration, target);
  return onPlane(calibration.homography, target, at) ? { x: to.x - from.x, y: to.y - from.y } : null;
}

const refused = (id: string, message: string) =>
  new AppError('VALIDATION_002', { message, details: { field: 'moves', object_id: id } });
