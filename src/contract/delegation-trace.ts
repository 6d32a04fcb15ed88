import * as z from 'zod';

/** Who handed a question on before it came here, the first of them first. */
export const DelegationTrace = z.strictObject({
  trace: z.array(z.string().min(1).max(80)).max(32),
  /** How often it was handed on; a peer that keeps no trace may still count. */
  depth: z.int().min(0).max(1000),
});
export type DelegationTrace = z.infer<typeof DelegationTrace>;

/** Where a message of A2A carries it. */
export const DELEGATION_METADATA = 'h200.delegation';

/** A trace as it came: one that is there and says nothing hides how often the question was handed on. */
export type ReceivedTrace = DelegationTrace | 'unreadable';

/** Of the metadata of a message; undefined where it has none. */
export function traceIn(metadata: unknown): ReceivedTrace | undefined {
  const found = (metadata as Record<string, unknown> | null | undefined)?.[DELEGATION_METADATA];
  if (found === undefined) return undefined;
  const read = DelegationTrace.safeParse(found);
  return read.success ? read.data : 'unreadable';
}
