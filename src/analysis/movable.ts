import type { Verdict } from '../contract/verdict.ts';
import { quotedText } from '../plain-text.ts';
import type { Scene } from '../scene/types.ts';
import { selectedClasses } from './own-classes.ts';

export interface Movable {
  /** Classes and ids of objects. */
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/** What a caller allows to be moved, in any words for our classes; a name that is nothing of the scene is said. */
export function movableOf(given: readonly string[], scene: Scene): Movable {
  const there = new Set(scene.objects.flatMap(({ id, class: name }) => [id, name]));
  const strange = given.filter((name) => selectedClasses(name).length === 0 && !there.has(name));
  const names = strange.map((name) => quotedText(name, 40)).join(', ');
  return {
    names: given.flatMap((name) => [name, ...selectedClasses(name)]),
    warnings: strange.length > 0 ? [`"movable" names nothing of this image and no class: ${names}.`] : [],
  };
}

const NOTHING_MOVED = 'Nothing is moved: ';

/** Whether a warning says why nothing is moved. */
export const saysWhyNothingMoves = (warning: string): boolean => warning.startsWith(NOTHING_MOVED);

/** Why no move is offered where something is open and nothing of what may be moved is in sight. */
export function nothingMovable(scene: Scene, verdicts: readonly Verdict[], names: readonly string[]): string[] {
  const open = verdicts.some(({ verdict }) => verdict === 'violated' || verdict === 'uncertain');
  const there = scene.objects.some(({ id, class: name }) => names.includes(id) || names.includes(name));
  if (!open || there || scene.objects.length === 0) return [];
  const few = [...new Set(names)].slice(0, 3).map((name) => quotedText(name, 40));
  return [`${NOTHING_MOVED}of what may be (${few.join(', ')}) nothing is in sight. "movable" names what else may be.`];
}
