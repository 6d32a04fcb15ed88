import type { ContentBlock } from '@modelcontextprotocol/server';

export interface ToolAnswer<O> {
  /** Short markdown: what happened, ids, at most three hints. */
  readonly text: string;
  /** Complete in itself; shown by clients that drop `text`. Null for tools without an output schema. */
  readonly structured: O;
  /** Images and links. */
  readonly blocks?: readonly ContentBlock[];
}
