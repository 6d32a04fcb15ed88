import { setMaxListeners } from 'node:events';
import { TaskState } from '@a2a-js/sdk';
import {
  DefaultExecutionEventBus,
  type ExecutionEventBus,
  type ExecutionEventBusManager,
  ServerCallContext,
} from '@a2a-js/sdk/server';
import { LRUCache } from 'lru-cache';

/** Tasks that wait for an answer and may still be listened to; after so many others, or an hour, those who listen are let go. */
const WAITING = { max: 1000, ttl: 3_600_000, ttlAutopurge: true };
const NOBODY = new ServerCallContext();

/** Where the events of a task pass: as long as it is worked on, and a while longer where it waits for its caller. */
export class EventBuses implements ExecutionEventBusManager {
  private readonly working = new Map<string, ExecutionEventBus>();
  private readonly waiting = new LRUCache<string, ExecutionEventBus>({
    ...WAITING,
    dispose: (bus, _key, reason) => {
      if (reason !== 'delete') bus.finished();
    },
  });

  createOrGetByTaskId(taskId: string, context = NOBODY): ExecutionEventBus {
    const bus = this.working.get(keyOf(taskId, context)) ?? this.takeWaiting(taskId, context);
    const kept = bus ?? newBus();
    this.working.set(keyOf(taskId, context), kept);
    return kept;
  }

  getByTaskId(taskId: string, context = NOBODY): ExecutionEventBus | undefined {
    const key = keyOf(taskId, context);
    return this.working.get(key) ?? this.waiting.get(key);
  }

  cleanupByTaskId(taskId: string, context = NOBODY): void {
    const key = keyOf(taskId, context);
    this.working.get(key)?.removeAllListeners();
    this.working.delete(key);
    this.waiting.delete(key);
  }

  settleByTaskId(
    taskId: string,
    bus: ExecutionEventBus,
    state: TaskState | undefined,
    context: ServerCallContext,
  ): boolean {
    if (state !== TaskState.TASK_STATE_INPUT_REQUIRED) return false;
    this.working.delete(keyOf(taskId, context));
    this.waiting.set(keyOf(taskId, context), bus);
    return true;
  }

  /** Of a task that nobody works on; it is no longer here. */
  takeWaiting(taskId: string, context: ServerCallContext): ExecutionEventBus | undefined {
    const key = keyOf(taskId, context);
    const bus = this.waiting.get(key);
    this.waiting.delete(key);
    return bus;
  }

  close(): void {
    for (const bus of [...this.working.values(), ...this.waiting.values()]) bus.finished();
    this.working.clear();
    this.waiting.clear();
  }
}

/** Whoever listens has a place among the streams: there are as many listeners as that allows. */
function newBus(): DefaultExecutionEventBus {
  const bus = new DefaultExecutionEventBus();
  setMaxListeners(0, bus);
  return bus;
}

const keyOf = (taskId: string, { user }: ServerCallContext): string => `${user?.userName ?? ''} ${taskId}`;
