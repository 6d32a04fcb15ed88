import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../contract/principal.ts';
import type { Services } from '../../services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No token is asked for. */
    open?: boolean;
    /** Also for a user who must change the password first. */
    beforePasswordChange?: boolean;
    /** Path of the protocol that the route belongs to, where that has an address of its own. */
    resource?: string;
    /** What a caller needs to get anywhere with it. */
    scopes?: readonly Permission[];
  }
}

/** One protocol of the HTTP server: it brings its routes; guard, token, request ids, errors and metrics are there before. */
export interface GatewayPlugin {
  /** What the index at `/` says of it: name and path. */
  readonly index: Readonly<Record<string, string>>;
  /** Paths under which clients look for how they may call it. */
  readonly resources?: readonly string[];
  /** What browsers get at `/` in place of the index. */
  readonly home?: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Registers the routes. What must be closed is closed by an `onClose` hook. */
  readonly routes: FastifyPluginAsync;
}

export type MakePlugin = (services: Services) => GatewayPlugin;
