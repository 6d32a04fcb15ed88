import type { SeenTag } from '../../contract/seen-tag.ts';
import { findTags } from './find-tags.ts';
import type { Grey } from './grey.ts';

/** What a thread does with one picture. */
export default function look(grey: Grey): SeenTag[] {
  return findTags(grey);
}
