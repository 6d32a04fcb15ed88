import { fileURLToPath } from 'node:url';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { ToolCall } from './tool.ts';

const ROOTS_KEY = 'client_roots';
const MAX_ROOTS = 50;
/** More are not even looked at. */
const MAX_LISTED_ROOTS = 1000;
const ROOTS_MS = 2000;

/** What the client of this request can do: told with each request (2026) or once at the handshake (2025). */
export function clientCapabilities(server: McpServer, ctx: ServerContext): ClientCapabilities {
  return declaredWith(ctx) ?? server.server.getClientCapabilities() ?? {};
}

function declaredWith(ctx: ServerContext): ClientCapabilities | undefined {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  return envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
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

/** Folders that the client told when it was asked, perhaps none; undefined when it was not asked yet. */
export function clientRoots(ctx: ServerContext): string[] | undefined {
  const { inputResponses, droppedInputResponseKeys = [] } = ctx.mcpReq;
  if (inputResponses === undefined) return undefined;
  const response = inputResponse(inputResponses, ROOTS_KEY);
  if (response.kind === 'roots') return usableRoots(response.roots);
  // An answer that is none would be asked for again with every round. Answers to other questions do not count.
  const asked = ROOTS_KEY in inputResponses || droppedInputResponseKeys.includes(ROOTS_KEY);
  return asked || Object.keys(inputResponses).length === 0 ? [] : undefined;
}

const ToldRoots = z.object({ roots: z.array(z.unknown()) });

/**
 * Asks for the client's folders and goes on with what it tells. A 2026 client calls again with them; a 2025-era client
 * is asked at once and has ROOTS_MS: what it refuses, garbles or never answers counts as no folders.
 */
export async function askForRoots<T>(
  ctx: ServerContext,
  goOn: (ctx: ServerContext) => Promise<T>,
): Promise<T | InputRequiredResult> {
  if (declaredWith(ctx) !== undefined)
    return inputRequired({ inputRequests: { [ROOTS_KEY]: inputRequired.listRoots() } });
  const { mcpReq } = ctx;
  const options = { timeout: ROOTS_MS, signal: mcpReq.signal };
  const { roots } = await mcpReq.send({ method: 'roots/list' }, ToldRoots, options).catch(() => ({ roots: [] }));
  const inputResponses = { ...mcpReq.inputResponses, [ROOTS_KEY]: { roots } };
  return goOn({ ...ctx, mcpReq: { ...mcpReq, inputResponses } });
}

function usableRoots(listed: readonly unknown[]): string[] {
  return listed.slice(0, MAX_LISTED_ROOTS).flatMap(folderOf).slice(0, MAX_ROOTS);
}

/** A root that names another machine would make this one call it. */
function folderOf(root: unknown): string[] {
  try {
    const url = new URL((root as { uri: string }).uri);
    const path = fileURLToPath(url);
    return url.host === '' && !path.includes('\0') ? [path] : [];
  } catch {
    return [];
  }
}
