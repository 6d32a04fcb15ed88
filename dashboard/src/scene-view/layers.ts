import type { Label, LabelRoom } from './labels.ts';
import { linkWords } from './link-words.ts';
import { errorBar, linksOf } from './links.ts';
import { plain } from './plain.ts';
import { centreOf } from './steps.ts';
import { add, pointsOf } from './svg.ts';
import type { ViewTexts } from './texts.ts';
import type { Box, Link, Move, Scene, SceneObject, VerdictKind } from './types.ts';

/** All that a drawing of the scene depends on. */
export interface Shown {
  readonly scene: Scene;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Where things lay on the photo. */
  readonly first: ReadonlyMap<string, Box>;
  readonly image: { readonly width: number; readonly height: number };
  /** Pixels of the image that are one pixel of the screen. */
  readonly unit: number;
  readonly kinds: ReadonlySet<VerdictKind>;
  readonly chosen: ReadonlySet<string>;
  readonly moves: readonly Move[];
  readonly isMovable: (object: SceneObject) => boolean;
  readonly texts: ViewTexts;
  /** The plain photo, from which what was moved is taken along; null: there is none. */
  readonly photo: string | null;
}

const FONT = 12;

/**
 * Draws everything that is known of the desk anew: regions, things, distances, moves, and on top what can be moved. Returns the
 * texts that belong to it, the most wanted first, and what they should not cover.
 */
export function drawLayers(
  layer: SVGGElement,
  shown: Shown,
): Pick<LabelRoom, 'things' | 'lines'> & { labels: readonly Label[] } {
  layer.replaceChildren();
  layer.setAttribute('font-size', String(FONT * shown.unit));
  layer.classList.toggle('focussed', shown.chosen.size > 0);
  drawRegions(layer, shown);
  const worst = worstOf(shown);
  const movable = shown.scene.analysis.objects.filter(shown.isMovable);
  // The box of a table says nothing that the picture does not.
  const fixed = shown.scene.analysis.objects.filter((o) => !movable.includes(o));
  const drawn = [...fixed.filter((o) => o.class !== 'table' || worst.has(o.id)), ...movable];
  for (const o of drawn) if (!movable.includes(o)) drawObject(layer, shown, o, worst);
  const links = linksOf(shown.scene, (id) => shown.boxes.get(id), shown.texts);
  links.forEach((link, index) => {
    if (shown.kinds.has(link.verdict)) drawLink(layer, shown, link, index);
  });
  for (const move of shown.moves) drawMove(layer, shown, move);
  for (const o of movable) drawObject(layer, shown, o, worst);
  const seen = links.filter(({ verdict }) => shown.kinds.has(verdict));
  return {
    labels: [
      ...seen.map((link) => linkLabel(shown, link)),
      ...drawn.toReversed().map((o) => nameLabel(shown, o)),
      ...zoneLabels(shown),
    ]
      .filter(({ lines }) => lines.length > 0)
      .sort((a, b) => Number(b.isChosen) - Number(a.isChosen)),
    things: drawn.map((o) => shown.boxes.get(o.id) ?? o.bbox),
    lines: seen.map(({ from, to }) => [from, to] as const),
  };
}

function nameLabel({ boxes, chosen, texts }: Shown, o: SceneObject): Label {
  const about = boxes.get(o.id) ?? o.bbox;
  return { key: o.id, lines: [texts.thing(o.id)], about, kind: 'name', isChosen: chosen.has(o.id) };
}

/** Beside the middle of its line. */
function linkLabel(shown: Shown, link: Link): Label {
  const { from, to, verdict, objects } = link;
  const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return {
    key: `${verdict} ${objects.join(' ')}`,
    lines: linkWords(link, shown.scene.analysis.rules, shown.texts),
    about: [x, y, x, y],
    kind: verdict,
    isChosen: isChosenLink(shown, link),
  };
}

const zoneLabels = ({ scene }: Shown): Label[] =>
  (scene.drawing?.zones ?? []).map(({ name, polygon_px: points }) => {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const about: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return { key: `zone ${name}`, lines: [name], about, kind: 'region', isChosen: false };
  });

const isChosenLink = ({ chosen }: Shown, { objects }: Link): boolean =>
  objects.length > 0 && objects.every((id) => chosen.has(id));

