import type { FastifyPluginAsync } from 'fastify';
import type { Services } from '../../services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No token is asked for. */
    open?: boolean;
    /** Also for a user who must change the password first. */
    beforePasswordChange?: boolean;
  }
}

/** One protocol of the HTTP server: it brings its routes; guard, token, request ids, errors and metrics are there before. */
export interface GatewayPlugin {
  /** What the index at `/` says of it: name and path. */
  readonly index: Readonly<Record<string, string>>;
  /** Registers the routes. What must be closed is closed by an `onClose` hook. */
  readonly routes: FastifyPluginAsync;
}

export type MakePlugin = (services: Services) => GatewayPlugin;
