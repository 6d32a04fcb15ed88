import { randomUUID } from 'node:crypto';
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  isInputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { AppError, toAppError } from '../../../errors.ts';
import type { Services } from '../../../services.ts';
import { clientModel } from '../elicitation/client-model.ts';
import { type RoundState, roundStates } from '../elicitation/round-state.ts';
import { canShowForms, clientCapabilities, clientRoots, formAnswer, ROOTS_KEY } from './client.ts';
import type { CreateOptions } from './create-options.ts';
import { readArguments } from './read-arguments.ts';
import type { McpSurface } from './surface.ts';
import type { Tool, ToolCall } from './tool.ts';
import { toolError, toolResult } from './tool-result.ts';

/** Checks the arguments, runs the tool, and turns every failure into an answer that says what to do. */
export async function callTool(
  tool: Tool,
  args: unknown,
  ctx: ServerContext,
  server: McpServer,
  services: Services,
  surface: McpSurface,
  { door, principal }: CreateOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const started = performance.now();
  const requestId = `req_${randomUUID()}`;
  const capabilities = clientCapabilities(server, ctx);
  const roots = door === 'stdio' ? clientRoots(ctx) : undefined;
  const model = clientModel(ctx, capabilities);
  const state = ctx.mcpReq.requestState<RoundState>();
  const call: ToolCall = {
    services,
    principal,
    signal: ctx.mcpReq.signal,
    ...(roots !== undefined && { roots }),
    mayStore: !services.capabilities.readOnly,
    progress: progressOf(ctx),
    canAsk: canShowForms(capabilities),
    answer: (key) => formAnswer(ctx, key),
    ...(model !== undefined && { model }),
    ...(state !== undefined && { state }),
    seal: (round) => roundStates(surface, principal).mint(round, ctx),
  };
  let status = 200;
  try {
    // A request can be cancelled before its handler starts.
    if (call.signal.aborted) throw new AppError('ANALYSIS_006');
    const answer = await tool.run(readArguments(tool, args), call);
    return isInputRequiredResult(answer) ? answer : toolResult(answer as Exclude<typeof answer, InputRequiredResult>);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'VALIDATION_007' && door === 'stdio' && roots === undefined && capabilities.roots) {
      return inputRequired({ inputRequests: { [ROOTS_KEY]: inputRequired.listRoots() } });
    }
    status = error.http;
    if (status >= 500) services.log.error({ err: error.cause ?? error, code: error.code, tool: tool.name, requestId });
    return toolError(error, requestId);
  } finally {
    // HTTP requests are counted by the HTTP server.
    if (door === 'stdio') countRequest(services, status, performance.now() - started);
  }
}

function countRequest({ metrics }: Services, status: number, ms: number): void {
  metrics.requests.inc({ status: String(status) });
  metrics.requestDuration.observe(ms / 1000);
  metrics.lastRequest.set(Date.now() / 1000);
}

/** Progress only where the client gave a token. The last stage is told by the result: a notice sent with it is lost. */
function progressOf(ctx: ServerContext): ToolCall['progress'] {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let last = -1;
  return (progress, total, message) => {
    if (progress >= total || progress <= last) return;
    last = progress;
    const params = { progressToken, progress, total, message };
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
