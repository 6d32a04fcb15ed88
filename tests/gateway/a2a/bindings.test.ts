import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type A2aServer, eventsOf, message, photo, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());

const RULE = 'Keep mugs at least 150 mm away from laptops';

describe('both bindings', () => {
  it('a photo becomes one artifact: the object that tools answer, a picture and words', async () => {
    const { result } = await server.rpc('SendMessage', { message: message([text('check this desk'), photo('desk')]) });
    const { task } = result;
    expect(task.status.state).toBe('TASK_STATE_COMPLETED');
    expect(task.artifacts).toHaveLength(1);
    const [data, picture, words] = task.artifacts[0].parts;
    expect(data).toMatchObject({
      mediaType: 'application/json',
      data: { analysis_id: expect.stringMatching(/^ana_/) },
    });
    expect(picture).toMatchObject({
      url: `${server.url}/files/annotated-${data.data.analysis_id}`,
      mediaType: 'image/jpeg',
    });
    expect(words).toMatchObject({ mediaType: 'text/plain', text: expect.stringContaining(data.data.analysis_id) });
    const overHttp = await server.rest('GET', `/tasks/${task.id}`);
    expect(overHttp.body).toEqual(task);
    expect(overHttp.headers.get('content-type')).toMatch(/^application\/a2a\+json/);
    expect((await server.rpc('GetTask', { id: task.id })).result).toEqual(task);
  });

  it('a stream is the task, what is being done, the artifact, the end', async () => {
    for (const binding of ['rpc', 'rest']) {
      const params = { message: message([photo('desk')]) };
      const answer = await fetch(`${server.url}${binding === 'rpc' ? '/a2a' : '/a2a/rest/message:stream'}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
        body: JSON.stringify(
          binding === 'rpc' ? { jsonrpc: '2.0', id: 'x', method: 'SendStreamingMessage', params } : params,
        ),
      });
      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      expect(answer.headers.get('x-request-id')).toBeTruthy();
      const events = await eventsOf(answer);
      const bare = binding === 'rpc' ? events.map(({ result }) => result) : events;
      if (binding === 'rpc') expect(events.every(({ jsonrpc, id }) => jsonrpc === '2.0' && id === 'x')).toBe(true);
      expect(bare.map((one) => Object.keys(one)[0])).toEqual([
        'task',
        ...Array(4).fill('statusUpdate'),
        'artifactUpdate',
        'statusUpdate',
      ]);
      expect(bare[0].task.status.state).toBe('TASK_STATE_SUBMITTED');
      const said = bare.flatMap(({ statusUpdate }) => statusUpdate?.status.message?.parts?.[0]?.text ?? []);
      expect(said).toEqual(['reading the image', 'looking for objects', 'measuring']);
      expect(bare.at(-1).statusUpdate.status.state).toBe('TASK_STATE_COMPLETED');
      const kept = (await server.rpc('GetTask', { id: bare[0].task.id })).result;
      expect(kept.history).toHaveLength(1);
    }
  });

  it('bytes reach the analysis and are not kept', async () => {
    const raw = Buffer.from('the bytes of a photo').toString('base64');
    const params = {
      message: message([{ raw, mediaType: 'image/png', filename: 'my.png' }]),
      configuration: { returnImmediately: true },
    };
    const { task } = (await server.rest('POST', '/message:send', params)).body;
    expect(task.status.state).toBe('TASK_STATE_SUBMITTED');
    expect(JSON.stringify(task)).not.toContain(raw);
    await expect
      .poll(async () => (await server.rest('GET', `/tasks/${task.id}`)).body.status.state)
      .toBe('TASK_STATE_COMPLETED');
    const { request } = server.services.requests.at(-1)!;
    expect(request.image).toBe('my.png');
    expect(Buffer.from(request.bytes!).toString()).toBe('the bytes of a photo');
    const kept = (await server.rest('GET', `/tasks/${task.id}`)).body;
    expect(kept.history[0].parts[0].data).toEqual({ left_out: { bytes: 20, media_type: 'image/png' } });
  });

  it('a sentence becomes a rule; with a photo it is only tried', async () => {
    const made = (await server.rpc('SendMessage', { message: message([text(RULE)]) })).result.task;
    expect(made.status.state).toBe('TASK_STATE_COMPLETED');
    expect(made.artifacts[0].parts[0].data).toMatchObject({ stored: true, rule: { rule_id: expect.any(String) } });
    const tried = (await server.rpc('SendMessage', { message: message([text(RULE), photo('desk')]) })).result.task;
    expect(tried.artifacts[0].name).toBe('rule check');
    expect(tried.artifacts[0].parts[0].data).toMatchObject({ rule_id: null, canonical: expect.any(String) });
    expect(server.services.requests.at(-1)!.request).toMatchObject({ store: false, only_rules: [] });
  });
});
