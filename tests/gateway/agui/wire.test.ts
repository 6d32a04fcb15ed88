import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from '@ag-ui/proto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOCAL } from '../../../src/contract/principal.ts';
import { type AguiServer, eventsOf, framesOf, runInput, startAgui } from './runs.ts';

const TOKEN = 'a token of the tests';
const PASSWORD = 'long enough words 1';
const SLOW = [{ type: 'image', source: { type: 'url', value: 'slow.jpg' } }];

let server: AguiServer;
beforeAll(async () => {
  server = await startAgui();
});
afterAll(() => server.close());

describe('framing', () => {
  it('one JSON event for each data line, and nothing that a proxy may keep', async () => {
    const answer = await server.post(runInput('help'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    const text = await answer.text();
    expect(text).not.toContain('\r');
    expect(text.endsWith('\n\n')).toBe(true);
    expect(text.trimEnd().split('\n\n')).toEqual(framesOf(text).map((event) => `data: ${JSON.stringify(event)}`));
    expect(framesOf(text)[0]).toMatchObject({ type: 'RUN_STARTED', protocolVersion: '1.0', runId: 'run-1' });
  });

  it.each([
    ['*/*', 'text/event-stream'],
    ['text/event-stream, application/vnd.ag-ui.event+proto;q=0.5', 'text/event-stream'],
    ['application/vnd.ag-ui.event+proto;q=0', 'text/event-stream'],
    ['application/json', 'text/event-stream'],
    ['application/vnd.ag-ui.event+proto', 'application/vnd.ag-ui.event+proto'],
  ])('accept %s is answered as %s', async (accept, type) => {
    const answer = await server.post(runInput('help'), { accept });
    expect(answer.headers.get('content-type')).toBe(type);
    await answer.arrayBuffer();
  });

  it('protobuf frames hold the same events', async () => {
    const accept = 'application/vnd.ag-ui.event+proto';
    const bytes = Buffer.from(await (await server.post(runInput('help'), { accept })).arrayBuffer());
    const types: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      types.push(decode(bytes.subarray(at + 4, at + 4 + length)).type);
      at += 4 + length;
    }
    expect(types).toEqual((await eventsOf(await server.post(runInput('help')))).map(({ type }) => type));
  });

  it('the bytes of a picture come back in no event', async () => {
    const value = Buffer.alloc(6000, 7).toString('base64');
    const image = { type: 'image', source: { type: 'data', value, mimeType: 'image/jpeg' } };
    const text = await (await server.post(runInput([image]))).text();
    expect(text).toContain('picture 1 of message m1');
    expect(text).not.toContain(value.slice(0, 200));
    expect(server.services.requests.at(-1)?.request.image).toBe(`data:image/jpeg;base64,${value}`);
  });

  it('what another program kept as state is not taken for ours', async () => {
    const state = { scene: 'x', ownThing: { a: 1 } };
    const [, snapshot] = await eventsOf(await server.post(runInput('help', { state })));
    expect(snapshot).toMatchObject({ type: 'STATE_SNAPSHOT', snapshot: { scene: [], analysis_id: null } });
  });
});

describe('what cannot be run', () => {
  it.each([
    ['no JSON', '{', 400],
    ['an empty body', '', 400],
    ['a list', [], 400],
    ['no thread', { runId: 'r', messages: [] }, 400],
    ['an empty thread id', runInput('help', { threadId: '' }), 400],
    ['a long run id', runInput('help', { runId: 'x'.repeat(201) }), 400],
    ['a message without a role', runInput('help', { messages: [{ id: 'm' }] }), 400],
    ['an unknown part', runInput([{ type: 'smell' }]), 400],
    ['many values', runInput('help', { state: Array(60_000).fill(0) }), 400],
    [
      'many pictures',
      runInput('https://a.example/1 https://a.example/2 https://a.example/3 https://a.example/4 https://a.example/5'),
      400,
    ],
    ['many sentences', runInput('Keep mugs 5 cm from laptops.\n'.repeat(11)), 400],
    [
      'a forged interrupt',
      runInput('', { resume: [{ interruptId: 'v1.e30.AAAA', status: 'resolved', payload: {} }] }),
      400,
    ],
    ['two answers', runInput('', { resume: [1, 2].map(() => ({ interruptId: 'a', status: 'cancelled' })) }), 400],
  ])('%s', async (_, body, status) => {
    const answer = await server.post(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code: expect.stringMatching(/^VALIDATION_/), status } });
  });

  it('the issues name where it is wrong', async () => {
    const { error } = (await (await server.post(runInput([{ type: 'text' }]))).json()) as {
      error: { details: unknown };
    };
    expect(error.details).toMatchObject({ issues: [{ path: expect.stringContaining('messages.0.content') }] });
  });

  it('unknown members are let be', async () => {
    expect((await eventsOf(await server.post(runInput('help', { later: { a: null } })))).at(-1)?.type).toBe(
      'RUN_FINISHED',
    );
  });

  it('an interrupt is good for its own thread only', async () => {
    const asked = await eventsOf(await server.post(runInput('Keep mugs far from krakens')));
    const { outcome } = asked.at(-1) as unknown as { outcome: { interrupts: [{ id: string }] } };
    const resume = [{ interruptId: outcome.interrupts[0].id, status: 'cancelled' }];
    expect((await server.post(runInput('', { resume, threadId: 'thread-2' }))).status).toBe(400);
    expect((await server.post(runInput('', { resume }))).status).toBe(200);
  });

  it('an interrupt is answered once, however many answers come at the same time', async () => {
    const asked = await eventsOf(await server.post(runInput('Keep mugs far from krakens')));
    const { outcome } = asked.at(-1) as unknown as { outcome: { interrupts: [{ id: string }] } };
    const answer = (sentence: string) => {
      const resume = [{ interruptId: outcome.interrupts[0].id, status: 'resolved', payload: { sentence } }];
      return server.post(runInput('', { resume }));
    };
    const at = [41, 42, 43, 44].map((cm) => answer(`Keep mugs at least ${cm} cm away from keyboards`));
    const statuses = (await Promise.all(at)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 400, 400, 400]);
    const later = await answer('Keep mugs at least 45 cm away from keyboards');
    expect([later.status, await later.json()]).toMatchObject([
      400,
      { error: { code: 'VALIDATION_002', message: 'The interrupt was answered already.' } },
    ]);
  });

  it('a long text is refused before the stream, one that is just not too long ends it with an error', async () => {
    for (const content of [
      'x'.repeat(20_001),
      [
        { type: 'text', text: 'a '.repeat(6000) },
        { type: 'text', text: 'b '.repeat(6000) },
      ],
    ]) {
      const refused = await server.post(runInput(content));
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { error: { details: { issues: [{ path: 'messages.0.content' }] } } },
      ]);
    }
    const read = await (await server.post(runInput('x'.repeat(20_000)))).text();
    expect(read.length).toBeLessThan(60_000);
    expect(framesOf(read).at(-1)?.type).toBe('RUN_ERROR');
    // What is not read may be long: the thread is sent whole each time.
    const before = { id: 'm0', role: 'user', content: 'x'.repeat(30_000) };
    const messages = [before, { id: 'm1', role: 'user', content: 'help' }];
    expect((await server.post(runInput('', { messages }))).status).toBe(200);
  });

  it('GET is told what is served', async () => {
    const answer = await fetch(server.address);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

it('without the token nothing starts, and whoever may not write learns so before the stream', async () => {
  const guarded = await startAgui({}, { token: TOKEN });
  try {
    const refused = await guarded.post(runInput('help'));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
    const { accounts } = guarded.services;
    const admin = { principal: LOCAL };
    await accounts.ensureAdmin('root', PASSWORD);
    await accounts.createUser(admin, {
      username: 'vera',
      password: PASSWORD,
      role: 'viewer',
      must_change_password: false,
    });
    const { access_token } = await accounts.login({ username: 'vera', password: PASSWORD }, 'a client');
    const headers = { authorization: `Bearer ${access_token}` };
    const answer = await guarded.post(runInput('Keep mugs at least 150 mm away from laptops'), headers);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      {
        error: expect.objectContaining({
          code: 'AUTH_003',
          details: expect.objectContaining({ permission: 'rules:write' }),
        }),
      },
    ]);
  } finally {
    await guarded.close();
  }
});

