import { type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { UnsupportedOperationError } from '@a2a-js/sdk/errors';
import { type AgentExecutionEvent, type ExecutionEventBus, ExecutionEventQueue } from '@a2a-js/sdk/server';

const OVER: readonly TaskState[] = [
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_REJECTED,
];

/**
 * A task as it is and what becomes of it. Ends with its turn, or at once when `gone` says that nobody listens any more: the SDK's
 * own would wait for the next event, and be held by the bus until then. Throws UnsupportedOperationError for a task that is over.
 */
export async function* subscription(
  load: () => Promise<Task>,
  bus: ExecutionEventBus | undefined,
  gone: AbortSignal,
): AsyncGenerator<StreamResponse, void, undefined> {
  // Heard from before the task is read: nothing is missed.
  const queue = bus === undefined ? null : new ExecutionEventQueue(bus);
  const leave = () => queue?.stop();
  gone.addEventListener('abort', leave, { once: true });
  try {
    const task = await load();
    const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
    if (OVER.includes(state)) {
      throw new UnsupportedOperationError('The task is over: there is nothing to subscribe to. Ask for it instead.');
    }
    yield { payload: { $case: 'task', value: task } };
    if (queue === null || gone.aborted) return;
    for await (const event of queue.events()) {
      const shown = eventOf(event, task.id);
      if (shown !== null) yield shown;
    }
  } finally {
    gone.removeEventListener('abort', leave);
    leave();
  }
}

function eventOf(event: AgentExecutionEvent, taskId: string): StreamResponse | null {
  switch (event.kind) {
    case 'statusUpdate':
      return event.data.taskId === taskId ? { payload: { $case: 'statusUpdate', value: event.data } } : null;
    case 'artifactUpdate':
      return event.data.taskId === taskId ? { payload: { $case: 'artifactUpdate', value: event.data } } : null;
    case 'task':
      return event.data.id === taskId ? { payload: { $case: 'task', value: event.data } } : null;
    default:
      return null;
  }
}
