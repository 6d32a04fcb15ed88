import type { CallContext } from '../contract/call-context.ts';
import { AppError } from '../errors.ts';
import { can } from './can.ts';

/** What comes before everybody's is for those who look after the servers. Throws AUTH_003. */
export function demandUrgency({ principal, priority }: CallContext): void {
  if (priority !== 'critical' || can(principal, 'servers:control')) return;
  throw new AppError('AUTH_003', {
    message: 'This caller may not send anything as "critical".',
    advice: 'Send it with the priority "high", or ask for the permission named in the details.',
    details: { permission: 'servers:control', role: principal.role, field: 'priority' },
  });
}
