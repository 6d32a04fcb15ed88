import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOCAL } from '../../../src/contract/principal.ts';
import { Receiver, until } from '../../support/receiver.ts';
import { type RestServer, startRest } from './rest-server.ts';

const PICTURE = 'https://templated-assets.test/r1.png';
const TOKEN = 'callback-test-token-0123456789';
let templated: Receiver;
let server: RestServer;
let done = false;
beforeAll(async () => {
  templated = await new Receiver().start();
  templated.behaviour = () => ({
    status: 200,
    body: JSON.stringify({ id: 'r1', status: done ? 'COMPLETED' : 'PENDING', url: done ? PICTURE : null }),
  });
  server = await startRest(
    {
      TEMPLATED_API_KEY: 'key',
      TEMPLATED_API_URL: new URL(templated.url).origin,
      TEMPLATED_CALLBACK_URL: 'https://desk.example.com',
      H200_NOTIFY_PRIVATE: 'true',
    },
    TOKEN,
  );
}, 60_000);
afterAll(async () => {
  await server.close();
  await templated.stop();
});

const signed = { authorization: `Bearer ${TOKEN}` };
const desk = {
  detections: [{ class: 'mug', confidence: 1, bbox: [100, 200, 150, 250] as [number, number, number, number] }],
  size: { width: 640, height: 480 },
  calibration: { mm_per_pixel: 1 },
};

it('who makes pictures calls back without a login, and is believed only as it answers when asked', async () => {
  const { analysis_id: id } = await server.services.analyses.analyze({ principal: LOCAL }, desk);
  await until(() => templated.calls.some(({ body }) => body !== ''));
  const { webhook_url: hook } = JSON.parse(templated.calls.find(({ body }) => body !== '')!.body);
  const path = new URL(hook).pathname;
  expect(path).toContain(`/api/v1/notifications/templated/${id}.`);
  const render = () => server.ask('GET', `/api/v1/analyze/results/${id}/render`, undefined, signed);

  // Written down behind the provider's answer.
  await until(async () => (await render()).status === 200);
  const claimed = { id: 'r1', status: 'COMPLETED', url: 'https://evil.test/picture.png' };
  expect((await server.ask('POST', path, claimed)).status).toBe(200);
  expect((await render()).body).toMatchObject({ status: 'PENDING', url: null });

  done = true;
  for (const wrong of [`${path}x`, path.replace(id, 'ana_other'), '/api/v1/notifications/templated/x']) {
    const { status, body } = await server.ask('POST', wrong, claimed);
    expect([wrong, status, body.error.code]).toEqual([wrong, 403, 'AUTH_003']);
  }
  expect(await server.ask('POST', path, claimed)).toMatchObject({ status: 200, body: { ok: true } });
  expect((await render()).body).toMatchObject({ status: 'COMPLETED', url: PICTURE });
  expect((await server.ask('GET', `/api/v1/analyze/results/${id}/render`)).status).toBe(401);
}, 30_000);
