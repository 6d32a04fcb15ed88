import { randomUUID } from 'node:crypto';
import type { StreamResponse, Task, TaskPushNotificationConfig } from '@a2a-js/sdk';
import { V03PushNotificationSerializer } from '@a2a-js/sdk/compat/v0_3/server';
import { RequestMalformedError } from '@a2a-js/sdk/errors';
import {
  type PushNotificationSender,
  type PushNotificationStore,
  type ServerCallContext,
  V1PushNotificationSerializer,
} from '@a2a-js/sdk/server';
import type { AgentTasks, PushTarget } from '../../agent-tasks/service.ts';
import { callFor } from './caller.ts';
import { guarded } from './task-store.ts';

const MAX_TOKEN = 4096;
const MAX_ID = 128;
/** What a header may hold. */
const HEADER_TEXT = /^[\t\x20-\x7e]*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9._~+-]{0,31}$/;

/** Where callers want to hear of their tasks. */
export class PushTargets implements PushNotificationStore {
  private readonly tasks: AgentTasks;

  constructor(tasks: AgentTasks) {
    this.tasks = tasks;
  }

  async save(taskId: string, context: ServerCallContext, config: TaskPushNotificationConfig): Promise<void> {
    if (config.id === '') config.id = randomUUID();
    const target = targetOf(config, context.requestedVersion);
    await guarded(() => this.tasks.addTarget(callFor(context), taskId, target));
  }

  async load(taskId: string, context: ServerCallContext): Promise<TaskPushNotificationConfig[]> {
    const targets = await guarded(() => this.tasks.targets(callFor(context), taskId));
    return targets.map(({ id, url, token, authentication }) => ({
      tenant: '',
      id,
      taskId,
      url,
      token,
      authentication: authentication === null ? undefined : { ...authentication },
    }));
  }

  async delete(taskId: string, context: ServerCallContext, id = taskId): Promise<void> {
    await guarded(() => this.tasks.removeTarget(callFor(context), taskId, id));
  }
}

/** Throws for what could not be sent. */
export function targetOf(config: TaskPushNotificationConfig, version: string): PushTarget {
  const { id, url, token, authentication } = config;
  const wrong = (what: string) => new RequestMalformedError(`The push notification configuration ${what}.`);
  if (!/^[\w.:-]+$/.test(id) || id.length > MAX_ID) throw wrong('has an id of other signs than letters and digits');
  if (url === '') throw wrong('names no url');
  if (token.length > MAX_TOKEN || !HEADER_TEXT.test(token)) throw wrong('has a token that no header can hold');
  const credentials = authentication?.credentials ?? '';
  const scheme = authentication?.scheme ?? '';
  if (credentials.length > MAX_TOKEN || !HEADER_TEXT.test(credentials)) {
    throw wrong('has credentials that no header can hold');
  }
  if (scheme !== '' && !SCHEME.test(scheme)) throw wrong('has a scheme that is none');
  return { id, url, token, version, authentication: scheme === '' ? null : { scheme, credentials } };
}

/** Tells them. */
export class PushSender implements PushNotificationSender {
  private readonly tasks: AgentTasks;
  private readonly latest = new V1PushNotificationSerializer();
  private readonly legacy = new V03PushNotificationSerializer();

  constructor(tasks: AgentTasks) {
    this.tasks = tasks;
  }

  async send(event: StreamResponse, context: ServerCallContext, task?: Task): Promise<void> {
    const { payload } = event;
    if (payload === undefined || payload.$case === 'message') return;
    const taskId = payload.$case === 'task' ? payload.value.id : payload.value.taskId;
    await this.tasks.tell(callFor(context), taskId, (version) =>
      (version === '0.3' ? this.legacy : this.latest).serialize(event, task),
    );
  }
}
