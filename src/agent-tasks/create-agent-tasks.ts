import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { CallContext } from '../contract/call-context.ts';
import { PERMISSIONS, type Principal } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import { roomFor } from '../lru-room.ts';
import type { CallbackAddress, Callbacks } from '../ports/callbacks.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import type { Log } from '../telemetry/log.ts';
import { Runner, Runners } from './runner.ts';
import type { AgentTask, AgentTasks, KeptTask, PushTarget, TaskFilter } from './service.ts';
import { ToldTargets } from './told-targets.ts';

export interface AgentTaskParts {
  readonly registry: Registry;
  readonly callbacks: Callbacks;
  readonly log: Log;
  readonly now: () => Date;
  /** Tasks that are kept of one caller. */
  readonly mostOfOne?: number;
}

const TASK = 'a2a_task';
const TARGET = 'a2a_push';
/** After its last change, ms. */
const KEPT_MS = 7 * 86_400_000;
const MOST_OF_ONE = 500;
const MOST_TARGETS = 10;
const MOST_TARGETS_OF_ONE = 1000;
const AT_ONCE = 100;
/** Writers of one task that come at the same moment, in all servers. */
const MOST_TRIES = 8;

const Stored = z.strictObject({
  context_id: z.string(),
  state: z.string(),
  status_at: z.string(),
  runner: Runner.nullable(),
  task: z.record(z.string(), z.unknown()),
  /** What whoever asked for it might do; absent of older ones. */
  permissions: z.array(z.enum(PERMISSIONS)).optional(),
});
type Stored = z.infer<typeof Stored>;

const Target = z.strictObject({
  task_id: z.string(),
  url: z.string(),
  token: z.string(),
  authentication: z.strictObject({ scheme: z.string(), credentials: z.string() }).nullable(),
  version: z.string(),
});

