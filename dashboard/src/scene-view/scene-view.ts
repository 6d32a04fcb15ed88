import { attachKeys } from './keys.ts';
import { createLabels } from './labels.ts';
import { latestOnly } from './latest.ts';
import { drawLayers } from './layers.ts';
import { linksOf } from './links.ts';
import { attachPointer } from './pointer.ts';
import { insideImage, shifted, shiftOf, withStep } from './steps.ts';
import { add } from './svg.ts';
import { ENGLISH, evidenceOf, reasonsOf, type ViewTexts } from './texts.ts';
import { createTip } from './tip.ts';
import type { Box, Move, Px, Scene, SceneObject, Step, VerdictKind } from './types.ts';
import { panned, type Viewport, whole, zoomed, zoomOf } from './viewport.ts';

export interface ViewState {
  /** As analysed. */
  readonly first: Scene;
  /** As it would be after the steps; its verdicts are empty while they are asked for. */
  readonly shown: Scene;
  readonly steps: readonly Step[];
  readonly isChecking: boolean;
  readonly error: unknown;
  readonly zoom: number;
}

export interface ViewOptions {
  /** What the rules say after the steps; absent: nothing can be moved. */
  readonly evaluate?: (first: Scene, steps: readonly Step[]) => Promise<Scene>;
  readonly changed: (state: ViewState) => void;
  /** Whether the rules are asked while a thing is still in the hand, and old verdicts stay until there are new ones. */
  readonly isLive?: boolean;
  readonly isMovable?: (object: SceneObject) => boolean;
  /** Moves that are drawn. */
  readonly movesOf?: (scene: Scene) => readonly Move[];
  readonly texts?: ViewTexts;
  /** What the page lays over the picture's upper end corner, pixels of the screen. */
  readonly corner?: { readonly width: number; readonly height: number };
}

export type SceneView = ReturnType<typeof createSceneView>;

const ALL: readonly VerdictKind[] = ['violated', 'uncertain', 'satisfied', 'not_applicable'];
export const verifiedMoves = ({ analysis }: Scene): readonly Move[] =>
  (analysis.positioning?.adjustments_needed ?? []).filter((move) => move.verified);

