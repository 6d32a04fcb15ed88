import { type McpServer, ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

const LISTS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);
const Params = z.looseObject({ cursor: z.unknown().optional() });

type Handler = (request: { method: string; params: unknown }, ctx: ServerContext) => unknown;
type SetHandler = (method: string, ...rest: readonly unknown[]) => void;

/**
 * The server's own lists have one page each, so every cursor is one that nobody was given: -32602, where the SDK ignores
 * it and answers the first page again. To be called before anything is registered.
 */
export function refuseCursors({ server }: McpServer): void {
  const set = server.setRequestHandler.bind(server) as SetHandler;
  const setChecked: SetHandler = (method, ...rest) => {
    const [handler] = rest;
    if (!LISTS.has(method) || typeof handler !== 'function') return set(method, ...rest);
    set(method, { params: Params }, (params: z.infer<typeof Params>, ctx: ServerContext) => {
      const { cursor, ...others } = params;
      if (cursor === undefined || cursor === null) return (handler as Handler)({ method, params: others }, ctx);
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Invalid cursor: ${method} has one page. Leave cursor out.`,
      );
    });
  };
  server.setRequestHandler = setChecked as typeof server.setRequestHandler;
}
