import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type AguiServer, officialClient, startAgui } from './runs.ts';

let server: AguiServer;
const said = vi.fn();
beforeAll(async () => {
  server = await startAgui();
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(said);
});
beforeEach(() => said.mockClear());
afterAll(() => server.close());

it('a photo runs through its steps, and the client has state, report and text', async () => {
  const { agent, events } = officialClient(server.address);
  agent.addMessage({
    id: 'm1',
    role: 'user',
    content: [
      {
        type: 'text',
        text: 'Please look at this. Keep mugs far from krakens. Keep mugs at least 150 mm away from laptops.',
      },
      { type: 'image', source: { type: 'url', value: 'https://desks.example/desk.jpg' } },
    ],
  });
  const { result } = await agent.runAgent({ runId: 'run-1' });
  expect(said.mock.calls).toEqual([]);
  const types = events.map(({ type }) => type);
  expect(types.slice(0, 5)).toEqual([
    'RUN_STARTED',
    'STATE_SNAPSHOT',
    'TOOL_CALL_START',
    'TOOL_CALL_ARGS',
    'TOOL_CALL_END',
  ]);
  expect(types.at(-1)).toBe('RUN_FINISHED');
  expect(types).toContain('STEP_FINISHED');
  expect(events.flatMap((e) => (e.type === 'STEP_STARTED' ? [e.stepName] : []))).toContain('reading the image');
  const [report, picture] = events.filter(({ type }) => type === 'CUSTOM');
  expect(report).toMatchObject({ name: 'positioning.report', value: { calibration: { method: 'none' } } });
  expect(picture).toMatchObject({
    name: 'positioning.picture',
    value: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/files\/annotated-ana_/),
      content_type: 'image/jpeg',
    },
  });
  expect(agent.state).toMatchObject({
    analysis_id: expect.stringMatching(/^ana_/),
    progress: { message: 'done' },
    scene: [{ class: 'mug' }, { class: 'laptop' }],
    tried: [{ canonical: expect.stringContaining('150 mm') }],
  });
  expect(result).toEqual({ analysis_ids: [agent.state.analysis_id] });
  const texts = agent.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content ?? '');
  expect(texts.join('\n')).toContain('Not tried as a rule.');
  expect(texts.join('\n')).toContain('/files/annotated-ana_');
  expect(texts.join('\n')).not.toMatch(/\*\*|Next|get_annotated_image|detail "full"|structuredContent/);
  expect(agent.messages.filter(({ role }) => role === 'tool')).toHaveLength(3);

  // Over the same thread, by the id: the analysis is read again.
  agent.addMessage({ id: 'm9', role: 'user', content: `What about ${agent.state.analysis_id}?` });
  const again = await agent.runAgent({ runId: 'run-2' });
  expect(again.result).toEqual(result);
  expect(said.mock.calls).toEqual([]);
});

it('a sentence becomes a rule; what is not understood is asked for until it is', async () => {
  const { agent, events } = officialClient(server.address);
  agent.addMessage({ id: 'm1', role: 'user', content: 'Keep mugs far from krakens' });
  await agent.runAgent({ runId: 'run-1' });
  const [interrupt] = agent.pendingInterrupts;
  expect(interrupt).toMatchObject({
    reason: 'input_required',
    message: expect.stringContaining('Not understood'),
    responseSchema: { required: ['sentence'] },
  });
  const payload = { sentence: 'Keep mugs at least 200 mm away from keyboards' };
  const { result } = await agent.runAgent({
    runId: 'run-2',
    resume: [{ interruptId: interrupt!.id, status: 'resolved', payload }],
  });
  expect(result).toEqual({ rule_ids: [expect.stringMatching(/^rule_/)] });
  expect(agent.pendingInterrupts).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'success' } });
  expect(agent.state.rules).toMatchObject([{ canonical: expect.stringContaining('200 mm') }]);
  expect(said.mock.calls).toEqual([]);
});

it('whoever answers no question stores nothing', async () => {
  const { agent, events } = officialClient(server.address);
  agent.addMessage({ id: 'm1', role: 'user', content: 'Keep mugs far from krakens' });
  await agent.runAgent({ runId: 'run-1' });
  const interruptId = agent.pendingInterrupts[0]!.id;
  await agent.runAgent({ runId: 'run-2', resume: [{ interruptId, status: 'cancelled' }] });
  expect(events.at(-1)).toMatchObject({ outcome: { type: 'cancelled' } });
  expect(said.mock.calls).toEqual([]);
});

it('a conflict is asked about, as MCP asks', async () => {
  const { agent } = officialClient(server.address);
  agent.addMessage({ id: 'm1', role: 'user', content: 'Keep mugs at least 150 mm away from laptops' });
  await agent.runAgent({ runId: 'run-1' });
  agent.addMessage({ id: 'm2', role: 'user', content: 'Keep mugs at least 150 mm away from laptops' });
  await agent.runAgent({ runId: 'run-2' });
  const [interrupt] = agent.pendingInterrupts;
  expect(interrupt?.responseSchema).toMatchObject({ required: ['keep'] });
  const resume = [{ interruptId: interrupt!.id, status: 'resolved' as const, payload: { keep: 'existing' } }];
  const { result } = await agent.runAgent({ runId: 'run-3', resume });
  expect(result).toEqual({});
  expect(agent.messages.at(-1)?.content).toContain('Not stored');
});

it('a photo that cannot be read ends the run with the code of the catalogue', async () => {
  const { agent, events } = officialClient(server.address);
  agent.addMessage({
    id: 'm1',
    role: 'user',
    content: [{ type: 'image', source: { type: 'url', value: 'missing.jpg' } }],
  });
  await agent.runAgent({ runId: 'run-1' }).catch(() => {});
  expect(events.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'VALIDATION_006' });
});

it('lists and help', async () => {
  const { agent } = officialClient(server.address);
  for (const [words, answer] of [
    ['Help', 'Send a photo'],
    ['Which rules are there?', 'rule'],
    ['Show the analyses', 'Stored analyses'],
  ] as const) {
    agent.addMessage({ id: words, role: 'user', content: words });
    await agent.runAgent({ runId: words });
    expect(agent.messages.at(-1)?.content).toContain(answer);
  }
  expect(said.mock.calls).toEqual([]);
});
