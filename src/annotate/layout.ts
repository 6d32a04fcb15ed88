import { countFindings, type FindingCounts } from '../contract/analysis.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Move } from '../placement/types.ts';
import type { Scene } from '../scene/types.ts';
import { captionParts, layoutCaption } from './caption.ts';
import { dimensionLabel, dimensionLine, isRoomy } from './dimension.ts';
import { drawFound, foundIn } from './found.ts';
import { type Label, placeLabels } from './labels.ts';
import { layoutLegend } from './legend.ts';
import { linksOf } from './links.ts';
import { byPromise, drawMoves } from './moves.ts';
import { drawObjects } from './objects.ts';
import { RULER_FEET, type Ruler, rulerOf } from './ruler.ts';
import { type Drawing, type MeasureText, overlap, type Rect, rectOf, type Shape } from './shapes.ts';
import { COLOUR, type Measures, measuresFor } from './style.ts';
import { cleanText } from './text.ts';
import { createView, type View } from './view.ts';
import { spelledFirst, wordingOf } from './wording.ts';

/**
 * What to draw on a photo of `width` x `height` pixels, with a caption and a legend below it. Pure: the same input gives the same
 * drawing, and nothing is rendered here. `counts`: of all findings, where `verdicts` lists only some.
 */
export function layoutAnnotations(
  scene: Scene,
  verdicts: readonly Verdict[],
  moves: readonly Move[],
  size: { width: number; height: number },
  measureText: MeasureText,
  counts: FindingCounts = countFindings({ rules: [...verdicts] }),
  units: UnitSystem = 'metric',
): Drawing {
  const view = createView(scene, size.width, size.height);
  const measures = measuresFor(size.width, size.height, units);
  const links = linksOf(scene, verdicts, view, units);
  const loud = links.filter((link) => link.kind !== 'satisfied');
  // Where much is broken or uncertain, what holds is counted only.
  const quiet = loud.length > 4 ? [] : links.filter((link) => link.kind === 'satisfied');
  const proposed = byPromise(moves);
  const moving = drawMoves(scene, proposed, view, measures);
  const named = new Set([...loud.flatMap((link) => link.objects), ...proposed.map((move) => move.objectId)]);
  const regions = drawRegions(scene, view, measures);
  const found = drawFound(foundIn(scene), view, measures);
  const objects = drawObjects(scene, verdicts, named, view, measures);
  const lines = [...loud, ...quiet].filter((link) => link.inSight);
  const keepClear = [
    ...objects.keepClear,
    ...moving.drawn.map(({ ghost }) => ghost),
    ...lines.flatMap((link) => beads(link.from, link.to, measures)),
  ];
  const ruler = drawRuler(scene, view, measures, measureText, keepClear);
  let spelled = spelledFirst(loud, moving.drawn);
  const told = new Set(loud.map((link) => link.verdict));
  const untold = verdicts.filter((v) => (v.verdict === 'violated' || v.verdict === 'uncertain') && !told.has(v));
  let words = wordingOf(loud, moving.drawn, proposed, spelled, untold, measures);
  const place = () => {
    const labels: Label[] = [
      ...words.labels,
      ...objects.labels.filter((label) => label.required),
      ...found.labels,
      ...regions.labels,
      ...quiet.filter((link) => isRoomy(link, measures)).map((link) => dimensionLabel(link, measures)),
      ...objects.labels.filter((label) => !label.required),
    ];
    return placeLabels(labels, size, ruler.taken, keepClear, measures, measureText);
  };
  let texts = place();
  const silent = new Set(texts.left.flatMap((label) => words.speakers.get(label) ?? []));
  if (silent.size > 0) {
    // What finds no room for its words gets a number too.
    spelled = new Set([...spelled].filter((one) => !silent.has(one)));
    words = wordingOf(loud, moving.drawn, proposed, spelled, untold, measures);
    texts = place();
  }
  const caption = layoutCaption(
    captionParts(counts, moves, scene.calibration, units),
    size.width,
    measures,
    measureText,
  );
  const legend = layoutLegend(words.legend, size.width, measures, measureText);
  const shapes: Shape[] = [
    ...regions.shapes,
    ...found.shapes,
    ...objects.shapes,
    ...quiet.flatMap((link) => dimensionLine(link, measures)),
    ...moving.shapes,
    ...loud
      .filter((link) => link.inSight)
      .toReversed()
      .flatMap((link) => dimensionLine(link, measures)),
    ...ruler.shapes,
    ...texts.shapes,
    ...caption.shapes(size.height),
    ...legend.shapes(size.height + caption.height),
  ];
  const height = size.height + caption.height + legend.height;
  return { width: size.width, height, photoHeight: size.height, shapes };
}

