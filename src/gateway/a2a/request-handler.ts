import {
  type AgentCard,
  type CancelTaskRequest,
  type ListTaskPushNotificationConfigsRequest,
  type ListTaskPushNotificationConfigsResponse,
  type Message,
  type SendMessageRequest,
  type StreamResponse,
  type SubscribeToTaskRequest,
  type Task,
  type TaskPushNotificationConfig,
  taskStateToJSON,
} from '@a2a-js/sdk';
import { ContentTypeNotSupportedError, RequestMalformedError, UnsupportedOperationError } from '@a2a-js/sdk/errors';
import { AgentEvent, DefaultRequestHandler, type ServerCallContext } from '@a2a-js/sdk/server';
import type { AgentTasks } from '../../agent-tasks/service.ts';
import { OUTPUT_MODES } from './agent-card.ts';
import { contextOfOwner, goneFor } from './caller.ts';
import { protocolError } from './errors.ts';
import { EventBuses } from './event-buses.ts';
import type { Executor } from './executor.ts';
import { PushSender, PushTargets, targetOf } from './push.ts';
import { subscription } from './subscription.ts';
import { KeptTasks } from './task-store.ts';

export interface HandlerParts {
  /** Where its addresses are does not matter. */
  readonly card: AgentCard;
  readonly tasks: AgentTasks;
  readonly executor: Executor;
  readonly extendedCard: (context: ServerCallContext) => Promise<AgentCard>;
  /** False only for the conformance kit, which sends what the card does not name. */
  readonly validateInputModes?: boolean;
}

const MAX_PARTS = 20;
const MAX_ID = 256;
const MAX_TEXT = 20_000;
const MOST_OF_A_PAGE = 100;

/** The SDK's handler, which is told only what it can work on. */
export class Handler extends DefaultRequestHandler {
  private readonly executor: Executor;
  private readonly buses: EventBuses;
  private readonly tasks: AgentTasks;
  private readonly kept: KeptTasks;

  constructor({ card, tasks, executor, extendedCard, validateInputModes = true }: HandlerParts) {
    const buses = new EventBuses();
    const push = new PushSender(tasks);
    const kept = new KeptTasks(tasks, push);
    super(card, kept, executor, buses, new PushTargets(tasks), push, extendedCard, undefined, {
      validateInputModes,
      keepBusAliveStates: [],
    });
    this.tasks = tasks;
    this.kept = kept;
    this.executor = executor;
    this.buses = buses;
  }

  override async sendMessage(params: SendMessageRequest, context: ServerCallContext): Promise<Message | Task> {
    this.check(params, context);
    const answer = await super.sendMessage(params, context).catch(inWords);
    // What is answered has been written down for who wants to hear of it: a kill changes nothing.
    if (!('messageId' in answer)) await this.tasks.told(answer.id);
    return answer;
  }

  override async *sendMessageStream(
    params: SendMessageRequest,
    context: ServerCallContext,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    this.check(params, context);
    try {
      for await (const event of super.sendMessageStream(params, context)) {
        const taskId = taskOf(event);
        if (taskId !== null) await this.tasks.told(taskId);
        yield event;
      }
    } catch (thrown) {
      inWords(thrown);
    }
  }

  override async *resubscribe(
    { id, tenant }: SubscribeToTaskRequest,
    context: ServerCallContext,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    const bus = this.buses.getByTaskId(id, context);
    yield* subscription(() => this.getTask({ id, tenant }, context), bus, goneFor(context));
  }

  override async cancelTask(params: CancelTaskRequest, context: ServerCallContext): Promise<Task> {
    const bus = this.executor.isAtWork(params.id) ? undefined : this.buses.takeWaiting(params.id, context);
    const task = await super.cancelTask(params, context);
    const { id: taskId, contextId, status } = task;
    bus?.publish(AgentEvent.statusUpdate({ taskId, contextId, status, metadata: undefined }));
    bus?.finished();
    await this.tasks.told(taskId);
    return task;
  }

