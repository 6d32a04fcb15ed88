import { randomUUID } from 'node:crypto';
import { type AGUIEvent, EventType, PROTOCOL_VERSION, type RunAgentInput } from '@ag-ui/core';
import { ENGLISH_ONLY, looksForeign } from '../../agent/missing-words.ts';
import { HELP, type PlannedCall } from '../../agent/plan.ts';
import { spokenText } from '../../agent/spoken-text.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { type AppError, toAppError } from '../../errors.ts';
import { printableJson } from '../../plain-text.ts';
import type { Services } from '../../services.ts';
import { logFailure } from '../../telemetry/log-failure.ts';
import type { McpSurface } from '../mcp/protocol/surface.ts';
import type { Tool } from '../mcp/protocol/tool.ts';
import { changesOf, firstState, progressChange } from './agent-state.ts';
import { interruptOf, type Resumed } from './interrupts.ts';
import { runTool } from './run-tool.ts';

export interface RunParts {
  readonly services: Services;
  readonly surface: McpSurface;
  readonly input: RunAgentInput;
  readonly call: CallContext & { readonly signal: AbortSignal };
  readonly calls: readonly PlannedCall[];
  readonly resumed: Resumed | null;
  /** Of this server, as the client knows it: links begin with it. */
  readonly origin: string;
  /** How a picture is shown in place of its bytes. */
  readonly named: ReadonlyMap<string, string>;
  emit(event: AGUIEvent): void;
  drained(): Promise<void>;
}

/** Where a run ended, when it was not with an error. */
type End =
  | { readonly type: 'success' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'interrupt'; readonly interrupts: [Awaited<ReturnType<typeof interruptOf>>] };

/** Says every event of one run, from RUN_STARTED to RUN_FINISHED or RUN_ERROR. Never throws. */
export async function runAgent(parts: RunParts): Promise<void> {
  const { emit, input, services } = parts;
  const { threadId, runId } = input;
  emit({ type: EventType.RUN_STARTED, threadId, runId, protocolVersion: PROTOCOL_VERSION });
  emit({ type: EventType.STATE_SNAPSHOT, snapshot: firstState(input.state) });
  const found: Record<string, string[]> = {};
  try {
    const outcome = await answerAll(parts, found);
    emit({ type: EventType.RUN_FINISHED, threadId, runId, outcome, result: found });
  } catch (thrown) {
    const error = toAppError(parts.call.signal.aborted ? parts.call.signal.reason : thrown);
    if (error.http >= 500) logFailure(services.log, error, {}, 'an AG-UI run failed');
    emit({ type: EventType.RUN_ERROR, message: wordsOf(error), code: error.code });
  }
}

const wordsOf = ({ message, advice }: AppError) => `${message} ${advice}`;

async function answerAll(parts: RunParts, found: Record<string, string[]>): Promise<End> {
  const { emit, calls, resumed, surface, call, input } = parts;
  if (resumed?.answer === null) {
    say(emit, 'Nothing was stored: the question was not answered.');
    return { type: 'cancelled' };
  }
  if (calls.length === 0) say(emit, HELP);
  for (const [index, planned] of calls.entries()) {
    const tool = surface.tools.find(({ name }) => name === planned.tool)!;
    const isResumed = index === 0 && resumed !== null;
    const toolCallId = isResumed ? resumed.toolCallId : `call_${randomUUID()}`;
    if (!isResumed) announce(parts, planned, toolCallId);
    const outcome = await stepping(parts, planned, tool, isResumed ? resumed : null, toolCallId);
    if (outcome === null) continue;
    if ('question' in outcome) {
      const pending = { calls: calls.slice(index), key: outcome.question.key, toolCallId };
      const kept = { ...pending, ...(outcome.state !== undefined && { state: outcome.state }) };
      const interrupt = await interruptOf(surface, call.principal, input.threadId, kept, outcome.question);
      return { type: 'interrupt', interrupts: [interrupt] };
    }
    const { text, structured } = outcome.answer;
    const shown = (structured ?? {}) as Record<string, unknown>;
    result(emit, toolCallId, structured === null ? text : printableJson(structured));
    const changes = changesOf(planned.tool, shown);
    if (changes.length > 0) emit({ type: EventType.STATE_DELTA, delta: changes });
    say(emit, spokenText(text));
    if (shown.analysis !== undefined)
      emit({ type: EventType.CUSTOM, name: 'positioning.report', value: shown.analysis });
    await offerPicture(parts, shown);
    remember(found, shown);
    await parts.drained();
  }
  return { type: 'success' };
}

