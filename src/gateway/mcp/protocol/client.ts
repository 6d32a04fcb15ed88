import { fileURLToPath } from 'node:url';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { ToolCall } from './tool.ts';

export const ROOTS_KEY = 'client_roots';
const MOST_ROOTS = 50;

/** What the client of this request can do: told with each request (2026) or once at the handshake (2025). */
export function clientCapabilities(server: McpServer, ctx: ServerContext): ClientCapabilities {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  return declared ?? server.server.getClientCapabilities() ?? {};
}

/** An empty elicitation capability means forms. */
export function canShowForms({ elicitation }: ClientCapabilities): boolean {
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

export function formAnswer(ctx: ServerContext, key: string): ReturnType<ToolCall['answer']> {
  const response = inputResponse(ctx.mcpReq.inputResponses, key);
  if (response.kind !== 'elicit') return undefined;
  return response.action === 'accept' ? { accepted: true, content: response.content ?? {} } : { accepted: false };
}

/** Folders that the client told in answer to our question; undefined when it was not asked. */
export function clientRoots(ctx: ServerContext): string[] | undefined {
  const response = inputResponse(ctx.mcpReq.inputResponses, ROOTS_KEY);
  if (response.kind !== 'roots') return undefined;
  return response.roots.slice(0, MOST_ROOTS).flatMap(({ uri }) => {
    try {
      return [fileURLToPath(uri)];
    } catch {
      return [];
    }
  });
}