  /** In pages, which the SDK does not make. */
  override async listTaskPushNotificationConfigs(
    params: ListTaskPushNotificationConfigsRequest,
    context: ServerCallContext,
  ): Promise<ListTaskPushNotificationConfigsResponse> {
    const { pageSize, pageToken } = params;
    // ProtoJSON cannot tell 0 from a size that was left out.
    const size = pageSize === 0 ? MOST_OF_A_PAGE : pageSize;
    if (!Number.isInteger(size) || size < 1 || size > MOST_OF_A_PAGE) {
      throw new RequestMalformedError(`pageSize must be between 1 and ${MOST_OF_A_PAGE}.`);
    }
    const { configs } = await super.listTaskPushNotificationConfigs(params, context);
    const rest = configs.toSorted(byConfigId).filter(({ id }) => id > pageToken);
    const page = rest.slice(0, size);
    return { configs: page, nextPageToken: rest.length > size ? page.at(-1)!.id : '' };
  }

  /** Of what other servers began and will not end, those who wait for it are told. */
  async tellOfLost(): Promise<void> {
    for (const { id, owner } of await this.tasks.lostTasks()) await this.kept.load(id, contextOfOwner(owner));
  }

  close(): void {
    this.buses.close();
  }

  private check({ message, configuration }: SendMessageRequest, context: ServerCallContext): void {
    if (message === undefined) throw new RequestMalformedError('message is required.');
    const { parts, messageId, taskId, contextId, referenceTaskIds } = message;
    if (parts.length === 0) throw new RequestMalformedError('message.parts is empty.');
    if (parts.length > MAX_PARTS) throw new RequestMalformedError(`message.parts holds more than ${MAX_PARTS} parts.`);
    if (Math.max(messageId.length, taskId.length, contextId.length) > MAX_ID || referenceTaskIds.length > MAX_PARTS) {
      throw new RequestMalformedError(`An id has more than ${MAX_ID} characters, or there are too many.`);
    }
    for (const { content } of parts) {
      if (content === undefined) throw new RequestMalformedError('A part holds none of text, raw, url and data.');
      if (content.$case === 'text' && content.value.length > MAX_TEXT) {
        throw new RequestMalformedError(`A text part has more than ${MAX_TEXT} characters.`);
      }
    }
    const modes = configuration?.acceptedOutputModes ?? [];
    if (modes.length > 0 && !modes.some(isOurs)) {
      throw new ContentTypeNotSupportedError(`This agent answers with ${OUTPUT_MODES.join(', ')}.`);
    }
    const push = configuration?.taskPushNotificationConfig;
    if (push !== undefined) this.checkTarget(push, context);
    if (taskId !== '' && this.executor.isAtWork(taskId)) {
      throw new UnsupportedOperationError('The task is being worked on: wait for its end, or cancel it.');
    }
  }

  /** Before there is a task, which would else be left without. */
  private checkTarget(push: TaskPushNotificationConfig, { requestedVersion }: ServerCallContext): void {
    try {
      this.executor.checkTarget(targetOf({ ...push, id: push.id === '' ? 'new' : push.id }, requestedVersion));
    } catch (thrown) {
      throw protocolError(thrown);
    }
  }
}

/** The SDK names the state of a task that is over by its number. */
function inWords(thrown: unknown): never {
  const [, state] =
    (thrown instanceof UnsupportedOperationError && /terminal state \((\d+)\)/.exec(thrown.message)) || [];
  if (state === undefined) throw thrown;
  const name = taskStateToJSON(Number(state)).replace('TASK_STATE_', '').toLowerCase();
  throw new UnsupportedOperationError(`The task is over (${name}): send the message without taskId, as a new task.`);
}

const byConfigId = (a: TaskPushNotificationConfig, b: TaskPushNotificationConfig): number => (a.id < b.id ? -1 : 1);

function taskOf({ payload }: StreamResponse): string | null {
  if (payload === undefined || payload.$case === 'message') return null;
  return payload.$case === 'task' ? payload.value.id : payload.value.taskId;
}

const isOurs = (mode: string): boolean =>
  OUTPUT_MODES.includes(mode.toLowerCase().split(';')[0]!.trim()) ||
  /^(\*|application|text|image)\/\*$|^\*$|^text$|^data$/i.test(mode);