/** Tasks and where their news go, in the registry of the record store. */
export function createAgentTasks(parts: AgentTaskParts): AgentTasks {
  const { registry, callbacks, now } = parts;
  const mostOfOne = parts.mostOfOne ?? MOST_OF_ONE;
  const runners = new Runners();
  const counts = new LRUCache<string, { count: number }>(roomFor(10_000));
  const told = new ToldTargets();
  /** Owners whose oldest tasks are being removed. */
  const clearing = new Set<string>();

  const expiry = () => new Date(now().getTime() + KEPT_MS).toISOString();
  const isOver = ({ expires_at }: RegistryEntry) => expires_at !== null && expires_at <= now().toISOString();

  function kept({ id, value }: RegistryEntry): KeptTask | null {
    const { data } = Stored.safeParse(value);
    if (data === undefined) return null;
    const { context_id: contextId, state, status_at: statusAt, runner, task } = data;
    return { id, contextId, state, statusAt, task, lost: runner !== null && runners.hasGone(runner, now()) };
  }

  async function ownEntry({ principal }: CallContext, id: string): Promise<RegistryEntry | null> {
    const entry = await registry.get(TASK, id);
    return entry === null || entry.owner !== principal.id || isOver(entry) || !mayRead(principal, entry) ? null : entry;
  }

  async function* allOf(kind: typeof TASK | typeof TARGET, owner: string | null): AsyncGenerator<RegistryEntry> {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<Registry['list']>> = await registry.list(kind, owner, {
        limit: AT_ONCE,
        ...(cursor !== '' && { cursor }),
      });
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  /** The oldest of a caller who has too many make room, a tenth at once, but for those that are worked on. One call at a time looks. */
  async function makeRoom(owner: string): Promise<void> {
    const counted = counts.get(owner);
    if (counted !== undefined) counted.count += 1;
    if ((counted !== undefined && counted.count <= mostOfOne) || clearing.has(owner)) return;
    clearing.add(owner);
    try {
      const ids: { readonly id: string; readonly works: boolean }[] = [];
      for await (const entry of allOf(TASK, owner)) {
        const task = kept(entry);
        ids.push({ id: entry.id, works: isAtWork(entry) && task?.lost === false });
      }
      const old = ids.length > mostOfOne ? ids.slice(Math.ceil(mostOfOne * 0.9)) : [];
      const surplus = old.filter(({ works }) => !works);
      for (const { id } of surplus) await forget(id);
      counts.set(owner, { count: ids.length - surplus.length });
    } finally {
      clearing.delete(owner);
    }
  }

  /** What was promised to be told of it waits on: each message knows its address. */
  async function forget(id: string): Promise<void> {
    for (const target of await registry.under(TARGET, id, MOST_TARGETS)) await registry.remove(TARGET, target.id);
    await registry.remove(TASK, id);
  }

  async function forgetTarget(id: string): Promise<void> {
    await registry.remove(TARGET, id);
    await callbacks.drop(queueOf(id));
  }

  async function targetsOf(ctx: CallContext, taskId: string): Promise<PushTarget[]> {
    const entries = await registry.under(TARGET, taskId, MOST_TARGETS);
    return entries.flatMap(({ owner, lookup, value }) => {
      const { data } = Target.safeParse(value);
      if (data === undefined || owner !== ctx.principal.id) return [];
      const { task_id, ...target } = data;
      return [{ id: (lookup ?? '').slice(task_id.length + 1), ...target }];
    });
  }

  return {
    async save(ctx, { id, contextId, state, statusAt, task }, { working = false } = {}) {
      const owner = ctx.principal.id;
      const value: Stored = {
        context_id: contextId,
        state,
        status_at: statusAt,
        runner: working ? runners.me(now()) : null,
        task,
      };
      for (let tried = 0; tried < MOST_TRIES; tried += 1) {
        const there = await registry.get(TASK, id);
        if (there !== null && (there.owner !== owner || !mayRead(ctx.principal, there)))
          throw new AppError('JOB_001', { details: { task_id: id } });
        const permissions =
          there === null ? [...ctx.principal.permissions] : Stored.safeParse(there.value).data?.permissions;
        const entry: RegistryEntry = {
          id,
          lookup: null,
          owner,
          created_at: there?.created_at ?? now().toISOString(),
          expires_at: expiry(),
          version: (there?.version ?? 0) + 1,
          value: { ...value, ...(permissions && { permissions }) },
        };
        const done = there === null ? await registry.add(TASK, entry) : await registry.replace(TASK, entry);
        if (!done) continue;
        if (there === null) await makeRoom(owner);
        return;
      }
      throw new AppError('DB_002', { message: 'The task is being changed too often at once.' });
    },

    async get(ctx, id) {
      const entry = await ownEntry(ctx, id);
      return entry === null ? null : kept(entry);
    },

    async list(ctx, filter, { limit, cursor }) {
      const after = cursor === undefined ? null : positionOf(cursor);
      const all: KeptTask[] = [];
      for await (const entry of allOf(TASK, ctx.principal.id)) {
        const task = isOver(entry) || !mayRead(ctx.principal, entry) ? null : kept(entry);
        if (task !== null && fits(task, filter)) all.push(task);
      }
      all.sort(latestFirst);
      const rest = after === null ? all : all.filter((task) => latestFirst(after, task) < 0);
      const tasks = rest.slice(0, limit);
      const last = tasks.at(-1);
      return {
        tasks,
        nextCursor: last === undefined || rest.length === tasks.length ? null : cursorOf(last),
        total: all.length,
      };
    },

    check: (url) => callbacks.check(url),

    async addTarget(ctx, taskId, { id, ...target }) {
      callbacks.check(target.url);
      if ((await ownEntry(ctx, taskId)) === null && (await registry.get(TASK, taskId)) !== null) {
        throw new AppError('JOB_001', { details: { task_id: taskId } });
      }
      const there = await targetsOf(ctx, taskId);
      if (there.some((one) => one.id === id)) await forgetTarget(`${taskId}/${id}`);
      else if (there.length >= MOST_TARGETS) throw tooManyTargets(`A task has at most ${MOST_TARGETS}`);
      else if ((await registry.count(TARGET, ctx.principal.id)) >= MOST_TARGETS_OF_ONE) {
        throw tooManyTargets(`All tasks of one caller have at most ${MOST_TARGETS_OF_ONE}`);
      }
      const entry: RegistryEntry = {
        id: `${taskId}/${id}`,
        lookup: `${taskId} ${id}`,
        owner: ctx.principal.id,
        created_at: now().toISOString(),
        expires_at: expiry(),
        version: 1,
        value: { task_id: taskId, ...target },
      };
      if (!(await registry.add(TARGET, entry))) {
        throw new AppError('DB_002', { message: 'The configuration is being changed at the same moment.' });
      }
    },

    targets: targetsOf,

    async removeTarget(ctx, taskId, id) {
      const there = await targetsOf(ctx, taskId);
      if (there.some((one) => one.id === id)) await forgetTarget(`${taskId}/${id}`);
    },

    tell(ctx, taskId, message) {
      return told.inTurn(taskId, async (isNews) => {
        for (const target of await targetsOf(ctx, taskId)) {
          const made = message(target.version);
          // Who cancels and who waits both tell of the same end.
          if (!isNews(target.id, made.body)) continue;
          const sent = { id: `evt_${randomUUID()}`, type: 'a2a_task', ...made };
          await callbacks.send(addressOf(target, taskId, ctx.principal.id), sent).catch((err: unknown) => {
            parts.log.warn({ err, target: target.id }, 'a push notification could not be written down');
          });
        }
      });
    },

    told: (taskId) => told.settled(taskId),

    async lostTasks() {
      const found = new Map<string, string>();
      for await (const { owner, value } of allOf(TARGET, null)) {
        const { data } = Target.safeParse(value);
        if (data === undefined || found.has(data.task_id)) continue;
        const entry = await registry.get(TASK, data.task_id);
        if (entry?.owner === owner && !isOver(entry) && kept(entry)?.lost === true) found.set(entry.id, owner);
      }
      return [...found].map(([id, owner]) => ({ id, owner }));
    },

    close: () => runners.close(),
  };
}

/** What came of it under permissions is for who has them: a key may do less than its owner, whose login asked for it. */
const mayRead = ({ kind, permissions }: Principal, { value }: RegistryEntry): boolean =>
  kind !== 'key' ||
  (Stored.safeParse(value).data?.permissions ?? PERMISSIONS).every((one) => permissions.includes(one));

const isAtWork = ({ value }: RegistryEntry): boolean => (Stored.safeParse(value).data?.runner ?? null) !== null;

/** Of an entry of a target. */
const queueOf = (id: string): string => `a2a/${id}`;

function addressOf({ id, url, token, authentication }: PushTarget, taskId: string, owner: string): CallbackAddress {
  const headers = {
    ...(authentication !== null && { authorization: `${authentication.scheme} ${authentication.credentials}` }),
    ...(token !== '' && { 'x-a2a-notification-token': token }),
  };
  return { name: queueOf(`${taskId}/${id}`), owner, url, headers, secret: null };
}

const tooManyTargets = (what: string) =>
  new AppError('VALIDATION_002', { message: `${what} push notification configurations.`, advice: 'Delete one first.' });

const fits = (task: AgentTask, { contextId, state, after }: TaskFilter): boolean =>
  (contextId === undefined || task.contextId === contextId) &&
  (state === undefined || task.state === state) &&
  (after === undefined || Date.parse(task.statusAt) > Date.parse(after));

type Position = Pick<AgentTask, 'statusAt' | 'id'>;

const latestFirst = (a: Position, b: Position): number =>
  a.statusAt === b.statusAt ? (a.id < b.id ? 1 : a.id > b.id ? -1 : 0) : a.statusAt < b.statusAt ? 1 : -1;

const cursorOf = ({ statusAt, id }: Position): string => Buffer.from(`${statusAt}|${id}`).toString('base64url');

function positionOf(cursor: string): Position {
  const [, statusAt, id] = /^([0-9TZ:.+-]{10,40})\|(.{1,128})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (statusAt !== undefined && id !== undefined) return { statusAt, id };
  throw new AppError('VALIDATION_002', {
    message: 'The page token is none of this server.',
    advice: 'Send nextPageToken of the page before, or none.',
    details: { field: 'pageToken' },
  });
}
