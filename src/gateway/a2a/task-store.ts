import {
  type ListTasksRequest,
  type ListTasksResponse,
  type Message,
  Task,
  TaskState,
  taskStateToJSON,
} from '@a2a-js/sdk';
import type { PushNotificationSender, ServerCallContext, TaskStore } from '@a2a-js/sdk/server';
import type { AgentTasks, KeptTask } from '../../agent-tasks/service.ts';
import { AppError } from '../../errors.ts';
import { callFor } from './caller.ts';
import { protocolError } from './errors.ts';
import { agentMessage, errorParts } from './message.ts';
import { isProgress } from './progress.ts';
import { withoutBytes } from './without-bytes.ts';

/** Messages of a task that are kept, the last ones. */
const MOST_MESSAGES = 50;

const WORKING: readonly TaskState[] = [TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING];

/** Tasks as the SDK keeps them, each its caller's own. Photos in messages are not kept, nor what was only said on the way. */
export class KeptTasks implements TaskStore {
  private readonly tasks: AgentTasks;
  private readonly push: PushNotificationSender;

  constructor(tasks: AgentTasks, push: PushNotificationSender) {
    this.tasks = tasks;
    this.push = push;
  }

  async save(task: Task, context: ServerCallContext): Promise<void> {
    const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
    const kept: Task = { ...task, history: keptMessages(task.history) };
    const statusAt = task.status?.timestamp ?? new Date().toISOString();
    await guarded(() =>
      this.tasks.save(
        callFor(context),
        {
          id: task.id,
          contextId: task.contextId,
          state: taskStateToJSON(state),
          statusAt,
          task: Task.toJSON(kept) as Record<string, unknown>,
        },
        { working: WORKING.includes(state) },
      ),
    );
  }

  async load(id: string, context: ServerCallContext): Promise<Task | undefined> {
    const kept = await guarded(() => this.tasks.get(callFor(context), id));
    return kept === null ? undefined : this.read(kept, context);
  }

  async list(params: ListTasksRequest, context: ServerCallContext): Promise<ListTasksResponse> {
    const limit = params.pageSize ?? 50;
    const page = await guarded(() =>
      this.tasks.list(
        callFor(context),
        {
          ...(params.contextId !== '' && { contextId: params.contextId }),
          ...(params.status !== TaskState.TASK_STATE_UNSPECIFIED && { state: taskStateToJSON(params.status) }),
          ...(params.statusTimestampAfter !== undefined && { after: params.statusTimestampAfter }),
        },
        { limit, ...(params.pageToken !== '' && { cursor: params.pageToken }) },
      ),
    );
    const tasks: Task[] = [];
    for (const kept of page.tasks) {
      const task = await this.read(kept, context);
      tasks.push(params.includeArtifacts === true ? task : { ...task, artifacts: [] });
    }
    return { tasks, nextPageToken: page.nextCursor ?? '', pageSize: limit, totalSize: page.total };
  }

  /** A task that nobody will end any more has failed, and says so from then on. */
  private async read(kept: KeptTask, context: ServerCallContext): Promise<Task> {
    const task = Task.fromJSON(kept.task);
    if (!kept.lost) return task;
    const why = new AppError('SYSTEM_001', {
      message: 'The server that worked on this task has ended.',
      advice: 'Send the message again as a new task.',
    });
    task.status = {
      state: TaskState.TASK_STATE_FAILED,
      message: agentMessage(task.id, task.contextId, errorParts(why)),
      timestamp: new Date().toISOString(),
    };
    await this.save(task, context);
    const { id: taskId, contextId, status } = task;
    const event = { taskId, contextId, status, metadata: undefined };
    await this.push.send({ payload: { $case: 'statusUpdate', value: event } }, context, task);
    return task;
  }
}

export const keptMessages = (history: readonly Message[]): Message[] =>
  history
    .filter((message) => !isProgress(message))
    .slice(-MOST_MESSAGES)
    .map(withoutBytes);

export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw protocolError(thrown);
  }
}
