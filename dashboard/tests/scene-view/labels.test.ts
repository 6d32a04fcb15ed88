import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { placeLabels, shared } from '../../src/scene-view/label-places.ts';
import '../../src/scene-view/scene.css';
import { createSceneView } from '../../src/scene-view/scene-view.ts';
import type { Box, Px, Scene, Verdict, VerdictKind } from '../../src/scene-view/types.ts';

const IMAGE = { width: 1600, height: 1200, sha256: null };
const KINDS: readonly VerdictKind[] = ['violated', 'uncertain', 'satisfied'];
const NAMES = ['mug', 'laptop', 'phone', 'desk_mat', 'keyboard', 'mouse', 'bowl', 'book'];

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Many things in one corner of the desk, every second one with a verdict about its neighbour. */
function crowded(seed: number): Scene {
  const next = numbers(seed);
  const [left, top] = [next() * 800, next() * 600];
  const objects = Array.from({ length: 8 + (seed % 5) }, (_, i) => {
    const [x, y, width, height] = [left + next() * 700, top + next() * 500, 60 + next() * 350, 60 + next() * 250];
    const name = NAMES[i % NAMES.length]!;
    const bbox: Box = [x, y, Math.min(1600, x + width), Math.min(1200, y + height)];
    return { id: `${name}-${1 + Math.floor(i / NAMES.length)}`, class: name, confidence: 0.9, bbox };
  });
  const rules: Verdict[] = [];
  const links = Array.from({ length: 6 }, (_, i) => {
    const [a, b] = [objects[i]!, objects[i + 1]!];
    const middle = ({ bbox: [x1, y1, x2, y2] }: { bbox: Box }): Px => [(x1 + x2) / 2, (y1 + y2) / 2];
    const verdict = KINDS[i % 3]!;
    const isLength = i !== 4;
    const about = { verdict, objects: [a.id, b.id] };
    rules.push({
      ...about,
      rule_id: 'rule_1',
      condition: 0,
      operator: isLength ? 'min_distance' : 'on',
      measured: isLength ? 72 : null,
      required: isLength ? 152 : null,
      uncertainty: isLength ? 32 : null,
      margin: -80,
      unit: isLength ? 'mm' : 'none',
      reason: 'it is',
    });
    return { ...about, from: middle(a), to: middle(b), title: 'never shown', detail: null, error_share: 0.3 };
  });
  const zones = [left, left + 40].map((x, i) => ({
    name: i ? 'Untersetzer' : 'Bereich',
    kind: i ? 'coaster' : 'zone',
    polygon_px: [
      [x, top],
      [x + 500, top],
      [x + 500, top + 400],
      [x, top + 400],
    ] as Px[],
  }));
  return {
    analysis: {
      analysis_id: 'ana_1',
      image: IMAGE,
      objects,
      calibration: { mm_per_pixel: 0.5 },
      rules,
      positioning: null,
    },
    drawing: {
      objects: [],
      links,
      zones,
      table: { reference: 'image', polygon_px: [] },
      sheet_px: null,
    },
  };
}

const frames: HTMLElement[] = [];
afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove();
});

const CORNER = { width: 44, height: 112 };
function open(scene: Scene, width: number) {
  const frame = document.createElement('div');
  frame.style.width = `${width}px`;
  document.body.append(frame);
  frames.push(frame);
  const view = createSceneView(frame, { changed: () => {}, corner: CORNER });
  view.show(scene);
  const boxOf = (element: Element): Box => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const labels = () => [...frame.querySelectorAll('.label')];
  const texts = () =>
    labels().map((label) => ({
      name: label.textContent,
      box: [...label.querySelectorAll('text, rect')]
        .map(boxOf)
        .reduce(
          (a, b): Box => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
        ),
    }));
  return { frame, view, texts, boxOf };
}

describe.each([
  ['a desktop', 1440, 820],
  ['a phone', 375, 343],
])('on %s', (_, viewport, width) => {
  it.each(Array.from({ length: 10 }, (__, i) => i + 1))(
    'crowded desk %i: no label lies on another, each is in the picture',
    async (seed) => {
      await page.viewport(viewport, 900);
      const scene = crowded(seed);
      const { frame, texts, boxOf, view } = open(scene, width);
      const shown = texts();
      const all = scene.analysis.objects.length + scene.drawing!.links.length + scene.drawing!.zones.length;
      expect(shown).toHaveLength(all);
      const picture = boxOf(view.svg);
      const corner: Box = [picture[2] - CORNER.width, picture[1], picture[2], picture[1] + CORNER.height];
      shown.forEach(({ name, box }, i) => {
        for (const other of shown.slice(i + 1))
          expect([name, other.name, shared(box, other.box)]).toEqual([name, other.name, 0]);
        expect([name, shared(box, corner)]).toEqual([name, 0]);
        expect([name, box[0] >= picture[0], box[1] >= picture[1], box[2] <= picture[2], box[3] <= picture[3]]).toEqual([
          name,
          true,
          true,
          true,
          true,
        ]);
      });
      const numbered = shown.flatMap(({ name }) => (/^\d+$/.test(name ?? '') ? [name] : []));
      const explained = [...frame.querySelectorAll('.scene-legend li b')].map((mark) => mark.textContent);
      expect(explained.toSorted()).toEqual(numbered.toSorted());
      if (width > 800) expect(numbered.length).toBeLessThan(all / 2);
    },
  );
});

it('what finds no place is a number with its text below, and a closer look shows the text', async () => {
  await page.viewport(1280, 800);
  const scene = crowded(3);
  const { frame, view, texts } = open(scene, 200);
  const items = [...frame.querySelectorAll('.scene-legend li')].map((item) => item.textContent);
  expect(items.length).toBeGreaterThan(2);
  expect(items.every((text) => /^\d+ .+/.test(text ?? ''))).toBe(true);
  frame.style.width = '1000px';
  await expect.poll(() => frame.querySelectorAll('.scene-legend li').length).toBeLessThan(items.length);
  expect(texts().some(({ name }) => name === '72 ± 32 mmmin 152 mm')).toBe(true);
  view.setKinds([]);
  expect(texts().some(({ name }) => name?.includes('152'))).toBe(false);
});

it('only what is seen has a label', async () => {
  await page.viewport(1280, 800);
  const { view, texts } = open(crowded(5), 820);
  const before = texts().length;
  view.zoomBy(6);
  expect(texts().length).toBeLessThan(before);
});

it('a label stays on its side while its thing is moved past a slightly better one', () => {
  const room = { inside: [0, 0, 500, 400] as Box, taken: [], lines: [], things: [[180, 150, 320, 178]] as Box[] };
  const label = { width: 60, height: 17, about: [200, 180, 300, 280] as Box };
  const [fresh] = placeLabels([label], { ...room, things: [] });
  const [below] = placeLabels([label], room);
  expect(below?.choice).not.toBe(fresh?.choice);
  const [again] = placeLabels([{ ...label, last: below?.choice }], { ...room, things: [] });
  expect(again?.choice).toBe(below?.choice);
});