describe('the end of a run', () => {
  it('a client that goes away stops the work', async () => {
    const before = server.services.aborted;
    const gone = new AbortController();
    const answer = await server.post(runInput(SLOW), {}, gone.signal);
    await answer.body!.getReader().read();
    gone.abort();
    await vi.waitFor(() => expect(server.services.aborted).toBe(before + 1));
  });

  it.each(['slow.jpg', 'deaf.jpg'])('its time is over: %s', async (value) => {
    const short = await startAgui({}, {}, 150);
    try {
      const events = await eventsOf(await short.post(runInput([{ type: 'image', source: { type: 'url', value } }])));
      expect(events.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'ANALYSIS_003' });
      expect(events.filter(({ type }) => type === 'STEP_STARTED')).toHaveLength(
        events.filter(({ type }) => type === 'STEP_FINISHED').length,
      );
    } finally {
      await short.close();
    }
  });

  it('the server stops: the run says so', async () => {
    const stopping = await startAgui();
    const answer = await stopping.post(runInput(SLOW));
    const events = eventsOf(answer);
    await sleep(50);
    const started = performance.now();
    await stopping.close();
    expect(performance.now() - started).toBeLessThan(2000);
    expect((await events).at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'SYSTEM_001' });
  });

  it('a plain fault tells nothing of itself', async () => {
    const text = await (
      await server.post(runInput([{ type: 'image', source: { type: 'url', value: 'crash.jpg' } }]))
    ).text();
    expect(framesOf(text).at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'SYSTEM_003' });
    expect(text).not.toContain('secret');
  });
});

it('in read-only mode a sentence is shown and not stored', async () => {
  const reading = await startAgui({ H200_READ_ONLY: 'true' });
  try {
    const events = await eventsOf(await reading.post(runInput('Keep mugs at least 150 mm away from laptops')));
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', result: {} });
    expect(JSON.stringify(events)).toContain('Preview, not stored');
  } finally {
    await reading.close();
  }
});
