import type { DelegationTrace, ReceivedTrace } from '../contract/delegation-trace.ts';
import { AppError } from '../errors.ts';

/** What goes along when `own` hands a question on. Throws DELEGATION_002 where it was here before, was handed on too often, or cannot be known to be neither. */
export function nextTrace(own: string, before: ReceivedTrace | undefined, mostDepth: number): DelegationTrace {
  if (before === 'unreadable') throw unreadable();
  const trace = before?.trace ?? [];
  const depth = Math.max(before?.depth ?? 0, trace.length) + 1;
  if (trace.includes(own))
    throw refused('This question has come back to the agent that handed it on.', depth, mostDepth);
  if (depth > mostDepth) throw refused(`This question was handed on ${mostDepth} times already.`, depth, mostDepth);
  return { trace: [...trace, own], depth };
}

const refused = (message: string, depth: number, limit: number) =>
  new AppError('DELEGATION_002', { message, details: { depth, limit } });

const unreadable = () =>
  new AppError('DELEGATION_002', {
    message: 'This question came with a trace that cannot be read, so it is not handed on.',
    advice: 'Answer it here; whoever sent it should send {"trace": [at most 32 ids], "depth": 0 to 1000}.',
  });