/** Declared zones and the printed sheet. */
function drawRegions(scene: Scene, view: View, measures: Measures): { shapes: Shape[]; labels: Label[] } {
  const shapes: Shape[] = [];
  const labels: Label[] = [];
  const dash: readonly [number, number] = [measures.font, measures.font * 0.5];
  const outline = (points: Scene['table']['polygonPx'], colour: string): Shape => ({
    kind: 'line',
    points: points.map(view.fromPx),
    closed: true,
    colour,
    width: measures.thin * 1.4,
    dash,
  });
  const sheet = scene.calibration.sheetPx ?? [];
  const named = [
    ...scene.zones.map(({ name, polygonPx }) => ({ name, polygonPx })),
    ...(sheet.length > 0 ? [{ name: 'printed sheet', polygonPx: sheet }] : []),
  ];
  for (const zone of named) {
    shapes.push(outline(zone.polygonPx, COLOUR.zone));
    const box = rectOf(zone.polygonPx.map(view.fromPx));
    const middle = box.x + box.width / 2;
    labels.push({
      title: cleanText(zone.name),
      preferred: [
        { x: middle, y: box.y + measures.font },
        { x: middle, y: box.y + box.height - measures.font },
      ],
      about: { x: middle, y: box.y },
      ink: COLOUR.zone,
      plate: COLOUR.plate,
      small: true,
      required: false,
    });
  }
  return { shapes, labels };
}

/** Where there is room: on no thing and no line of a finding, the nearest such place to the lower left corner. */
function drawRuler(
  scene: Scene,
  view: View,
  measures: Measures,
  measureText: MeasureText,
  keepClear: readonly Rect[],
): { shapes: Shape[]; taken: Rect[] } {
  let best: { shapes: Shape[]; box: Rect; hidden: number } | null = null;
  for (const foot of RULER_FEET) {
    const ruler = rulerOf(scene, view, measures, foot);
    if (ruler === null) continue;
    const drawn = rulerShapes(ruler, measures, measureText);
    const hidden = keepClear.reduce((sum, other) => sum + overlap(drawn.box, other), 0);
    if (best === null || hidden < best.hidden) best = { ...drawn, hidden };
    if (hidden === 0) break;
  }
  return best === null ? { shapes: [], taken: [] } : { shapes: best.shapes, taken: [best.box] };
}

function rulerShapes(ruler: Ruler, measures: Measures, measureText: MeasureText): { shapes: Shape[]; box: Rect } {
  const size = measures.small;
  const width = measureText(ruler.text, size);
  const at = {
    x: Math.max(4, (ruler.from.x + ruler.to.x) / 2 - width / 2),
    y: Math.min(ruler.from.y, ruler.to.y) - size * 0.7,
  };
  const text: Shape = { kind: 'text', text: ruler.text, at, size, colour: COLOUR.neutral, outline: true };
  const taken = rectOf([ruler.from, ruler.to, { x: at.x, y: at.y - size }, { x: at.x + width, y: at.y }]);
  const pad = measures.pad;
  const box = { x: taken.x - pad, y: taken.y - pad / 2, width: taken.width + 2 * pad, height: taken.height + 2 * pad };
  const plate: Shape = { kind: 'plate', box, colour: COLOUR.plate, opacity: 0.5 };
  return { shapes: [plate, ...ruler.shapes, text], box };
}

/** A line as small boxes that labels of others keep off. */
function beads(from: { x: number; y: number }, to: { x: number; y: number }, measures: Measures): Rect[] {
  const size = measures.font * 0.5;
  const count = Math.min(60, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (size * 2)));
  return Array.from({ length: count }, (_, i) => {
    const t = (i + 0.5) / count;
    return {
      x: from.x + t * (to.x - from.x) - size / 2,
      y: from.y + t * (to.y - from.y) - size / 2,
      width: size,
      height: size,
    };
  });
}
