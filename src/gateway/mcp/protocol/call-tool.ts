import { randomUUID } from 'node:crypto';
import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { AppError, toAppError } from '../../../errors.ts';
import type { Services } from '../../../services.ts';
import { logFailure } from '../../../telemetry/log-failure.ts';
import { type SpanAbout, traced } from '../../../telemetry/trace/spans.ts';
import { readTraceparent } from '../../../telemetry/trace/traceparent.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import { clientModel } from '../elicitation/client-model.ts';
import { type RoundState, roundStates } from '../elicitation/round-state.ts';
import { askForRoots, canShowForms, clientCapabilities, clientRoots, formAnswer } from './client.ts';
import type { CreateOptions } from './create-options.ts';
import { progressOf } from './progress.ts';
import { CALL_LIMIT_MS } from './running-requests.ts';
import type { McpSurface } from './surface.ts';
import type { Tool, ToolCall } from './tool.ts';
import { toolError, toolResult } from './tool-result.ts';

/** Of the time of a call: by then what works on it in parts answers with those that it has. */
const ANSWERED_WITHIN = 0.9;

/** Checks the arguments, runs the tool, and turns every failure into an answer that says what to do. */
export async function callTool(
  tool: Tool,
  args: unknown,
  ctx: ServerContext,
  server: McpServer,
  services: Services,
  surface: McpSurface,
  options: CreateOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const { transport, principal, client } = options;
  const started = performance.now();
  const requestId = `req_${randomUUID()}`;
  const capabilities = clientCapabilities(server, ctx);
  const roots = transport === 'stdio' ? clientRoots(ctx) : undefined;
  const model = clientModel(ctx, capabilities);
  const state = ctx.mcpReq.requestState<RoundState>();
  const progress = progressOf(ctx);
  const call: ToolCall = {
    services,
    principal,
    ...(client !== undefined && { client }),
    signal: ctx.mcpReq.signal,
    until: started + ANSWERED_WITHIN * (surface.callLimitMs ?? CALL_LIMIT_MS),
    ...(roots !== undefined && { roots }),
    mayStore: !services.capabilities.readOnly,
    progress: progress.tell,
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
    const answer = await traced(`tool ${tool.name}`, parentOf(ctx), () => tool.run(readArguments(tool, args), call));
    if (isInputRequiredResult(answer)) return answer;
    await progress.finish();
    return toolResult(answer as Exclude<typeof answer, InputRequiredResult>);
  } catch (thrown) {
    const error = toAppError(thrown);
    const outside = error.code === 'VALIDATION_007' && error.details.allowed_roots !== undefined;
    if (outside && transport === 'stdio' && roots === undefined && capabilities.roots) {
      return askForRoots(ctx, (next) => callTool(tool, args, next, server, services, surface, options));
    }
    status = error.http;
    if (status >= 500) {
      logFailure(services.log, error, { tool: tool.name, requestId, client }, 'a tool failed');
    }
    return toolError(error, requestId);
  } finally {
    // HTTP requests are counted by the HTTP server.
    if (transport === 'stdio') countRequest(services, status, performance.now() - started);
  }
}

/** What the client names in `_meta`, else the HTTP request that it came with. */
function parentOf({ mcpReq }: ServerContext): SpanAbout {
  const parent = readTraceparent(mcpReq._meta?.traceparent);
  return { kind: 'server', ...(parent !== null && { parent }) };
}

function countRequest({ metrics }: Services, status: number, ms: number): void {
  metrics.requests.inc({ status: String(status) });
  metrics.requestDuration.observe(ms / 1000);
  metrics.lastRequest.set(Date.now() / 1000);
}
