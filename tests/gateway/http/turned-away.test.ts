import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { sendError } from '../../../src/gateway/http/errors.ts';
import { observe } from '../../../src/gateway/http/observe.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';

it('tells what is turned away for overload from what fails', async () => {
  const metrics = new Metrics();
  const app = Fastify();
  app.addHook('onRequest', async (request, reply) => observe(request, reply, metrics));
  app.setErrorHandler((thrown, request, reply) => sendError(thrown, request, reply));
  for (const code of ['SYSTEM_002', 'DB_001', 'RATE_001'] as const) {
    app.get(`/${code}`, async () => {
      throw new AppError(code, { retryAfterS: 1 });
    });
  }
  const origin = await app.listen({ port: 0 });
  const statuses: number[] = [];
  for (const path of ['SYSTEM_002', 'SYSTEM_002', 'DB_001', 'RATE_001']) {
    const answer = await fetch(`${origin}/${path}`);
    await answer.text();
    statuses.push(answer.status);
  }
  await app.close();
  expect(statuses).toEqual([503, 503, 503, 429]);
  const seen = (await metrics.requests.get()).values.map(({ labels, value }) => [labels.status, value]);
  expect(seen).toEqual([
    ['503', 3],
    ['429', 1],
  ]);
  expect((await metrics.requestsTurnedAway.get()).values.map(({ value }) => value)).toEqual([2]);
});