/** How long a link to a picture lives, s. */
const LINK_S = 3600;

/** The annotated picture, where there is one and it may be linked to. */
async function offerPicture({ emit, services, call, origin }: RunParts, shown: Record<string, unknown>): Promise<void> {
  const { analysis, analysis_id: id } = shown as { analysis?: { stored?: boolean }; analysis_id?: unknown };
  if (analysis === undefined || analysis.stored === false || typeof id !== 'string') return;
  if (services.capabilities.readOnly) return;
  try {
    const link = await services.analyses.link(call, id, { of: 'annotated', expires_in_s: LINK_S });
    const value = { analysis_id: id, url: new URL(link.url, origin).href, content_type: link.content_type };
    emit({ type: EventType.CUSTOM, name: 'positioning.picture', value: { ...value, expires_at: link.expires_at } });
    say(emit, `The annotated picture, for an hour: ${value.url}`);
  } catch {
    // There is no photo to draw on.
  }
}

function announce({ emit, named }: RunParts, { tool, args }: PlannedCall, toolCallId: string): void {
  const { image } = args;
  const shown = typeof image === 'string' ? { ...args, image: named.get(image) ?? image.slice(0, 2000) } : args;
  emit({ type: EventType.TOOL_CALL_START, toolCallId, toolCallName: tool });
  emit({ type: EventType.TOOL_CALL_ARGS, toolCallId, delta: printableJson(shown) });
  emit({ type: EventType.TOOL_CALL_END, toolCallId });
}

/** The stages of one tool as steps. Null: its words were no rule, which was said. */
async function stepping(
  { emit, services, call }: RunParts,
  planned: PlannedCall,
  tool: Tool,
  resumed: Resumed | null,
  toolCallId: string,
) {
  let stepName: string | undefined;
  let open = true;
  const step = (next: string | undefined) => {
    if (stepName !== undefined) emit({ type: EventType.STEP_FINISHED, stepName });
    stepName = next;
    if (stepName !== undefined) emit({ type: EventType.STEP_STARTED, stepName });
  };
  step(tool.title);
  const progress = (done: number, total: number, message: string) => {
    if (!open) return;
    emit({ type: EventType.STATE_DELTA, delta: progressChange(done, total, message) });
    if (done < total && message !== stepName) step(message);
  };
  try {
    const outcome = await runTool(tool, planned.args, { ...call, services, progress }, resumed);
    emit({ type: EventType.STATE_DELTA, delta: progressChange(1, 1, 'question' in outcome ? 'asking' : 'done') });
    return outcome;
  } catch (thrown) {
    const error = toAppError(thrown);
    result(emit, toolCallId, `${error.code}: ${wordsOf(error)}`);
    if (planned.perhapsNoRule !== true || error.code !== 'RULES_004') throw error;
    const foreign = looksForeign(String(planned.args.text)) ? ` ${ENGLISH_ONLY}` : '';
    say(emit, `Not tried as a rule. ${wordsOf(error)}${foreign}`);
    return null;
  } finally {
    open = false;
    step(undefined);
  }
}

function result(emit: RunParts['emit'], toolCallId: string, content: string): void {
  emit({ type: EventType.TOOL_CALL_RESULT, messageId: `msg_${randomUUID()}`, toolCallId, role: 'tool', content });
}

const DELTA = 1000;

function say(emit: RunParts['emit'], text: string): void {
  const messageId = `msg_${randomUUID()}`;
  emit({ type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' });
  const letters = Array.from(text);
  for (let at = 0; at < letters.length; at += DELTA)
    emit({ type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta: letters.slice(at, at + DELTA).join('') });
  emit({ type: EventType.TEXT_MESSAGE_END, messageId });
}

/** Ids of what the run made or read, for whoever goes on with them. */
function remember(found: Record<string, string[]>, shown: Readonly<Record<string, unknown>>): void {
  const rule = shown.rule as { rule_id?: unknown } | undefined;
  for (const [name, id] of [
    ['analysis_ids', shown.analysis === undefined ? undefined : shown.analysis_id],
    ['rule_ids', rule?.rule_id],
  ] as const) {
    if (typeof id === 'string') found[name] = [...(found[name] ?? []), id];
  }
}
