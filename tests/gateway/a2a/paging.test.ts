import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type A2aServer, message, startA2a, text } from './a2a-server.ts';

type Query = Readonly<Record<string, string | number | boolean>>;
interface Page {
  readonly tasks: readonly { id: string; status: { timestamp: string }; artifacts?: unknown[] }[];
  readonly nextPageToken: string;
  readonly pageSize: number;
  readonly totalSize: number;
}
interface Answer {
  readonly page: Page | null;
  /** Of the error, as both bindings name it. */
  readonly reason: string | null;
}

let server: A2aServer;
const CONTEXT = 'the-one-context';
const MADE = 23;
beforeAll(async () => {
  server = await startA2a();
  for (let n = 0; n < MADE; n += 1) await make(n % 3 === 0 ? { contextId: CONTEXT } : {});
});
afterAll(() => server.close());

async function make(more: object = {}): Promise<string> {
  const { result } = await server.rpc('SendMessage', { message: message([text('hello')], more) });
  return result.task.id;
}

const BINDINGS: Record<string, (query: Query) => Promise<Answer>> = {
  async 'JSON-RPC'(query) {
    const { result, error } = await server.rpc('ListTasks', query);
    return { page: result ?? null, reason: error?.data?.[0]?.reason ?? error?.code ?? null };
  },
  async 'HTTP+JSON'(query) {
    const words = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const { status, body } = await server.rest('GET', `/tasks?${words}`);
    return status === 200 ? { page: body, reason: null } : { page: null, reason: body.error.details[0].reason };
  },
};

describe.each(Object.entries(BINDINGS))('tasks in pages over %s', (_name, list) => {
  /** All pages, and what `between` does after the first. */
  async function walk(query: Query, between?: () => Promise<unknown>): Promise<Page[]> {
    const pages: Page[] = [];
    let token = '';
    do {
      const { page, reason } = await list({ ...query, ...(token !== '' && { pageToken: token }) });
      if (page === null) throw new Error(String(reason));
      pages.push(page);
      token = page.nextPageToken;
      if (pages.length === 1) await between?.();
    } while (token !== '');
    return pages;
  }
  const idsOf = (pages: readonly Page[]) => pages.flatMap(({ tasks }) => tasks.map(({ id }) => id));

  it('each once, the latest change first, whatever the size of a page', async () => {
    const whole = await walk({ pageSize: 100 });
    expect(whole).toHaveLength(1);
    const times = whole[0]!.tasks.map(({ status }) => status.timestamp);
    expect(times).toEqual(times.toSorted().reverse());
    const total = whole[0]!.totalSize;
    expect(new Set(idsOf(whole)).size).toBe(total);
    for (const pageSize of [1, 2, 7, total - 1, total, total + 1]) {
      const pages = await walk({ pageSize });
      expect(idsOf(pages)).toEqual(idsOf(whole));
      expect(pages).toHaveLength(Math.ceil(total / pageSize));
      for (const page of pages) expect(page).toMatchObject({ pageSize, totalSize: total });
    }
    expect((await list({})).page).toMatchObject({ pageSize: 50, nextPageToken: '' });
  });

  it('what is made while somebody turns pages comes in none of them, and moves nothing', async () => {
    const before = idsOf(await walk({ pageSize: 100 }));
    const pages = await walk({ pageSize: 4 }, async () => {
      await make();
      await make({ contextId: CONTEXT });
    });
    expect(idsOf(pages)).toEqual(before);
    expect(pages.at(-1)!.totalSize).toBe(before.length + 2);
  });

  it('filters hold on every page', async () => {
    const all = await walk({ pageSize: 100, contextId: CONTEXT });
    const pages = await walk({ pageSize: 3, contextId: CONTEXT });
    expect(pages.length).toBeGreaterThan(2);
    expect(idsOf(pages)).toEqual(idsOf(all));
    const state = 'TASK_STATE_INPUT_REQUIRED';
    expect(idsOf(await walk({ pageSize: 3, contextId: CONTEXT, status: state }))).toEqual(idsOf(all));
    expect((await list({ contextId: CONTEXT, status: 'TASK_STATE_WORKING' })).page).toMatchObject({
      tasks: [],
      totalSize: 0,
      nextPageToken: '',
    });
    expect((await list({ contextId: 'nobody-has-this' })).page!.totalSize).toBe(0);
  });

  it('the token of a page whose last task is gone still leads on', async () => {
    const { page } = await list({ pageSize: 2 });
    const last = page!.tasks.at(-1)!.id;
    // A cancelled task has changed last: it is no longer where the token points.
    await server.rpc('CancelTask', { id: last });
    const next = (await list({ pageSize: 2, pageToken: page!.nextPageToken })).page!;
    expect(next.tasks.map(({ id }) => id)).not.toContain(last);
    expect(next.tasks).toHaveLength(2);
  });

  it.each<Query>([
    { pageSize: 0 },
    { pageSize: 101 },
    { pageSize: -1 },
    { pageSize: 1.5 },
    { pageSize: 'ten' },
    { pageToken: 'nonsense' },
    { pageToken: '🗂' },
    { pageToken: Buffer.from('2026-01-01T00:00:00Z').toString('base64url') },
    { pageToken: Buffer.from(`2026-01-01T00:00:00Z|${'x'.repeat(500)}`).toString('base64url') },
    { status: 'TASK_STATE_OF_MIND' },
    { statusTimestampAfter: 'yesterday' },
    { historyLength: -1 },
  ])('%o is refused', async (query) => {
    expect(await list(query)).toEqual({ page: null, reason: 'INVALID_PARAMS' });
  });
});

it('both bindings give the same pages, and each goes on where the other one stopped', async () => {
  const [rpc, http] = Object.values(BINDINGS) as [(typeof BINDINGS)[string], (typeof BINDINGS)[string]];
  const query = { pageSize: 5, includeArtifacts: true, historyLength: 1 };
  const first = (await rpc(query)).page!;
  expect((await http(query)).page).toEqual(first);
  const more = { ...query, pageToken: first.nextPageToken };
  expect((await http(more)).page).toEqual((await rpc(more)).page);
});

it('push notification configurations come in pages too, the same over both bindings', async () => {
  const taskId = await make();
  for (const id of ['c', 'a', 'e', 'b', 'd']) {
    await server.rest('POST', `/tasks/${taskId}/pushNotificationConfigs`, { id, url: 'https://hooks.example/x' });
  }
  const seen: string[][] = [];
  for (let token: string = ''; seen.length === 0 || token !== ''; ) {
    const { result } = await server.rpc('ListTaskPushNotificationConfigs', { taskId, pageSize: 2, pageToken: token });
    const path = `/tasks/${taskId}/pushNotificationConfigs?pageSize=2&pageToken=${token}`;
    const { configs = [], nextPageToken = '' } = (await server.rest('GET', path)).body;
    expect({ configs, nextPageToken }).toEqual({ nextPageToken: '', ...result });
    seen.push(configs.map(({ id }: { id: string }) => id));
    token = nextPageToken;
  }
  expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  for (const pageSize of [-1, 101]) {
    expect((await server.rpc('ListTaskPushNotificationConfigs', { taskId, pageSize })).error?.code).toBe(-32602);
    expect((await server.rest('GET', `/tasks/${taskId}/pushNotificationConfigs?pageSize=${pageSize}`)).status).toBe(
      400,
    );
  }
});
