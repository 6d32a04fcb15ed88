import { deskClass } from '../contract/detection.ts';
import { membersOf, nounOf } from '../contract/objects.ts';
import { plainText } from '../plain-text.ts';
import type { SceneObject } from '../scene/types.ts';

/** Stands for everything that was found, except the table itself. */
export const ANYTHING = 'object';

/** Made to be stood on: no obstacle to what stands on them when a rule speaks of any object. */
export const FLAT_SURFACES: ReadonlySet<string> = new Set(['coaster', 'desk_mat']);

/** The one spelling of a selector: `Desk mat` → `desk_mat`, `cup` → `mug`. Unknown names stay as they are. */
export function normalSelector(name: string): string {
  const plain = name.trim().toLowerCase();
  const own = deskClass(plain);
  return own === plain ? plain.replace(/[\s-]+/g, '_') : own;
}

/** Whether an object of this class is meant by a (normal) selector: class, group or `object`. */
export function matches(selector: string, objectClass: string): boolean {
  if (selector === ANYTHING) return objectClass !== 'table';
  return selector === objectClass || membersOf(selector).includes(deskClass(objectClass));
}

/** What an object is, where its attribute was measured: true, false, or null when the image does not tell. */
export function hasAttribute(object: SceneObject, attribute: string): boolean | null {
  if (!Object.hasOwn(object.attributes, attribute)) return null;
  const value = object.attributes[attribute];
  if (value === 1 || value === 'yes' || value === 'true') return true;
  if (value === 0 || value === 'no' || value === 'false') return false;
  return null;
}

/** A selector as a word of a sentence. */
export function wordFor(selector: string, many = false): string {
  const noun = nounOf(normalSelector(selector));
  return plainText(many ? noun.many : noun.one);
}
