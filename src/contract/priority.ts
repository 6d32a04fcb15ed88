import * as z from 'zod';

/** Most urgent first: what is more urgent is done first. */
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;
export const Priority = z.enum(PRIORITIES);
/** As an argument of what asks for an analysis. */
export const Urgency = Priority.optional().describe('where analyses wait');
export type Priority = z.infer<typeof Priority>;

/** The same call, as urgent as it says; as before where it says nothing. */
export const urgent = <C extends object>(
  call: C,
  priority: Priority | undefined,
): C & { readonly priority?: Priority } => (priority === undefined ? call : { ...call, priority });
