import type { DelegationTrace } from '../contract/delegation-trace.ts';
import { AppError } from '../errors.ts';

/** What goes along when `own` hands a question on. Throws DELEGATION_002 where it was here before, or was handed on too often. */
export function nextTrace(own: string, before: DelegationTrace | undefined, mostDepth: number): DelegationTrace {
  const trace = before?.trace ?? [];
  const depth = Math.max(before?.depth ?? 0, trace.length) + 1;
  if (trace.includes(own))
    throw refused('This question has come back to the agent that handed it on.', depth, mostDepth);
  if (depth > mostDepth) throw refused(`This question was handed on ${mostDepth} times already.`, depth, mostDepth);
  return { trace: [...trace, own], depth };
}

const refused = (message: string, depth: number, limit: number) =>
  new AppError('DELEGATION_002', { message, details: { depth, limit } });
