import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysedObject } from '../../../src/contract/analysis.ts';
import type { OutgoingEvent } from '../../../src/contract/notification.ts';
import { templatedTarget } from '../../../src/events/channels/templated.ts';
import { readRender } from '../../../src/events/channels/templated-api.ts';
import { layersOf, qualityOf } from '../../../src/events/channels/templated-layers.ts';
import { createNotificationService } from '../../../src/notifications/service.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { callOf } from '../../support/caller.ts';
import { Receiver, type Reply } from '../../support/receiver.ts';
import { sampleAnalysis } from '../../support/samples.ts';

const signal = new AbortController().signal;
const DONE = { id: 'r1', status: 'COMPLETED', url: 'https://templated-assets.test/r1.png', width: 1, height: 2 };
const event: OutgoingEvent = {
  event_id: 'evt_1',
  event_type: 'positioning_analyzed',
  timestamp: '2026-01-01T00:00:00.000Z',
  owner: 'ann',
  severity: 'info',
  data: { analysis_id: 'ana_1' },
};
let receiver: Receiver;
let records: ReturnType<typeof createSqliteRecords>;
beforeEach(async () => {
  receiver = await new Receiver().start();
  records = createSqliteRecords(':memory:');
});
afterEach(async () => {
  await receiver.stop();
  await records.close();
});

const json = (body: unknown, status = 200): Reply => ({ status, body: JSON.stringify(body) });
function open(callback?: string) {
  const target = templatedTarget({
    allowPrivate: true,
    base: receiver.url.replace('/hook/very-secret-path', ''),
    apiKey: () => 'key',
    template: 'tpl',
    callback,
    registry: records.registry,
    analysis: async (id) => (id === 'ana_1' ? { ...sampleAnalysis(), analysis_id: id } : null),
    now: () => new Date(),
  });
  const service = createNotificationService({
    outbox: null,
    renderer: target.renderer,
    registry: records.registry,
    now: () => new Date(),
  });
  return { target, service, of: (who = 'ann') => service.render(callOf(who), 'ana_1') };
}
const methods = () => receiver.calls.map(({ body }) => (body === '' ? 'GET' : 'POST'));

describe('answers of Templated.io, as the documentation has them', () => {
  it.each([
    ['one object', DONE],
    ['a list', [DONE]],
    ['renders in an object', { renders: [DONE] }],
    ['render_url', { ...DONE, url: undefined, render_url: DONE.url }],
    ['no status', { ...DONE, status: undefined }],
    ['small letters', { ...DONE, status: 'completed' }],
  ])('%s', (_name, body) => {
    expect(readRender(JSON.stringify(body))).toEqual({ ...DONE, format: null });
  });

  it.each(['', 'null', '[]', '{}', '<html>', '{"id":"r1","url":"javascript:alert(1)"}', '{"id":1}'])(
    'no render: %s',
    (text) => {
      expect(readRender(text)).toBeNull();
    },
  );

  it('pending without an address', () => {
    expect(readRender('{"id":"r1"}')).toMatchObject({ status: 'PENDING', url: null });
  });
});

it('names layers as the template does, and invents no number', () => {
  const mug: AnalysedObject = {
    id: 'mug_1',
    class: 'mug',
    confidence: 0.954,
    bbox: [100, 200, 150, 250],
    position: {
      x: 125,
      y: 225,
      distance_to_edge: 50,
      edge_reference: 'image',
      x_mm: null,
      y_mm: null,
      uncertainty_mm: null,
      distance_to_edge_mm: null,
    },
  };
  const positioning = {
    optimal_position: { x: 150, y: 225 },
    adjustments_needed: [],
    safety_score: 0.85,
    infeasible: null,
    mugs: [{ id: 'mug_1', optimal_position: { x: 150, y: 225 }, adjustments: [] }],
  };
  expect(layersOf({ ...sampleAnalysis(), detections: [mug], positioning })).toMatchObject({
    mug_x: { text: '125' },
    mug_width: { text: '50' },
    confidence_score: { text: '0.95' },
    positioning_quality: { text: 'good' },
    bbox_y2: { text: '250' },
    mug: { x: 100, y: 200, width: 50, height: 50, hide: false },
    mug_optimal: { x: 125, y: 200, width: 50, height: 50, hide: false },
  });
  const none = layersOf({ ...sampleAnalysis(), detections: [], positioning: null });
  expect(none).toMatchObject({ mug_x: { text: '–' }, positioning_quality: { text: '–' }, mug: { hide: true } });
  expect([0.95, 0.9, 0.7, 0.5, 0.4, null].map(qualityOf)).toEqual([
    'excellent',
    'excellent',
    'good',
    'fair',
    'poor',
    '–',
  ]);
});

