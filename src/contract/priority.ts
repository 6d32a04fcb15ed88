import * as z from 'zod';
import { spelled } from './spelled.ts';

/** Most urgent first: what is more urgent is done first. */
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

const lowerCase = (given: unknown) => (typeof given === 'string' ? given.trim().toLowerCase() : given);
/** As callers write it. */
export const SpelledPriority = spelled(Priority, lowerCase);
/** As an argument of what asks for an analysis. */
export const Urgency = spelled(Priority.optional().describe('where analyses wait'), lowerCase);

/** The same call, as urgent as it says; as before where it says nothing. */
export const urgent = <C extends object>(
  call: C,
  priority: Priority | undefined,
): C & { readonly priority?: Priority } => (priority === undefined ? call : { ...call, priority });
