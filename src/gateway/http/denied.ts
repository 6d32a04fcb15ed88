import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import { clientOf } from './client-of.ts';

/** The audit log hears which user or key was refused what; the answer waits for nothing. */
export const tellDenied =
  ({ accounts }: Pick<Services, 'accounts'>) =>
  (request: FastifyRequest, { details }: AppError): void => {
    const { principal, method } = request;
    if (principal === null || principal.kind === 'local') return;
    const asked = `${method} ${request.routeOptions.url ?? 'elsewhere'}`;
    const missing = typeof details.permission === 'string' ? { permission: details.permission } : {};
    accounts
      .record({ principal, client: clientOf(request) }, 'permission_denied', null, { asked, ...missing })
      .catch((err: unknown) => request.log.error({ reqId: request.id, err }, 'a refusal is missing in the audit log'));
  };
