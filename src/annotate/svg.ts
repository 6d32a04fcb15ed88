import type { Point } from '../scene/types.ts';
import { LETTER_UNITS, type Letter, type Typeface } from './font.ts';
import type { Drawing, Shape } from './shapes.ts';
import { COLOUR } from './style.ts';

const n = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '0');

/** The drawing as SVG: numbers and colours of ours only; every text is an outline. */
export function toSvg(drawing: Drawing, face: Typeface): Buffer {
  const used = new Map<number, Letter>();
  const body = drawing.shapes.map((shape) => element(shape, face, used)).join('\n');
  const letters = [...used.values()].map(({ index, path }) => `<path id="g${index}" d="${path}"/>`).join('');
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${drawing.width}" height="${drawing.height}">`;
  return Buffer.from(`${open}\n<defs>${letters}</defs>\n${body}\n</svg>`);
}

function element(shape: Shape, face: Typeface, used: Map<number, Letter>): string {
  if (shape.kind === 'line') return line(shape);
  if (shape.kind === 'text') return text(shape, face, used);
  const { x, y, width, height } = shape.box;
  const rx = n(Math.min(width, height) * 0.18);
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${rx}" fill="${shape.colour}" fill-opacity="${shape.opacity}"/>`;
}

/** Each letter is defined once and used by its number. */
function text(shape: Extract<Shape, { kind: 'text' }>, face: Typeface, used: Map<number, Letter>): string {
  let at = 0;
  let letters = '';
  for (const letter of face.letters(shape.text)) {
    if (letter.path !== '') {
      used.set(letter.index, letter);
      letters += `<use href="#g${letter.index}" x="${n(at)}"/>`;
    }
    at += letter.advance;
  }
  const place = `transform="translate(${n(shape.at.x)} ${n(shape.at.y)}) scale(${(shape.size / LETTER_UNITS).toFixed(5)})"`;
  const halo = shape.outline
    ? `<g ${place} fill="none" stroke="#000" stroke-opacity="0.75" stroke-linejoin="round" stroke-width="${LETTER_UNITS * 0.2}">${letters}</g>`
    : '';
  return `${halo}<g ${place} fill="${shape.colour}">${letters}</g>`;
}

/** Each stroke has a dark one below it, so that it shows on light and dark photos alike. */
function line(shape: Extract<Shape, { kind: 'line' }>): string {
  const d = pathOf(shape.points, shape.closed);
  const dash = shape.dash ? ` stroke-dasharray="${n(shape.dash[0])} ${n(shape.dash[1])}"` : '';
  const fill = shape.fillOpacity ? `fill="${shape.colour}" fill-opacity="${shape.fillOpacity}"` : 'fill="none"';
  const join = 'stroke-linejoin="round" stroke-linecap="butt"';
  const halo = `<path d="${d}" fill="none" stroke="${COLOUR.ink}" stroke-opacity="0.65" stroke-width="${n(shape.width * 1.3 + 1.6)}" ${join}${dash}/>`;
  const top = `<path d="${d}" ${fill} stroke="${shape.colour}" stroke-width="${n(shape.width)}" ${join}${dash}/>`;
  return shape.opacity === undefined ? halo + top : `<g opacity="${shape.opacity}">${halo}${top}</g>`;
}

function pathOf(points: readonly Point[], closed: boolean): string {
  return points.map((p, i) => `${i === 0 ? 'M' : 'L'}${n(p.x)} ${n(p.y)}`).join('') + (closed ? 'Z' : '');
}
