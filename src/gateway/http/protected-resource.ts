import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PERMISSIONS } from '../../contract/principal.ts';
import type { AppError } from '../../errors.ts';
import { originOf } from './origin-of.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * What clients ask to learn how they may call (RFC 9728): for the server, and for each of the protocols at its own address. There is
 * no authorization server: tokens come from logging in, from an administrator or from the configuration.
 */
export function routeProtectedResource(app: FastifyInstance, paths: readonly string[]): void {
  for (const path of ['', ...paths]) {
    const config = { open: true, beforePasswordChange: true };
    app.get(`${WELL_KNOWN}${path}`, { config, schema: { hide: true } }, (request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return {
        resource: `${originOf(request)}${path === '' ? '/' : path}`,
        scopes_supported: PERMISSIONS,
        bearer_methods_supported: ['header'],
        resource_name: 'Intelligent Mug Positioning',
        resource_documentation: `${originOf(request)}/api/docs`,
      };
    });
  }
}

/** What a refusal says of the way in (RFC 6750, RFC 9728); null for one that no other token would change. */
export function challengeOf(error: AppError, status: number, request: FastifyRequest): string | null {
  const missing = status === 403 && error.code === 'AUTH_003' ? error.details.permission : undefined;
  if (status !== 401 && typeof missing !== 'string') return null;
  const { resource, scopes = [] } = request.routeOptions.config;
  const scope = typeof missing === 'string' ? missing : scopes.join(' ');
  const hasToken = /^Bearer /i.test(request.headers.authorization ?? '');
  const why = status === 403 ? 'insufficient_scope' : hasToken ? 'invalid_token' : null;
  return [
    'Bearer realm="h200-mug"',
    ...(why === null ? [] : [`error="${why}"`]),
    ...(scope === '' ? [] : [`scope="${scope}"`]),
    `resource_metadata="${originOf(request)}${WELL_KNOWN}${resource ?? ''}"`,
  ].join(', ');
}
