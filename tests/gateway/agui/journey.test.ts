import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { EXAMPLES, startRest } from '../rest/rest-server.ts';
import { officialClient } from './runs.ts';

it('the real journey: a photo, a rule by two questions, and the photo again', async () => {
  const said = vi.fn();
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(said);
  const server = await startRest();
  try {
    const { agent, events } = officialClient(`${server.url}/ag-ui`);
    const value = readFileSync(join(EXAMPLES, 'mug-too-close.jpg')).toString('base64');
    const photo = { type: 'image' as const, source: { type: 'data' as const, value, mimeType: 'image/jpeg' } };
    agent.addMessage({ id: 'm1', role: 'user', content: [photo] });
    const first = await agent.runAgent({ runId: 'run-1' });
    const steps = events.flatMap((e) => (e.type === 'STEP_STARTED' ? [e.stepName] : []));
    expect(steps).toEqual([
      'Analyse a desk photo',
      'reading the image',
      'looking for objects',
      'measuring',
      'checking the rules',
      'storing the answer',
    ]);
    const [analysisId] = (first.result as { analysis_ids: string[] }).analysis_ids;
    const stored = await server.ask('GET', `/api/v1/analyze/results/${analysisId}`);
    expect(agent.state.scene).toHaveLength(stored.body.objects.length);

    agent.addMessage({ id: 'm2', role: 'user', content: 'Keep mugs far from krakens' });
    await agent.runAgent({ runId: 'run-2' });
    for (const [run, sentence] of ['be nice', 'Keep mugs at least 30 cm away from laptops'].entries()) {
      const interruptId = agent.pendingInterrupts[0]!.id;
      const resume = [{ interruptId, status: 'resolved' as const, payload: { sentence } }];
      await agent.runAgent({ runId: `run-3-${run}`, resume });
    }
    expect(agent.pendingInterrupts).toEqual([]);
    expect((await server.ask('GET', '/api/v1/rules')).body).toMatchObject([{ conditions: [{ value: 300 }] }]);

    agent.addMessage({ id: 'm3', role: 'user', content: [photo] });
    await agent.runAgent({ runId: 'run-4' });
    expect(agent.state.verdicts).toMatchObject([{ verdict: 'violated' }]);
    expect(agent.state.moves.length).toBeGreaterThan(0);
    agent.addMessage({ id: 'm4', role: 'user', content: 'list the rules' });
    await agent.runAgent({ runId: 'run-5' });
    expect(agent.state.rules).toMatchObject([{ canonical: expect.stringContaining('300 mm') }]);
    expect(said.mock.calls).toEqual([]);
  } finally {
    await server.close();
  }
}, 60_000);