/** The measured desk inside `frame`: drawn, zoomed, and moved by hand. Nothing here knows where its answers come from. */
export function createSceneView(frame: HTMLElement, options: ViewOptions) {
  const { evaluate, changed, isLive = false, movesOf = verifiedMoves } = options;
  const { isMovable = (object: SceneObject) => object.class === 'mug' } = options;
  let texts = options.texts ?? ENGLISH;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.id = 'scene';
  frame.classList.add('scene-frame');
  frame.append(svg);
  const marker = add(add(svg, 'defs'), 'marker', {
    id: 'head',
    markerWidth: 6,
    markerHeight: 6,
    refX: 5,
    refY: 3,
    orient: 'auto',
  });
  add(marker, 'path', { d: 'M0 0 6 3 0 6z', fill: 'context-stroke' });
  const photo = add(svg, 'image', { id: 'photo', preserveAspectRatio: 'none' });
  const layer = add(svg, 'g', { id: 'layer' });
  const overlay = add(svg, 'g', { id: 'overlay' });
  svg.setAttribute('role', 'group');
  const legend = document.createElement('ul');
  legend.className = 'scene-legend';
  frame.append(legend);
  const labels = createLabels(layer, legend);
  const tip = createTip(frame);

  let state: ViewState | null = null;
  let viewport: Viewport = { x: 0, y: 0, width: 4, height: 3 };
  let plainPhoto: string | null = null;
  let inHand: { readonly id: string; readonly box: Box; by: Px } | null = null;
  let kinds = new Set<VerdictKind>(ALL);
  let chosen = new Set<string>();
  let onZoom: () => void = () => {};

  /** A picture that is higher than its place stands between two margins. */
  const unit = () =>
    Math.max(
      viewport.width / (svg.clientWidth || viewport.width),
      viewport.height / (svg.clientHeight || viewport.height),
    );

  function covered(): Box[] {
    const { corner } = options;
    if (!corner) return [];
    const { x, y, width, height } = viewport;
    const right = x + width / 2 + (svg.clientWidth * unit()) / 2;
    const top = y + height / 2 - (svg.clientHeight * unit()) / 2;
    return [[right - corner.width * unit(), top, right, top + corner.height * unit()]];
  }

  /** Where everything is drawn: as the server answered, or as it was with the steps in pixels. */
  function boxes(): Map<string, Box> {
    const { first, shown, steps } = state as ViewState;
    const isAnswered = shown.drawing !== undefined && shown !== first;
    const found = new Map<string, Box>(
      first.analysis.objects.map((o) => [o.id, shifted(o.bbox, shiftOf(steps, o.id))] as const),
    );
    if (isAnswered) for (const o of shown.analysis.objects) found.set(o.id, o.bbox);
    if (inHand) found.set(inHand.id, shifted(inHand.box, inHand.by));
    return found;
  }

  function draw(): void {
    if (!state) return;
    const scene = state.shown;
    const focused = (svg.ownerDocument.activeElement as SVGElement | null)?.dataset?.id;
    const { labels: texted, ...room } = drawLayers(layer, {
      scene,
      boxes: boxes(),
      first: new Map(state.first.analysis.objects.map((o) => [o.id, o.bbox])),
      image: { width: state.first.analysis.image.width, height: state.first.analysis.image.height },
      photo: plainPhoto,
      unit: unit(),
      kinds,
      chosen,
      moves: inHand || state.isChecking ? [] : movesOf(scene),
      isMovable: (object) => evaluate !== undefined && isMovable(object),
      texts,
    });
    labels.draw(texted, { ...room, viewport, unit: unit(), taken: covered() });
    if (inHand) layer.querySelector(`[data-id="${CSS.escape(inHand.id)}"] .foot`)?.remove();
    if (focused !== undefined && !svg.contains(svg.ownerDocument.activeElement))
      layer.querySelector<SVGElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function look(next: Viewport): void {
    viewport = next;
    svg.setAttribute('viewBox', [next.x, next.y, next.width, next.height].join(' '));
    if (state) set({ zoom: zoomOf(next, state.first.analysis.image) });
    svg.classList.toggle('closer', (state?.zoom ?? 1) > 1.001);
    onZoom();
  }

  function set(change: Partial<ViewState>): void {
    if (!state) return;
    state = { ...state, ...change };
    draw();
    changed(state);
  }

  const asking = latestOnly<readonly Step[]>(async (steps, isLatest) => {
    if (!state || !evaluate) return;
    const { first } = state;
    try {
      const shown = await evaluate(first, steps);
      if (state?.first !== first || !(isLatest() || (isLive && inHand))) return;
      set({ shown, isChecking: !isLatest(), error: null });
    } catch (error) {
      if (isLatest()) set({ isChecking: false, error });
    }
  });

  function ask(steps: readonly Step[], wait: number): void {
    if (!state) return;
    const { shown } = state;
    const waiting = isLive ? shown : { analysis: { ...shown.analysis, rules: [], positioning: null } };
    set({ steps, shown: waiting, isChecking: true, error: null });
    asking.ask(steps, wait);
  }

  const boxNow = (id: string): Box | undefined => boxes().get(id);
  const objectOf = (id: string) => state?.first.analysis.objects.find((o) => o.id === id);

  /** By so many pixels of the image, as far as the box stays inside. */
  function shift(id: string, by: Px, wait = 0): void {
    const box = state && boxNow(id);
    if (!state || !box || !evaluate) return;
    ask(withStep(state.steps, { id, px: insideImage(box, by, state.first.analysis.image) }), wait);
  }

  const endPointer = attachPointer(svg, {
    grab(id) {
      const object = objectOf(id);
      const box = object && boxNow(id);
      if (!object || !box || !evaluate || !isMovable(object)) return false;
      inHand = { id, box, by: [0, 0] };
      tip.hide();
      return true;
    },
    drag([dx, dy]) {
      if (!inHand || !state) return;
      const { box, by, id } = inHand;
      inHand.by = insideImage(box, [by[0] + dx, by[1] + dy], state.first.analysis.image);
      if (isLive) asking.ask(withStep(state.steps, { id, px: inHand.by }));
      draw();
    },
    drop() {
      if (!inHand || !state) return;
      const { id, by } = inHand;
      inHand = null;
      if (by[0] !== 0 || by[1] !== 0) ask(withStep(state.steps, { id, px: by }), 0);
      else draw();
    },
    pan: (by) => state && look(panned(viewport, by, state.first.analysis.image)),
    zoom: (at, factor) => state && look(zoomed(viewport, at, factor, state.first.analysis.image)),
    hover(target, at) {
      const lines = target && state ? linesAbout(target) : null;
      if (lines) tip.show(lines, at);
      else tip.hide();
    },
  });
  const endKeys = attachKeys(svg, {
    step(id, [x, y]) {
      if (!state) return;
      const object = id === null ? undefined : objectOf(id);
      const px = object && isMovable(object) && evaluate ? state.first.analysis.image.width / 100 : viewport.width / 10;
      if (object && isMovable(object) && evaluate) shift(object.id, [x * px, y * px], 300);
      else look(panned(viewport, [x * px, y * px], state.first.analysis.image));
    },
    zoom: (factor) => zoomBy(factor),
    leave: () => tip.hide(),
  });
  const onFocus = ({ target }: FocusEvent) => {
    const lines = state && linesAbout(target as Element);
    const box = (target as Element).getBoundingClientRect();
    if (lines && (target as Element).matches(':focus-visible')) tip.show(lines, { x: box.right, y: box.bottom });
  };
  svg.addEventListener('focusin', onFocus);
  svg.addEventListener('focusout', () => tip.hide());

  function linesAbout(target: Element): string[] | null {
    const { shown } = state as ViewState;
    const id = target.closest<SVGElement>('[data-id]')?.dataset.id;
    const object = shown.analysis.objects.find((o) => o.id === id);
    if (object) return evidenceOf(object, shown.analysis.rules, texts);
    const index = target.closest<SVGElement>('[data-link]')?.dataset.link;
    if (index === undefined) return null;
    const link = linksOf(shown, boxNow, texts)[Number(index)];
    const about = shown.analysis.rules.filter(
      (v) => v.objects.length === link?.objects.length && v.objects.every((one) => link.objects.includes(one)),
    );
    return about.length > 0 ? reasonsOf(about, texts) : null;
  }

  /** 0: the whole picture. */
  function zoomBy(factor: number): void {
    if (!state) return;
    const { image } = state.first.analysis;
    const middle: Px = [viewport.x + viewport.width / 2, viewport.y + viewport.height / 2];
    look(factor === 0 ? whole(image) : zoomed(viewport, middle, factor, image));
  }

  const resized = new ResizeObserver(() => {
    draw();
    onZoom();
  });
  resized.observe(svg);

  return {
    svg,
    /** For what others draw over the scene; `unit` tells how large a pixel of the screen is there. */
    overlay,
    unit,
    whenZoomed(listener: () => void) {
      onZoom = listener;
    },
    show(first: Scene): void {
      asking.drop();
      inHand = null;
      const { width, height } = first.analysis.image;
      svg.setAttribute('aria-label', texts.scene);
      photo.setAttribute('width', String(width));
      photo.setAttribute('height', String(height));
      state = { first, shown: first, steps: [], isChecking: false, error: null, zoom: 1 };
      look(whole(first.analysis.image));
    },
    setPhoto(href: string | null, opacity = 1): void {
      if (href === null) photo.removeAttribute('href');
      else photo.setAttribute('href', href);
      photo.setAttribute('opacity', String(opacity));
      plainPhoto = opacity === 1 ? href : null;
      // What is drawn over a photo is bright in both themes.
      svg.classList.toggle('on-photo', plainPhoto !== null);
      draw();
    },
    setKinds(shown: Iterable<VerdictKind>): void {
      kinds = new Set(shown);
      draw();
    },
    /** Things that are pointed out; none: all are drawn alike. */
    choose(ids: Iterable<string>): void {
      chosen = new Set(ids);
      draw();
    },
    setTexts(next: ViewTexts): void {
      texts = next;
      svg.setAttribute('aria-label', texts.scene);
      draw();
    },
    shift,
    /** A proposed move, in mm where it has them and the server moves on its table. */
    apply(move: Move): void {
      if (!state) return;
      const inMm = state.first.drawing && move.vector_mm;
      const { object_id: id } = move;
      if (inMm) ask(withStep(state.steps, { id, mm: inMm }), 0);
      else shift(id, move.vector_px);
    },
    reset(): void {
      if (!state) return;
      asking.drop();
      set({ shown: state.first, steps: [], isChecking: false, error: null });
    },
    zoomBy,
    destroy(): void {
      asking.drop();
      endPointer();
      endKeys();
      resized.disconnect();
      svg.remove();
      legend.remove();
      tip.node.remove();
    },
  };
}
