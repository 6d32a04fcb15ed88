import { expect, it } from 'vitest';
import * as z from 'zod';
import { cacheKey, type KeyParts } from '../../src/analysis/cache-key.ts';
import { AnalyzeRequest } from '../../src/contract/analyze-request.ts';

const parts: KeyParts = {
  version: '1.0.0',
  store: 'here',
  owner: 'ann',
  image: 'ab',
  model: { name: 'm', version: '1', threshold: 0.4, inference: 'single' },
  calibration: null,
  markers: true,
  rulesRevision: '0.0',
};
const key = (request: z.input<typeof AnalyzeRequest>, changed: Partial<KeyParts> = {}) =>
  cacheKey(AnalyzeRequest.parse(request), { ...parts, ...changed });

it('is the same for the same question, however it is written', () => {
  expect(key({ image: 'a.jpg' })).toBe(key({ image: 'b.jpg', include_feedback: true, units: 'metric' }));
  expect(key({ context: 'office', threshold: 0.5 })).toBe(key({ threshold: 0.5, context: 'office' }));
  expect(key({ store: false, use_cache: false })).toBe(key({}));
});

it('is another for another field of the request, each of them', () => {
  const changes: Record<string, z.input<typeof AnalyzeRequest>> = {
    detections: { detections: [] },
    size: { size: { width: 5, height: 5 } },
    box_noise: { box_noise: 0.1 },
    threshold: { threshold: 0.1 },
    inference: { inference: 'tiled' },
    calibration: { calibration: { mm_per_pixel: 1 } },
    calibration_id: { calibration_id: 'cal_1' },
    zones: { zones: [] },
    table_corners: {
      table_corners: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
    context: { context: 'office' },
    strategy: { strategy: 'balanced' },
    movable: { movable: ['phone'] },
    include_feedback: { include_feedback: false },
    units: { units: 'imperial' },
    extra_rules: { extra_rules: [] },
    only_rules: { only_rules: [] },
  };
  const elsewhere = ['image', 'bytes', 'store', 'use_cache'];
  expect([...Object.keys(changes), ...elsewhere].toSorted()).toEqual(Object.keys(AnalyzeRequest.shape).toSorted());
  const keys = Object.values(changes).map((request) => key(request));
  expect(new Set([...keys, key({})]).size).toBe(keys.length + 1);
});

it('is another for another caller, program, image, model, calibration and revision of the rules', () => {
  const others: Partial<KeyParts>[] = [
    { owner: 'bob' },
    { store: 'there' },
    { version: '1.0.1' },
    { image: 'cd' },
    { model: { name: 'm', version: '2', threshold: 0.4, inference: 'single' } },
    { calibration: 'cal_1@now' },
    { rulesRevision: '0.1' },
  ];
  expect(new Set([key({}), ...others.map((changed) => key({}, changed))]).size).toBe(others.length + 1);
});

it('cannot forget a field that is added later', () => {
  const Later = AnalyzeRequest.extend({ season: z.string().optional() });
  const of = (season?: string) => cacheKey(Later.parse({ image: 'a.jpg', ...(season && { season }) }), parts);
  expect(new Set([of(), of('winter'), of('summer')]).size).toBe(3);
});
