import { type Part, type Task, TaskState } from '@a2a-js/sdk';
import { AgentEvent, type AgentExecutor, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server';
import { meantSkill } from '../../agent/meant-skill.ts';
import { spokenText } from '../../agent/spoken-text.ts';
import type { PushTarget } from '../../agent-tasks/service.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { type ReceivedTrace, traceIn } from '../../contract/delegation-trace.ts';
import { AppError, toAppError } from '../../errors.ts';
import { FairShare } from '../../fair-share.ts';
import type { Services } from '../../services.ts';
import { logFailure } from '../../telemetry/log-failure.ts';
import { LATE, withinLimit } from '../../within-limit.ts';
import { holdCarried } from '../carried-lease.ts';
import { callFor, originFor } from './caller.ts';
import { agentMessage, dataPart, errorParts, textPart, urlPart } from './message.ts';
import { PROGRESS } from './progress.ts';
import { readMessage } from './reading.ts';
import { SKILLS } from './skills/catalogue.ts';
import { SKILL } from './skills/index.ts';
import type { Outcome, Question } from './skills/outcome.ts';
import { keptMessages } from './task-store.ts';

/** Tasks that are worked on at once, of all callers; each has its share. */
const MOST_AT_WORK = 64;
/** A task is ended after this, ms. */
const LIMIT_MS = 600_000;
/** How long a link to a picture lives. */
const LINK_S = 3600;
/** When the server stops, tasks have so long to say so, ms. */
const GOODBYE_MS = 300;
/** Where a task that waits for an answer keeps what was asked. */
const PENDING = 'pending';

interface Pending {
  readonly skill: keyof typeof SKILL | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly question: Question;
}

type End = 'cancelled' | 'stopping';

/** Works on what messages ask for. What goes wrong ends the task, which says why; nothing is thrown. */
export class Executor implements AgentExecutor {
  private readonly services: Services;
  private readonly places = new FairShare(MOST_AT_WORK);
  private readonly atWork = new Map<string, { readonly end: AbortController; readonly done: Promise<void> }>();
  private stopping = false;

  constructor(services: Services) {
    this.services = services;
  }

  isAtWork = (taskId: string): boolean => this.atWork.has(taskId);

  /** Throws VALIDATION_007. */
  checkTarget({ url }: PushTarget): void {
    this.services.agentTasks.check(url);
  }

  async execute(request: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const turn = new Turn(request, bus);
    const release = holdCarried();
    const end = new AbortController();
    const done = Promise.withResolvers<void>();
    this.atWork.set(request.taskId, { end, done: done.promise });
    try {
      await this.work(request, turn, end.signal);
    } finally {
      this.atWork.delete(request.taskId);
      release?.();
      done.resolve();
    }
  }

  /** Whoever works on it publishes its end. */
  cancelTask = async (taskId: string): Promise<void> => {
    this.atWork.get(taskId)?.end.abort('cancelled' satisfies End);
  };

  async close(): Promise<void> {
    this.stopping = true;
    const running = [...this.atWork.values()];
    for (const { end } of running) end.abort('stopping' satisfies End);
    const patience = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref());
    // One turn of the loop more, for what they said to be written down.
    await Promise.race([Promise.all(running.map(({ done }) => done)).then(() => new Promise(setImmediate)), patience]);
  }

  private async work(request: RequestContext, turn: Turn, signal: AbortSignal): Promise<void> {
    const delegation = traceOf(request);
    const call = { ...callFor(request.context), ...(delegation && { delegation }) };
    turn.begin();
    const giveBack = this.stopping || this.atWork.size > MOST_AT_WORK ? null : this.places.take(sharerOf(call));
    if (giveBack === null) {
      return turn.fail(new AppError('SYSTEM_002', { message: 'Too many tasks are being worked on.', retryAfterS: 5 }));
    }
    try {
      const outcome = await withinLimit(signal, LIMIT_MS, (limit) =>
        this.ask(request, turn, { ...call, signal: limit }),
      );
      if (outcome.kind === 'ask') turn.ask(outcome);
      else await this.answer(request, turn, outcome, call);
    } catch (thrown) {
      if (signal.reason === ('cancelled' satisfies End)) turn.cancelled();
      else if (signal.aborted)
        turn.fail(new AppError('SYSTEM_001', { message: 'The server is stopping; the task was given up.' }));
      else if (thrown === LATE) turn.fail(new AppError('ANALYSIS_003', { message: 'The task took too long.' }));
      else turn.fail(this.shown(thrown, request));
    } finally {
      giveBack();
    }
  }

  private async ask(request: RequestContext, turn: Turn, ctx: CallContext): Promise<Asked> {
    const { userMessage, task } = request;
    const asked = readMessage(userMessage, request.request.metadata);
    const pending = (task?.metadata?.[PENDING] ?? null) as Pending | null;
    const args = { ...pending?.args, ...asked.args };
    const whole = { ...asked, args };
    const skill = asked.skill ?? pending?.skill ?? meantSkill(whole);
    if (skill === null) return { ...whatCanBeAsked((pending?.question.times ?? 0) + 1), skill };
    const tell = (_done: number, _total: number, message: string) => turn.progress(message);
    const outcome = await SKILL[skill](args, {
      ctx: { ...ctx, progress: tell },
      services: this.services,
      text: asked.text,
      asked: pending?.skill === skill ? pending.question : null,
      ...(asked.bytes && { bytes: asked.bytes }),
    });
    return { ...outcome, skill };
  }

  private async answer(
    { context, request }: RequestContext,
    turn: Turn,
    { name, data, text, analysisId }: Extract<Outcome, { kind: 'done' }>,
    call: CallContext,
  ): Promise<void> {
    const picture = analysisId === undefined ? [] : await this.picture(analysisId, call, originFor(context));
    const parts = [dataPart(data), ...picture, textPart(spokenText(text))];
    turn.finish(name, accepted(parts, request.configuration?.acceptedOutputModes ?? []));
  }

  /** Drawn on the photo, where there is one and it may be linked to. */
  private async picture(id: string, call: CallContext, origin: string): Promise<Part[]> {
    if (this.services.capabilities.readOnly) return [];
    try {
      const link = await this.services.analyses.link(call, id, { of: 'annotated', expires_in_s: LINK_S });
      return [urlPart(new URL(link.url, origin).href, link.content_type)];
    } catch {
      return [];
    }
  }

  private shown(thrown: unknown, { taskId }: RequestContext): AppError {
    const error = toAppError(thrown);
    if (error.http >= 500) logFailure(this.services.log, error, { task: taskId }, 'task failed');
    return error;
  }
}

