import * as z from 'zod';
import { Notice } from './notice.ts';

/** A part of a notice that may be overtaken by itself. */
export const Statement = z.strictObject({
  /** A rule, or a rule and its things; null: nothing that could come right. */
  about: z.string().nullable(),
  state: z.enum(['broken', 'right']).nullable(),
  lines: z.array(z.string()),
  /** Since when what is broken holds again; null: it is not known to. */
  over: z.string().nullable(),
});
export type Statement = z.infer<typeof Statement>;

/** A notice that waits, in parts. Absent in what an older version wrote: place and statements. */
export const Held = z.strictObject({
  ...Notice.shape,
  place: z.string().optional(),
  statements: z.array(Statement).optional(),
});
export type Held = z.infer<typeof Held>;

export const remark = (...lines: readonly string[]): Statement => ({
  about: null,
  state: null,
  lines: [...lines],
  over: null,
});
