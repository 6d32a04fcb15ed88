import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgentTasks } from '../../src/agent-tasks/create-agent-tasks.ts';
import type { AgentTask, AgentTasks, PushTarget } from '../../src/agent-tasks/service.ts';
import type { Callbacks } from '../../src/ports/callbacks.ts';
import type { Registry } from '../../src/ports/registry.ts';
import type { WebMessage } from '../../src/ports/web-post.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { testCallbacks } from '../support/callbacks.ts';
import { callOf } from '../support/caller.ts';

const ann = callOf('ann');
const bob = callOf('bob');
const task = (n: number, more: Partial<AgentTask> = {}): AgentTask => ({
  id: `task-${n}`,
  contextId: 'c',
  state: 'TASK_STATE_COMPLETED',
  statusAt: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
  task: { id: `task-${n}`, text: 'ü, $set and a.b are only text' },
  ...more,
});
const target = (id: string, url = 'https://a.example/'): PushTarget => ({
  id,
  url,
  token: '',
  authentication: { scheme: 'Bearer', credentials: 'x' },
  version: '1.0',
});

/** What holds of tasks whatever store they are in. */
export function agentTasksContract(
  name: string,
  open: () => Promise<{ registry: Registry; close(): Promise<void> }>,
): void {
  describe(`tasks of agents in ${name}`, () => {
    let registry: Registry;
    let close: () => Promise<void>;
    let tasks: AgentTasks;
    let callbacks: Callbacks;
    let sent: { url: string; message: WebMessage }[];
    const make = () =>
      createAgentTasks({
        registry,
        log: createLog('silent'),
        now: () => new Date(),
        callbacks,
      });
    beforeEach(async () => {
      ({ registry, close } = await open());
      sent = [];
      callbacks = testCallbacks({
        registry,
        post: {
          check: () => {},
          async send(url, message) {
            sent.push({ url, message });
            return { status: 200, retryAfterS: null };
          },
        },
      });
      tasks = make();
    });
    afterEach(async () => {
      tasks.close();
      await callbacks.close();
      await close();
    });

    it('what a login asked for is not for a key of the same user that may do less', async () => {
      const keyOf = (...permissions: (typeof ann.principal.permissions)[number][]) => ({
        principal: { ...ann.principal, kind: 'key' as const, permissions },
      });
      const narrow = keyOf('servers:read');
      const whole = keyOf(...ann.principal.permissions);
      await tasks.save(ann, task(1));
      await tasks.save(narrow, task(2));
      const ids = async (ctx: typeof ann) => (await tasks.list(ctx, {}, { limit: 10 })).tasks.map(({ id }) => id);
      expect(await tasks.get(narrow, 'task-1')).toBeNull();
      expect(await ids(narrow)).toEqual(['task-2']);
      await expect(tasks.save(narrow, task(1))).rejects.toMatchObject({ code: 'JOB_001' });
      await expect(tasks.addTarget(narrow, 'task-1', target('p'))).rejects.toMatchObject({ code: 'JOB_001' });
      for (const ctx of [ann, whole]) expect(await ids(ctx)).toEqual(['task-2', 'task-1']);
      // Whoever goes on with it makes it nobody else's.
      await tasks.save(whole, task(1, { state: 'TASK_STATE_WORKING' }));
      expect(await tasks.get(narrow, 'task-1')).toBeNull();
    });

    it('are read as they were saved, by who saved them', async () => {
      await tasks.save(ann, task(1));
      await tasks.save(ann, task(1, { state: 'TASK_STATE_FAILED' }));
      expect(await make().get(ann, 'task-1')).toEqual({ ...task(1, { state: 'TASK_STATE_FAILED' }), lost: false });
      expect(await tasks.get(bob, 'task-1')).toBeNull();
      await expect(tasks.save(bob, task(1))).rejects.toMatchObject({ code: 'JOB_001' });
    });

    it('are listed by their latest change, page by page, none twice and none left out', async () => {
      const order = [3, 1, 5, 2, 4, 7, 6];
      for (const n of order) await tasks.save(ann, task(n, n > 5 ? { contextId: 'other' } : {}));
      await tasks.save(bob, task(9));
      await tasks.save(ann, task(1, { statusAt: task(8).statusAt }));
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await tasks.list(ann, {}, { limit: 3, ...(cursor !== undefined && { cursor }) });
        expect(page.total).toBe(7);
        seen.push(...page.tasks.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen).toEqual([1, 7, 6, 5, 4, 3, 2].map((n) => `task-${n}`));
      expect((await tasks.list(ann, { contextId: 'other' }, { limit: 9 })).total).toBe(2);
      expect((await tasks.list(ann, { after: task(6).statusAt }, { limit: 9 })).total).toBe(2);
      await expect(tasks.list(ann, {}, { limit: 9, cursor: 'x' })).rejects.toMatchObject({ code: 'VALIDATION_002' });
    });

    it('are changed by several at once, and each change is one of them', async () => {
      await tasks.save(ann, task(1));
      const states = ['a', 'b', 'c', 'd'];
      await Promise.all(states.map((state) => make().save(ann, task(1, { state }))));
      expect(states).toContain((await tasks.get(ann, 'task-1'))?.state);
      expect((await registry.get('a2a_task', 'task-1'))?.version).toBe(5);
    });

    it('tell their targets in order, each once, and only those of their owner', async () => {
      await tasks.save(ann, task(1));
      await tasks.addTarget(ann, 'task-1', target('x'));
      await tasks.addTarget(ann, 'task-1', target('x', 'https://b.example/'));
      await tasks.addTarget(ann, 'task-1', target('y', 'https://c.example/'));
      expect((await make().targets(ann, 'task-1')).map(({ id, url }) => [id, url])).toEqual([
        ['x', 'https://b.example/'],
        ['y', 'https://c.example/'],
      ]);
      expect(await tasks.targets(bob, 'task-1')).toEqual([]);
      const say = (body: string) => () => ({ contentType: 'application/json', body });
      await Promise.all(['1', '2', '2', '3'].map((body) => tasks.tell(ann, 'task-1', say(body))));
      await tasks.tell(bob, 'task-1', say('4'));
      await expect.poll(() => sent.length).toBe(6);
      const at = (url: string) => sent.filter((one) => one.url === url).map(({ message }) => message.body);
      expect([at('https://b.example/'), at('https://c.example/')]).toEqual([
        ['1', '2', '3'],
        ['1', '2', '3'],
      ]);
      await tasks.removeTarget(ann, 'task-1', 'x');
      expect(await tasks.targets(ann, 'task-1')).toHaveLength(1);
    });
  });
}