it('renders at once, and the owner alone sees the picture', async () => {
  receiver.behaviour = () => json(DONE);
  const { target, of } = open();
  await target.deliver([event], signal);
  const [{ headers, body }] = receiver.calls as [(typeof receiver.calls)[number]];
  expect(headers.authorization).toBe('Bearer key');
  expect(JSON.parse(body)).toMatchObject({ template: 'tpl', external_id: 'ana_1', format: 'png' });
  expect(JSON.parse(body)).not.toHaveProperty('async');
  expect(await of()).toMatchObject({ render_id: 'r1', status: 'COMPLETED', url: DONE.url });
  await expect(of('bob')).rejects.toMatchObject({ code: 'NOTIFICATION_003' });
  // Handed over once more, it is done already.
  await target.deliver([event], signal);
  expect(receiver.calls).toHaveLength(1);
});

it('a try that was cut off makes no second picture', async () => {
  receiver.behaviour = (_call, count) =>
    json({ id: 'r1', status: count < 3 ? 'PENDING' : 'COMPLETED', url: count < 3 ? null : DONE.url });
  const { target, of } = open();
  await expect(target.deliver([event], AbortSignal.timeout(200))).rejects.toThrow();
  await target.deliver([event], signal);
  expect(methods().filter((one) => one === 'POST')).toHaveLength(1);
  expect(await of()).toMatchObject({ status: 'COMPLETED' });
});

it('is told over the webhook and believes only what it is answered', async () => {
  receiver.behaviour = ({ body }) => json(body === '' ? DONE : { id: 'r1', status: 'PENDING' });
  const { target, service, of } = open('https://desk.example.com');
  await target.deliver([event], signal);
  const { webhook_url: hook, async } = JSON.parse(receiver.calls[0]!.body);
  expect(async).toBe(true);
  const token = hook.replace('https://desk.example.com/api/v1/notifications/templated/', '');
  for (const wrong of ['ana_1.wrong-token-that-is-long', `ana_2.${token.slice(6)}`, '', 'x']) {
    await expect(service.confirmRender(wrong)).rejects.toMatchObject({ code: 'AUTH_003' });
  }
  expect(methods()).toEqual(['POST']);
  await service.confirmRender(token);
  expect(methods()).toEqual(['POST', 'GET']);
  expect(await of()).toMatchObject({ status: 'COMPLETED', url: DONE.url });
});

it('asks by itself where the webhook was lost', async () => {
  receiver.behaviour = ({ body }) => json(body === '' ? DONE : { id: 'r1', status: 'PENDING' });
  const { target, of } = open('https://desk.example.com');
  await target.deliver([event], signal);
  expect(await of()).toMatchObject({ status: 'COMPLETED' });
});

it.each([
  [401, false],
  [402, false],
  [429, false],
  [422, true],
])('says what it is answered: %d', async (status, isFinal) => {
  receiver.behaviour = () => json({ status, error: 'x', message: 'secret words' }, status);
  const { target } = open();
  await expect(target.deliver([event], signal)).rejects.toMatchObject({ message: `answered ${status}`, isFinal });
  await expect(target.test(signal)).rejects.toThrow(`answered ${status}`);
});

it('of an analysis that was deleted nothing is rendered', async () => {
  const { target } = open();
  await target.deliver([{ ...event, data: { analysis_id: 'ana_gone' } }], signal);
  expect(receiver.calls).toEqual([]);
});
