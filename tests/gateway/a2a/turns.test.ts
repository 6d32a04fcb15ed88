import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRest } from '../rest/rest-server.ts';
import { type A2aServer, message, photo, startA2a, text } from './a2a-server.ts';

let server: A2aServer;
beforeAll(async () => {
  server = await startA2a();
});
afterAll(() => server.close());

const send = async (parts: object[], more: object = {}) =>
  (await server.rpc('SendMessage', { message: message(parts, more) })).result.task;
const again = (task: { id: string; contextId: string }, parts: object[]) =>
  send(parts, { taskId: task.id, contextId: task.contextId });
const asked = (task: { status: { message: { parts: { text?: string }[] } } }) => task.status.message.parts[0]!.text;

describe('what is missing is asked for', () => {
  it('a sentence that is not understood, until it is', async () => {
    const first = await send([text('Keep mugs near'), { data: { skill: 'make_rule', name: 'far' } }]);
    expect(first.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
    expect(asked(first)).toContain('How near is near?');
    expect(first.status.message.parts[1].data).toMatchObject({
      question: 'How near is near?',
      unknown: ['Keep mugs near'],
    });
    const second = await again(first, [text('Keep mugs 321 mm away from laptops')]);
    expect(second).toMatchObject({ id: first.id, status: { state: 'TASK_STATE_COMPLETED' } });
    expect(second.artifacts[0].parts[0].data).toMatchObject({ stored: true, rule: { name: 'far' } });
    expect(second.history.map(({ role }: { role: string }) => role)).toEqual(['ROLE_USER', 'ROLE_AGENT', 'ROLE_USER']);
  });

  it('not for ever: the fourth sentence that says nothing is the end', async () => {
    let task = await send([text('nothing'), { data: { skill: 'make_rule' } }]);
    for (let i = 0; i < 3; i += 1) {
      expect(task.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
      task = await again(task, [text('nothing')]);
    }
    expect(task.status.state).toBe('TASK_STATE_FAILED');
    expect(task.status.message.parts[1].data.error.code).toBe('RULES_004');
    const { error } = await server.rpc('SendMessage', { message: message([text('x')], { taskId: task.id }) });
    expect(error).toMatchObject({ code: -32004, message: expect.stringContaining('The task is over (failed)') });
  });

  it('a photo, then the answer; the skill that was named stays', async () => {
    const first = await send([text('Where should it go?')], { metadata: { skillId: 'advise_placement' } });
    expect(first.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
    const second = await again(first, [photo('desk')]);
    expect(second.status.state).toBe('TASK_STATE_COMPLETED');
    expect(second.artifacts[0]).toMatchObject({
      name: 'placement',
      parts: [{ data: { moves: expect.any(Array) } }, {}, {}],
    });
  });

  it('the rule, the photo, in either order', async () => {
    const first = await send([text('Keep mugs 99 mm away from laptops')], { metadata: { skillId: 'check_rule' } });
    expect(asked(first)).toContain('Send a photo');
    const second = await again(first, [photo('desk')]);
    expect(second.artifacts[0].parts[0].data.canonical).toContain('99');
    const other = await send([photo('desk')], { metadata: { skillId: 'check_rule' } });
    expect(asked(other)).toContain('Which rule?');
  });

  it('a rule among requests is checked, and the answer is in plain words', async () => {
    const said = 'Please check this desk. Keep mugs at least 98 mm away from laptops. Is everything all right?';
    const checked = await send([text(said), photo('desk')]);
    expect(checked.artifacts[0]).toMatchObject({
      name: 'rule check',
      parts: [{ data: { canonical: expect.stringContaining('98') } }, {}],
    });
    const looked = await send([text('Please check this desk'), photo('desk')]);
    expect(looked.artifacts[0].name).toBe('analysis');
    for (const { artifacts } of [checked, looked]) {
      const words = artifacts[0].parts.at(-1).text;
      expect(words).not.toMatch(/\*\*|Next|get_annotated_image|detail "full"|structuredContent|^[a-z_]+:/);
    }
  });

  it('what it can do, where nothing says what is wanted', async () => {
    const task = await send([text('hello, who are you?')]);
    expect(task.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
    expect(task.status.message.parts[1].data.skills).toContain('analyse_desk');
    expect((await again(task, [photo('desk')])).status.state).toBe('TASK_STATE_COMPLETED');
  });

  it('a photo may be an address in the words, and no other scheme than https', async () => {
    await send([text('Look at https://photos.example/x.jpg, please.')]);
    expect(server.services.requests.at(-1)!.request.image).toBe('https://photos.example/x.jpg');
    const refused = await send([{ url: 'file:///etc/passwd', mediaType: 'image/png' }]);
    expect(refused.status.state).toBe('TASK_STATE_FAILED');
    expect(refused.status.message.parts[1].data.error.code).toBe('VALIDATION_002');
  });

  it('an unknown skill and unknown arguments are told, with what there is', async () => {
    const skill = await send([text('x')], { metadata: { skillId: 'make_coffee' } });
    expect(asked(skill)).toContain('analyse_desk');
    const argument = await send([{ data: { skill: 'analyse_desk', image: 'https://a.example/b.jpg', zoom: 2 } }]);
    expect(argument.status.state).toBe('TASK_STATE_FAILED');
    expect(asked(argument)).toContain('zoom');
  });

  it('whom a question came through is known to what is done with it, in later turns too', async () => {
    const metadata = { 'h200.delegation': { trace: ['agent-a', 'agent-b'], depth: 2 } };
    await send([photo('desk')], { metadata });
    expect(server.services.requests.at(-1)!.context.delegation).toEqual(metadata['h200.delegation']);
    const first = await send([text('hello')], { metadata });
    await again(first, [photo('desk')]);
    expect(server.services.requests.at(-1)!.context.delegation).toEqual(metadata['h200.delegation']);
    await send([photo('desk')]);
    expect(server.services.requests.at(-1)!.context.delegation).toBeUndefined();
  });

  it.each([
    { trace: Array.from({ length: 1000 }, (_, n) => `agent-${n}`), depth: 1 },
    { trace: ['a'.repeat(100_000)], depth: 1 },
    ...[1e308, -5, 'x', 1.5].map((depth) => ({ trace: [], depth })),
    'no trace',
    null,
  ])('a trace that cannot be read is known as one, and the task is done (%#)', async (trace) => {
    const metadata = { 'h200.delegation': trace };
    expect((await send([photo('desk')], { metadata })).status.state).toBe('TASK_STATE_COMPLETED');
    expect(server.services.requests.at(-1)!.context.delegation).toBe('unreadable');
  });

  it('a failure of ours says nothing of the inside', async () => {
    const task = await send([{ data: { image: 'crash.jpg' } }]);
    expect(task.status.state).toBe('TASK_STATE_FAILED');
    expect(task.status.message.parts[1].data.error.code).toBe('SYSTEM_003');
    expect(JSON.stringify(task)).not.toContain('/etc/path');
  });
});

it('a server that changes nothing shows the rule and does not store it', async () => {
  const real = await startRest({ H200_READ_ONLY: 'true' });
  try {
    const params = { message: message([text('Keep mugs at least 6 inches away from laptops')]) };
    const body = { jsonrpc: '2.0', id: 1, method: 'SendMessage', params };
    const { task } = (await real.ask('POST', '/a2a', body, { 'a2a-version': '1.0' })).body.result;
    expect(task.artifacts[0].parts[0].data).toMatchObject({ stored: false, rule: { canonical: expect.any(String) } });
    expect((await real.ask('GET', '/api/v1/rules')).body).toEqual([]);
  } finally {
    await real.close();
  }
});

describe('with the real grammar', () => {
  it('a length for an answer is asked for its things, and German is told that rules are English', async () => {
    const real = await startRest();
    try {
      const say = async (said: string) => {
        const params = { message: message([text(said)], { metadata: { skillId: 'make_rule' } }) };
        const body = { jsonrpc: '2.0', id: 1, method: 'SendMessage', params };
        return asked((await real.ask('POST', '/a2a', body, { 'a2a-version': '1.0' })).body.result.task);
      };
      expect(await say('20 cm')).toContain('20 cm between which two things?');
      expect(await say('Die Tasse muss auf dem Untersetzer stehen')).toContain('English only');
    } finally {
      await real.close();
    }
  });

  it('what rests on an assumption is asked back before it is stored', async () => {
    const real = await startRest();
    try {
      const say = async (parts: object[], more: object = {}) =>
        (
          await real.ask(
            'POST',
            '/a2a',
            { jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message: message(parts, more) } },
            { 'a2a-version': '1.0' },
          )
        ).body.result.task;
      const rules = async () => (await real.ask('GET', '/api/v1/rules')).body;
      const first = await say([text('Keep mugs away from laptops')]);
      expect(first.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
      expect(asked(first)).toContain('was read as at least 150 mm');
      expect(await rules()).toEqual([]);
      const turn = { taskId: first.id, contextId: first.contextId };
      const other = await say([text('Keep mugs away from the keyboard')], turn);
      expect(asked(other)).toContain('keyboard');
      const stored = await say([text('Yes.')], turn);
      expect(stored.status.state).toBe('TASK_STATE_COMPLETED');
      expect(await rules()).toMatchObject([{ canonical: expect.stringContaining('keyboard') }]);
      const no = await say([text('Keep mugs away from laptops')]);
      const left = await say([text('no')], { taskId: no.id, contextId: no.contextId });
      expect(left.artifacts[0].parts[0].data).toEqual({ stored: false });
      expect(await rules()).toHaveLength(1);
      const plain = await say([text('Keep mugs at least 6 inches away from laptops')]);
      expect(plain.status.state).toBe('TASK_STATE_COMPLETED');
      // Who tries again makes no second one; with another priority it is another one.
      const repeated = await say([text('Keep mugs 6 inches away from laptops')]);
      expect(repeated.artifacts[0].parts[0].data).toMatchObject({
        stored: true,
        rule: { rule_id: plain.artifacts[0].parts[0].data.rule.rule_id },
      });
      expect(repeated.artifacts[0].parts.at(-1).text).toContain('stored already');
      expect(await rules()).toHaveLength(2);
      const more = { data: { skill: 'make_rule', priority: 9 } };
      const stronger = await say([text('Keep mugs at least 6 inches away from laptops'), more]);
      expect(stronger.artifacts[0].parts.at(-1).text).toContain('overlap with rule_');
      expect(await rules()).toHaveLength(3);
      // What contradicts a stored rule is asked back as well.
      const against = await say([text('Keep mugs at most 2 inches away from laptops')]);
      expect(against.status.state).toBe('TASK_STATE_INPUT_REQUIRED');
      expect(asked(against)).toContain('contradiction');
    } finally {
      await real.close();
    }
  });
});
