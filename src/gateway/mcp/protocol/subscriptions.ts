import { type McpServer, ProtocolError } from '@modelcontextprotocol/server';
import type { Principal } from '../../../contract/principal.ts';
import { AppError } from '../../../errors.ts';
import type { Bus } from '../../../ports/bus.ts';
import { LIMIT_REACHED } from '../transports/json-rpc.ts';
import { watchChanges } from './changes.ts';

export const MAX_SUBSCRIPTIONS = 500;

/**
 * Announces changed resources on a connection that lasts. A 2025-era client subscribes to single resources and is
 * told about those; on a 2026 connection the SDK filters by what the client listens to.
 */
export function announceChanges(server: McpServer, bus: Bus, principal: Principal, era: 'legacy' | 'modern'): void {
  const wanted = new Set<string>();
  if (era === 'legacy') {
    server.server.setRequestHandler('resources/subscribe', ({ params }) => {
      if (wanted.size >= MAX_SUBSCRIPTIONS && !wanted.has(params.uri)) throw tooMany();
      wanted.add(params.uri);
      return {};
    });
    server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
      wanted.delete(params.uri);
      return {};
    });
  }
  const stop = watchChanges(bus, principal, (uri) => {
    if (era === 'legacy' && !wanted.has(uri)) return;
    // A connection that closes at this moment has no one left to tell.
    server.server.sendResourceUpdated({ uri }).catch(() => {});
  });
  const closed = server.server.onclose;
  server.server.onclose = () => {
    stop();
    closed?.();
  };
}

/** What a connection is told that asks for one subscription more than `most`. */
export function tooMany(most = MAX_SUBSCRIPTIONS): ProtocolError {
  const error = new AppError('SYSTEM_002', {
    message: `This connection holds ${most} subscriptions, which is the most.`,
    advice: 'End one first.',
  });
  return new ProtocolError(LIMIT_REACHED, `${error.code}: ${error.message} ${error.advice}`, error.toJSON());
}