type Asked = Outcome & { readonly skill: keyof typeof SKILL | null };

/** The events of one turn, in the order that the protocol wants. */
class Turn {
  private readonly request: RequestContext;
  private readonly bus: ExecutionEventBus;
  private said = '';
  private over = false;

  constructor(request: RequestContext, bus: ExecutionEventBus) {
    this.request = request;
    this.bus = bus;
  }

  begin(): void {
    const { task, taskId, contextId, userMessage } = this.request;
    // The SDK has put it there already, where there was a task.
    const before = task?.history ?? [];
    const isThere = before.at(-1)?.messageId === userMessage.messageId;
    const begun: Task = {
      id: taskId,
      contextId,
      status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: new Date().toISOString() },
      artifacts: task?.artifacts ?? [],
      history: keptMessages(isThere ? before : [...before, userMessage]),
      metadata: task?.metadata,
    };
    this.bus.publish(AgentEvent.task(begun));
    this.status(TaskState.TASK_STATE_WORKING, []);
  }

  progress(message: string): void {
    if (this.over || message === this.said) return;
    this.said = message;
    this.status(TaskState.TASK_STATE_WORKING, [textPart(message)], { [PROGRESS]: true });
  }

  ask({ text, data, args, question, skill }: Extract<Asked, { kind: 'ask' }>): void {
    const parts = [textPart(spokenText(text)), ...(data === undefined ? [] : [dataPart(data)])];
    const pending: Pending = { skill, args: plain(args), question };
    this.end(TaskState.TASK_STATE_INPUT_REQUIRED, parts, { [PENDING]: pending });
  }

  finish(name: string, parts: Part[]): void {
    const { taskId, contextId } = this.request;
    const artifact = { artifactId: 'result', name, description: '', parts, metadata: undefined, extensions: [] };
    this.bus.publish(
      AgentEvent.artifactUpdate({ taskId, contextId, artifact, append: false, lastChunk: true, metadata: undefined }),
    );
    this.end(TaskState.TASK_STATE_COMPLETED, [], { [PENDING]: null });
  }

  cancelled(): void {
    this.end(TaskState.TASK_STATE_CANCELED, [textPart('The task was cancelled.')]);
  }

  /** What the caller may not do is refused; the rest has failed. */
  fail(error: AppError): void {
    const state = error.code.startsWith('AUTH_') ? TaskState.TASK_STATE_REJECTED : TaskState.TASK_STATE_FAILED;
    this.end(state, errorParts(error));
  }

  private end(state: TaskState, parts: Part[], metadata?: Record<string, unknown>): void {
    if (this.over) return;
    this.over = true;
    const { taskId, contextId } = this.request;
    const message = parts.length === 0 ? undefined : agentMessage(taskId, contextId, parts);
    const status = { state, message, timestamp: new Date().toISOString() };
    this.bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status, metadata }));
  }

  private status(state: TaskState, parts: Part[], metadata?: Record<string, unknown>): void {
    const { taskId, contextId } = this.request;
    const message = parts.length === 0 ? undefined : agentMessage(taskId, contextId, parts, metadata);
    const status = { state, message, timestamp: new Date().toISOString() };
    this.bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status, metadata: undefined }));
  }
}

