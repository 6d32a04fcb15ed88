import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { typeface } from '../../src/annotate/font.ts';
import { layoutAnnotations } from '../../src/annotate/layout.ts';
import { toSvg } from '../../src/annotate/svg.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import type { Scene } from '../../src/scene/types.ts';
import { CANARIES, OBEYED } from '../support/canaries.ts';
import { DESK, move, object, scene, verdict } from './scenes.ts';

/** Names of strangers in a picture: classes and ids, zones, the words of rules, the context. */
const face = typeface();

function drawn(on: Scene, verdicts: readonly Verdict[], moved: string) {
  const drawing = layoutAnnotations(on, verdicts, [move(moved)], { width: 800, height: 600 }, face.measure);
  const texts = drawing.shapes.flatMap((shape) => (shape.kind === 'text' ? shape.text : []));
  return { svg: toSvg(drawing, face), texts };
}

const square = [
  { x: 420, y: 320 },
  { x: 780, y: 320 },
  { x: 780, y: 580 },
];
/** Where a name can stand, one after the other. */
const PLACES: Readonly<Record<string, (name: string) => ReturnType<typeof drawn>>> = {
  'the id of an object': (name) => {
    const on = scene([
      { ...object('mug-1', [300, 300, 380, 380]), id: name },
      object('laptop-1', [500, 200, 760, 420]),
    ]);
    return drawn(on, [verdict('violated', [name, 'laptop-1'])], name);
  },
  'its class': (name) => drawn(scene([{ ...object('mug-1', [10, 10, 90, 90]), class: name, id: `${name}-1` }]), [], ''),
  'a zone': (name) => {
    const zone = { name, kind: 'zone' as const, polygonPx: square, polygon: null };
    const on = scene(DESK.objects, undefined, [zone]);
    return drawn(
      on,
      [verdict('violated', ['mug-1', `zone:${name}`], { operator: 'within', unit: 'none', reason: name })],
      '',
    );
  },
  'the words of a rule': (name) =>
    drawn(DESK, [verdict('violated', ['mug-1', 'laptop-1'], { unit: 'none', reason: name, rule_id: name })], ''),
  'the context': (name) => drawn({ ...DESK, context: name }, [verdict('violated', ['mug-1', 'laptop-1'])], ''),
};

describe.each(Object.keys(PLACES))('%s', (place) => {
  it.each(Object.entries(CANARIES))('with %s adds nothing but letters', async (_, canary) => {
    const { svg, texts } = PLACES[place]!(canary);
    for (const text of texts) {
      expect(text).not.toMatch(OBEYED);
      expect(text.length).toBeLessThan(120);
    }
    if (place !== 'the context') expect(texts.join(' ')).toContain('kq7zx');
    readStrictly(svg.toString());
    expect(svg.length).toBeLessThan(80_000);
    // librsvg reads no document that is not well-formed.
    expect((await sharp(svg).metadata()).width).toBe(800);
  });
});

const ELEMENTS = new Set(['svg', 'defs', 'g', 'path', 'use', 'rect']);
const ATTRIBUTES = new Set(
  'xmlns width height id d href x y rx transform fill fill-opacity stroke stroke-opacity stroke-linejoin stroke-linecap stroke-width stroke-dasharray opacity'.split(
    ' ',
  ),
);
const TAG = /<(\/?)([a-z]+)((?: [a-z-]+="[^<>&"]*")*)(\/?)>/y;

/** All of a document of our own form: well-formed, no character data, no element, attribute or value but those of ours. */
function readStrictly(svg: string): void {
  const open: string[] = [];
  for (let at = 0; at < svg.length; ) {
    if (svg[at] === '\n') {
      at += 1;
      continue;
    }
    TAG.lastIndex = at;
    const [whole, closes, name = '', attributes = '', empty] = TAG.exec(svg) ?? [];
    if (whole === undefined) throw new Error(`no tag of ours: ${svg.slice(at, at + 80)}`);
    at += whole.length;
    expect(ELEMENTS).toContain(name);
    if (closes) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
    const given = [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)];
    expect(new Set(given.map(([, key]) => key)).size).toBe(given.length);
    for (const [, key = '', value = ''] of given) {
      expect(ATTRIBUTES).toContain(key);
      expect(value).toMatch(
        key === 'xmlns'
          ? /^http:\/\/www\.w3\.org\/2000\/svg$/
          : /^(?:[-MLQCZ0-9. e]*|#?g[0-9]+|#[0-9a-f]+|(?:none|round|butt)|translate\([-0-9. ]+\) scale\([0-9.]+\))$/,
      );
    }
  }
  expect(open).toEqual([]);
}

it.each([
  '<svg></svg>x',
  '<svg><script></script></svg>',
  '<svg onload="1"></svg>',
  '<svg><g></svg>',
  '<svg width="1" width="1"></svg>',
  '<svg fill="url(#x)"></svg>',
])('the strict reader refuses %s', (svg) => expect(() => readStrictly(svg)).toThrow());
