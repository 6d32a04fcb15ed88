import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import type { FleetService } from './service.ts';

/** Where no provider is configured: what to set is said, to those who might have done it. */
export function unconfiguredFleet(): FleetService {
  const refuse = (permission: Permission) => async (ctx: CallContext) => {
    demand(ctx.principal, permission);
    throw new AppError('SERVER_005');
  };
  return {
    async list({ principal }) {
      demand(principal, 'servers:read');
      const { message, advice } = new AppError('SERVER_005');
      return {
        servers: [],
        provider: { state: 'not_configured', reason: `${message} ${advice}`, simulated: false, reconciled_at: null },
        idle_timeout_seconds: { serverless: 600, timed: 600 },
        unknown: [],
      };
    },
    get: refuse('servers:read'),
    offers: refuse('servers:read'),
    quote: refuse('servers:read'),
    create: refuse('servers:deploy'),
    control: refuse('servers:control'),
    configure: refuse('servers:control'),
    cost: refuse('servers:read'),
    logs: refuse('servers:read'),
    follow: (ctx) => ({
      [Symbol.asyncIterator]: () => ({
        async next() {
          await refuse('servers:read')(ctx);
          return { done: true, value: undefined };
        },
      }),
    }),
  };
}
