import { plain } from './plain.ts';
import type { Px } from './types.ts';

const NS = 'http://www.w3.org/2000/svg';

/** A new SVG element at the end of `parent`. Text goes in as text. */
export function add<K extends keyof SVGElementTagNameMap>(
  parent: Element,
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
  text?: string,
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = plain(text);
  parent.append(node);
  return node;
}

export const pointsOf = (points: readonly Px[]): string => points.map(([x, y]) => `${x},${y}`).join(' ');
