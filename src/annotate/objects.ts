import type { Verdict, VerdictKind } from '../contract/verdict.ts';
import type { Scene, SceneObject } from '../scene/types.ts';
import type { Label } from './labels.ts';
import type { Rect, Shape } from './shapes.ts';
import { COLOUR, colourOf, type Measures, worse } from './style.ts';
import { cleanText } from './text.ts';
import type { View } from './view.ts';

/** Objects that no rule speaks of and that may still carry their name. */
const MAX_OTHER_NAMES = 6;
/** Of those that a rule speaks of, so many get their name at any cost. */
const MAX_SURE_NAMES = 24;
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

/** Boxes of everything found, footprints and names of what the rules speak of. */
export function drawObjects(scene: Scene, verdicts: readonly Verdict[], view: View, measures: Measures): DrawnObjects {
  const status = statusOf(verdicts);
  const shapes: Shape[] = [];
  const labels: Label[] = [];
  const keepClear: Rect[] = [];
  let others = 0;
  let sure = 0;
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
    const outline = important && object.footprint !== null ? view.outline(object.footprint) : null;
    if (outline !== null) {
      shapes.push({ kind: 'line', points: outline, closed: true, colour, width: measures.thin, fillOpacity: 0.22 });
    }
    shapes.push({
      kind: 'line',
      points: corners(box),
      closed: true,
      colour,
      width: important ? measures.line * 0.8 : measures.thin,
      ...(!important && { opacity: 0.6 }),
    });
    if (important && (object.class === 'mug' || box.width * box.height < SMALL * view.width * view.height))
      keepClear.push(box);
  }
  for (const object of order.toReversed()) {
    const important = matters(object);
    if (object.class === 'table' && !important) continue;
    if (!important && ++others > MAX_OTHER_NAMES) continue;
    labels.push(nameLabel(object, view.box(object.bbox), measures, important, important && ++sure <= MAX_SURE_NAMES));
  }
  return { shapes, labels, keepClear };
}

/** On the upper edge of the box, else on the lower one. */
function nameLabel(object: SceneObject, box: Rect, measures: Measures, important: boolean, required: boolean): Label {
  const title = cleanText(object.id);
  const half = (title.length * measures.small * 0.7) / 2 + measures.pad;
  const rise = measures.small * 0.95;
  const [left, right] = [box.x + half, box.x + box.width - half];
  const rows = [box.y - rise, box.y + box.height + rise, box.y + rise, box.y + box.height - rise];
  return {
    title,
    preferred: rows.flatMap((y) => [
      { x: left, y },
      { x: right, y },
    ]),
    about: box,
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
