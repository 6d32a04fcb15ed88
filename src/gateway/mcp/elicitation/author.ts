import type { Author } from '../../../rulebook/types.ts';

/** Who is written into a rule's history until accounts exist. */
export const AUTHOR: Author = { user: 'mcp' };

export const authorBecause = (reason: string | undefined): Author =>
  reason === undefined ? AUTHOR : { ...AUTHOR, reason };
