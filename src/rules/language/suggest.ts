import type { NotUnderstood } from './understand.ts';

/** Up to three sentences near the refused one that do parse. */
export function suggestionsFor(_text: string, _reading: NotUnderstood, _accepts: (s: string) => boolean): string[] {
  return [];
}