/** The worst verdict about each thing. */
function worstOf({ scene, kinds }: Shown): Map<string, VerdictKind> {
  const worst = new Map<string, VerdictKind>();
  for (const kind of ['satisfied', 'uncertain', 'violated'] as const)
    for (const v of scene.analysis.rules)
      if (v.verdict === kind && kinds.has(kind)) for (const id of v.objects) worst.set(id, kind);
  return worst;
}

function drawRegions(layer: SVGGElement, { scene }: Shown): void {
  const { drawing } = scene;
  if (!drawing) return;
  if (drawing.table.reference !== 'image' && drawing.table.polygon_px.length > 2)
    add(layer, 'polygon', { points: pointsOf(drawing.table.polygon_px), class: 'table' });
  if (drawing.sheet_px) add(layer, 'polygon', { points: pointsOf(drawing.sheet_px), class: 'sheet' });
  for (const zone of drawing.zones)
    add(layer, 'polygon', { points: pointsOf(zone.polygon_px), class: `zone ${zone.kind}` });
}

function drawObject(layer: SVGGElement, shown: Shown, o: SceneObject, worst: ReadonlyMap<string, VerdictKind>): void {
  const { texts, boxes, chosen } = shown;
  const b = boxes.get(o.id) ?? o.bbox;
  const isMovable = shown.isMovable(o);
  const group = add(layer, 'g', {
    class: [
      'object',
      isMovable ? (o.class === 'mug' ? 'movable mug' : 'movable') : '',
      worst.get(o.id) ?? '',
      chosen.has(o.id) ? 'chosen' : '',
    ].join(' '),
    'data-id': plain(o.id),
    ...(isMovable && { tabindex: 0, role: 'button', 'aria-label': plain(texts.movable(texts.thing(o.id))) }),
  });
  if (isMovable && shown.photo) takeAlong(group, shown, o, b);
  const drawn = shown.scene.drawing?.objects.find(({ id }) => id === o.id);
  if (drawn?.footprint_px) add(group, 'polygon', { points: pointsOf(drawn.footprint_px), class: 'foot' });
  add(group, 'rect', { x: b[0], y: b[1], width: b[2] - b[0], height: b[3] - b[1], class: 'box' });
  if (drawn?.error_px) add(group, 'polygon', { points: pointsOf(drawn.error_px), class: 'error' });
}

/** Its piece of the photo, where it lies elsewhere now. */
function takeAlong(group: SVGGElement, { photo, first, image }: Shown, { id }: SceneObject, b: Box): void {
  const was = first.get(id);
  if (!photo || !was || (was[0] === b[0] && was[1] === b[1])) return;
  const place = { x: b[0], y: b[1], width: b[2] - b[0], height: b[3] - b[1] };
  const viewBox = [was[0], was[1], was[2] - was[0], was[3] - was[1]].join(' ');
  const piece = add(group, 'svg', { ...place, viewBox, preserveAspectRatio: 'none', class: 'piece' });
  add(piece, 'image', { href: photo, ...image, preserveAspectRatio: 'none' });
}

function drawLink(layer: SVGGElement, shown: Shown, link: Link, index: number): void {
  const { from, to, verdict } = link;
  const group = add(layer, 'g', {
    class: `link ${verdict}${isChosenLink(shown, link) ? ' chosen' : ''}`,
    'data-link': index,
  });
  const ends = { x1: from[0], y1: from[1], x2: to[0], y2: to[1] };
  add(group, 'line', { ...ends, class: 'grab' });
  add(group, 'line', { ...ends, class: 'shaft' });
  for (const [a, b] of errorBar(link, 10 * shown.unit) ?? [])
    add(group, 'line', { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: 'bar' });
}

function drawMove(layer: SVGGElement, { boxes }: Shown, { object_id, vector_px: [dx, dy], verified }: Move): void {
  const b = boxes.get(object_id);
  if (!b) return;
  const [x, y] = centreOf(b);
  const group = add(layer, 'g', { class: `move${verified ? '' : ' unverified'}` });
  add(group, 'rect', { x: b[0] + dx, y: b[1] + dy, width: b[2] - b[0], height: b[3] - b[1], class: 'ghost' });
  add(group, 'line', { x1: x, y1: y, x2: x + dx, y2: y + dy, class: 'arrow', 'marker-end': 'url(#head)' });
}
