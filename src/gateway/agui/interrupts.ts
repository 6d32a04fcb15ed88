import type { Interrupt, RunAgentInput } from '@ag-ui/core';
import type { InputRequest, InputRequiredResult, RequestStateCodec, ServerContext } from '@modelcontextprotocol/server';
import type { PlannedCall } from '../../agent/plan.ts';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Idempotency } from '../../idempotency/idempotency.ts';
import { type Keyed, type RoundState, sealedStates, TTL_SECONDS } from '../mcp/elicitation/round-state.ts';
import { invalidInput } from './run-input.ts';

/** What a run that asked must know again: it is the id of the interrupt, signed and tied to caller and thread. */
export interface Pending {
  /** The call that asked, and what was to follow it. */
  readonly calls: readonly PlannedCall[];
  readonly key: string;
  readonly toolCallId: string;
  readonly state?: RoundState;
}

export interface Resumed extends Pending {
  /** Null: nobody answers. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly interruptId: string;
}

const NO_CONTEXT = {} as ServerContext;
const codec = (surface: Keyed, { kind, id }: Principal, threadId: string): RequestStateCodec<Pending> =>
  sealedStates(surface, () => `ag-ui\0${kind}\0${id}\0${threadId}`);

/** A question of a tool, as an MCP client would be asked. */
export interface Question {
  readonly key: string;
  readonly request: InputRequest;
}

/** Undefined: what is asked is no form. */
export function questionOf({ inputRequests }: InputRequiredResult): Question | undefined {
  const [first] = Object.entries(inputRequests ?? {});
  if (first === undefined || first[1].method !== 'elicitation/create') return undefined;
  return { key: first[0], request: first[1] };
}

export async function interruptOf(
  surface: Keyed,
  principal: Principal,
  threadId: string,
  pending: Pending,
  { request }: Question,
): Promise<Interrupt> {
  const { message, requestedSchema } = request.params as { message: string; requestedSchema?: Record<string, unknown> };
  return {
    id: await codec(surface, principal, threadId).mint(pending, NO_CONTEXT),
    reason: 'input_required',
    message,
    toolCallId: pending.toolCallId,
    ...(requestedSchema !== undefined && { responseSchema: requestedSchema }),
    expiresAt: new Date(Date.now() + TTL_SECONDS * 1000).toISOString(),
  };
}

/** Null: the run begins something new. Throws VALIDATION_002 for an id that is none of this caller's and thread's, or too old. */
export async function resumedBy(
  surface: Keyed,
  principal: Principal,
  { resume, threadId }: RunAgentInput,
): Promise<Resumed | null> {
  const [entry, ...more] = resume ?? [];
  if (entry === undefined) return null;
  if (more.length > 0) throw invalidInput('A run asks one question, and takes one answer.', { field: 'resume' });
  const pending = await codec(surface, principal, threadId)
    .verify(entry.interruptId, NO_CONTEXT)
    .catch(() => {
      throw invalidInput('The interrupt is not of this thread and caller, or is over.', {
        field: 'resume.0.interruptId',
      });
    });
  const { payload } = entry;
  const given = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  if (entry.status === 'resolved' && !given)
    throw invalidInput('The answer to an interrupt is an object.', { field: 'resume.0.payload' });
  const { interruptId } = entry;
  return { ...pending, interruptId, answer: entry.status === 'resolved' ? (payload as Record<string, unknown>) : null };
}

/** Throws VALIDATION_002 where it was answered before, on whichever server: what it made would be made again. */
export async function answerOnce(
  idempotency: Idempotency,
  principal: Principal,
  { interruptId }: Resumed,
): Promise<void> {
  const claim = await idempotency.claim(principal, `ag-ui interrupt ${interruptId}`, '').catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'IDEMPOTENCY_002') throw answered();
    throw thrown;
  });
  if (claim.repeated !== null) throw answered();
  // For longer than an interrupt is good, whatever comes of the run.
  await claim.done({ status: 200, location: null, body: '', analysisIds: [] }, false);
}

const answered = () =>
  new AppError('VALIDATION_002', {
    message: 'The interrupt was answered already.',
    advice: 'Say what you want in a new message.',
    details: { field: 'resume.0.interruptId' },
  });
