import type { Point } from '../../scene/types.ts';
import type { Typeface } from './font.ts';
import type { Drawing, Shape } from './shapes.ts';
import { COLOUR } from './style.ts';

const n = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '0');

/** The drawing as SVG: numbers and colours of ours only; every text is an outline. */
export function toSvg(drawing: Drawing, face: Typeface): Buffer {
  const body = drawing.shapes.map((shape) => element(shape, face)).join('\n');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${drawing.width}" height="${drawing.height}">\n${body}\n</svg>`,
  );
}

function element(shape: Shape, face: Typeface): string {
  switch (shape.kind) {
    case 'plate': {
      const { x, y, width, height } = shape.box;
      return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(Math.min(width, height) * 0.18)}" fill="${shape.colour}" fill-opacity="${shape.opacity}"/>`;
    }
    case 'text': {
      const path = face.outline(shape.text, shape.at.x, shape.at.y, shape.size);
      const halo = shape.outline
        ? `<path d="${path}" fill="none" stroke="#000" stroke-opacity="0.75" stroke-linejoin="round" stroke-width="${n(shape.size * 0.22)}"/>`
        : '';
      return `${halo}<path d="${path}" fill="${shape.colour}"/>`;
    }
    case 'line':
      return line(shape);
  }
}

/** Each stroke has a dark one below it, so that it shows on light and dark photos alike. */
function line(shape: Extract<Shape, { kind: 'line' }>): string {
  const d = pathOf(shape.points, shape.closed);
  const dash = shape.dash ? ` stroke-dasharray="${n(shape.dash[0])} ${n(shape.dash[1])}"` : '';
  const fill = shape.fillOpacity ? `fill="${shape.colour}" fill-opacity="${shape.fillOpacity}"` : 'fill="none"';
  const join = 'stroke-linejoin="round" stroke-linecap="butt"';
  const halo = `<path d="${d}" fill="none" stroke="${COLOUR.ink}" stroke-opacity="0.55" stroke-width="${n(shape.width * 1.3 + 1.6)}" ${join}${dash}/>`;
  const top = `<path d="${d}" ${fill} stroke="${shape.colour}" stroke-width="${n(shape.width)}" ${join}${dash}/>`;
  return shape.opacity === undefined ? halo + top : `<g opacity="${shape.opacity}">${halo}${top}</g>`;
}

function pathOf(points: readonly Point[], closed: boolean): string {
  return points.map((p, i) => `${i === 0 ? 'M' : 'L'}${n(p.x)} ${n(p.y)}`).join('') + (closed ? 'Z' : '');
}