/** Whom the question came through: what comes of it carries that on. An answer to a question of ours need not say it again. */
function traceOf({ userMessage, request, task }: RequestContext): ReceivedTrace | undefined {
  const said = [
    userMessage.metadata,
    request.metadata,
    ...(task?.history ?? []).map(({ metadata }) => metadata).reverse(),
  ];
  const traces = said.map(traceIn);
  return traces.includes('unreadable') ? 'unreadable' : traces.find((one) => one !== undefined);
}

/** All callers without an account are one principal: they share by where they call from. */
const sharerOf = ({ principal, client = '' }: CallContext): string =>
  principal.kind === 'local' ? `client ${client}` : `principal ${principal.id}`;

/** What may be kept between turns: no photo, and nothing long. */
function plain(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(args).filter(([, value]) => (JSON.stringify(value)?.length ?? 0) <= 20_000);
  return Object.fromEntries(kept);
}

function whatCanBeAsked(times: number): Extract<Outcome, { kind: 'ask' }> {
  const listed = SKILLS.filter((skill) => skill.listed);
  return {
    kind: 'ask',
    question: { about: 'skill', times },
    text: [
      'This agent measures photos of desks and checks rules about what stands where. Send one of:',
      ...listed.map(({ id, description }) => `- ${id}: ${description}`),
    ].join('\n'),
    data: { skills: listed.map(({ id }) => id) },
    args: {},
  };
}

/** The parts that the client wants to have; all where it does not say, or names whole kinds. */
function accepted(parts: Part[], modes: readonly string[]): Part[] {
  if (modes.length === 0) return parts;
  const wanted = modes.map((mode) => mode.toLowerCase().split(';')[0]!.trim());
  const fits = (type: string) =>
    wanted.some((mode) => mode === type || mode === '*/*' || mode === '*' || mode === `${type.split('/')[0]}/*`);
  const kept = parts.filter(({ mediaType }) => fits(mediaType));
  return kept.length === 0 ? parts : kept;
}
