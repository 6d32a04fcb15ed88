import type { CallContext } from '../../contract/call-context.ts';
import { ALONE, type Caller } from './gate.ts';

/** All callers without an account are one principal: they share by where they call from. */
export function callerOf({ principal, client }: Pick<CallContext, 'principal' | 'client'>): Caller {
  if (principal.kind !== 'local') return `principal ${principal.id}`;
  return client === undefined ? ALONE : `client ${client}`;
}
