import { CLASSES } from '../contract/detection.ts';
import type { Verdict, VerdictKind } from '../contract/verdict.ts';
import type { Scene, SceneObject } from '../scene/types.ts';
import type { Label } from './labels.ts';
import type { Rect, Shape } from './shapes.ts';
import { COLOUR, colourOf, type Measures, worse } from './style.ts';
import { cleanText } from './text.ts';
import type { View } from './view.ts';

/** So many objects carry their name although no other text of the image uses it; fewer where many are used. */
const MAX_OTHER_NAMES = 6;
/** Share of the image up to which an object would be hidden by a label. */
const SMALL = 0.04;

export interface DrawnObjects {
  readonly shapes: readonly Shape[];
  readonly labels: readonly Label[];
  /** Boxes of what the image is about; labels keep off them. */
  readonly keepClear: readonly Rect[];
}

/** The worst verdict that names each object. */
export function statusOf(verdicts: readonly Verdict[]): Map<string, VerdictKind> {
  const status = new Map<string, VerdictKind>();
  for (const { objects, verdict } of verdicts) {
    if (verdict === 'not_applicable') continue;
    for (const id of objects) {
      const known = status.get(id);
      if (known === undefined || worse(verdict, known) < 0) status.set(id, verdict);
    }
  }
  return status;
}

/**
 * Boxes of everything found, footprints and names of what the rules speak of. What was measured from its outline in the
 * image shows that outline, and its box only faintly. `named`: ids that other texts of the image use; they get their name.
 */
export function drawObjects(
  scene: Scene,
  verdicts: readonly Verdict[],
  named: ReadonlySet<string>,
  view: View,
  measures: Measures,
): DrawnObjects {
  const status = statusOf(verdicts);
  const shapes: Shape[] = [];
  const labels: Label[] = [];
  const keepClear: Rect[] = [];
  const matters = (o: SceneObject) => status.has(o.id) || o.class === 'mug';
  // What matters is drawn last, on top.
  const order = [...scene.objects].sort(
    (a, b) => Number(matters(a)) - Number(matters(b)) || a.confidence - b.confidence,
  );
  for (const object of order) {
    const kind = status.get(object.id);
    const box = view.box(object.bbox);
    const important = matters(object);
    if (object.class === 'table' && kind === undefined) continue;
    const colour = kind === undefined || kind === 'satisfied' ? COLOUR.neutral : colourOf(kind);
    const refined = object.measuredFrom === 'outline';
    const outline = (important || refined) && object.footprint !== null ? view.outline(object.footprint) : null;
    const shown = outline !== null && refined;
    shapes.push({
      kind: 'line',
      points: corners(box),
      closed: true,
      colour,
      width: important && !shown ? measures.line * 0.8 : measures.thin,
      ...(shown ? { opacity: 0.45 } : !important && { opacity: 0.6 }),
    });
    if (outline !== null) {
      shapes.push({
        kind: 'line',
        points: outline,
        closed: true,
        colour,
        width: shown && important ? measures.line * 0.8 : measures.thin,
        ...(important ? { fillOpacity: 0.22 } : { opacity: 0.6 }),
      });
    }
    const small = box.width * box.height < SMALL * view.width * view.height;
    if (important && (object.class === 'mug' || named.has(object.id) || small)) keepClear.push(box);
  }
  let others = Math.max(0, MAX_OTHER_NAMES - named.size);
  for (const object of order.toReversed()) {
    const wanted = named.has(object.id);
    if (!wanted && (object.class === 'table' || !ofDesk(scene, object) || --others < 0)) continue;
    labels.push(nameLabel(object, view.box(object.bbox), measures, matters(object), wanted));
  }
  return { shapes, labels, keepClear };
}

/** People and chairs are boxes without names. */
const ofDesk = (scene: Scene, object: SceneObject): boolean =>
  scene.calibration.homography === null || object.footprint !== null || DESK.has(object.class);

const DESK: ReadonlySet<string> = new Set(CLASSES);

/** Beside its box: above, below, left, right; in a corner of it only where it is so large that nothing is hidden. */
function nameLabel(object: SceneObject, box: Rect, measures: Measures, important: boolean, required: boolean): Label {
  const title = cleanText(object.id);
  const half = (title.length * measures.small * 0.7) / 2 + measures.pad;
  const rise = measures.small * 0.95;
  const [left, right] = [box.x + half, box.x + box.width - half];
  const [top, foot] = [box.y - rise, box.y + box.height + rise];
  return {
    title,
    preferred: [
      { x: left, y: top },
      { x: right, y: top },
      { x: left, y: foot },
      { x: right, y: foot },
      { x: box.x - half, y: box.y + rise },
      { x: box.x + box.width + half, y: box.y + rise },
      { x: left, y: box.y + rise },
      { x: right, y: box.y + rise },
      { x: left, y: box.y + box.height - rise },
    ],
    about: box,
    avoid: [box],
    ink: important ? COLOUR.paper : COLOUR.quiet,
    plate: COLOUR.plate,
    small: true,
    required,
  };
}

export function corners({ x, y, width, height }: Rect) {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}
