import { type InputRequiredResult, isInputRequiredResult } from '@modelcontextprotocol/server';
import { AppError } from '../../errors.ts';
import type { ToolAnswer } from '../../presentation/answer.ts';
import { readArguments } from '../lenient/read-arguments.ts';
import type { RoundState } from '../mcp/elicitation/round-state.ts';
import type { Tool, ToolCall } from '../mcp/protocol/tool.ts';
import { type Question, questionOf, type Resumed } from './interrupts.ts';

export type Outcome =
  | { readonly answer: ToolAnswer<unknown> }
  | { readonly question: Question; readonly state?: RoundState };

/** Runs a tool as MCP does, for a client that can show forms. What a tool that heeds no signal still does is nobody's any more. */
export async function runTool(
  tool: Tool,
  args: unknown,
  caller: Pick<ToolCall, 'services' | 'principal' | 'client' | 'signal' | 'progress'>,
  resumed: Resumed | null,
): Promise<Outcome> {
  let kept: RoundState | undefined;
  const call: ToolCall = {
    ...caller,
    mayStore: !caller.services.capabilities.readOnly,
    canAsk: true,
    answer(key) {
      if (resumed === null || resumed.key !== key) return undefined;
      return resumed.answer === null ? { accepted: false } : { accepted: true, content: { ...resumed.answer } };
    },
    ...(resumed?.state !== undefined && { state: resumed.state }),
    async seal(state) {
      kept = state;
      return '';
    },
  };
  const answer = await unlessAborted(tool.run(readArguments(tool, args), call), caller.signal);
  if (!isInputRequiredResult(answer)) return { answer: answer as Exclude<typeof answer, InputRequiredResult> };
  const question = questionOf(answer);
  if (question === undefined) throw new AppError('SYSTEM_003');
  return { question, ...(kept !== undefined && { state: kept }) };
}

function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const end = () => aborted.reject(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  running.catch(() => {});
  return Promise.race([running, aborted.promise]).finally(() => signal.removeEventListener('abort', end));
}
