import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskClass } from '../../../src/contract/detection.ts';
import { FORMATS } from '../../../src/vision/detect/formats/index.ts';
import { acceptedFiles, classNames, entryVersion } from '../../../src/vision/models/entry.ts';
import { Manifest } from '../../../src/vision/models/manifest.ts';
import { packageModelsDir } from '../../../src/vision/models/models-dir.ts';
import { tinyDesk, tinyEntry } from '../support/tiny-desk.ts';

const own = Manifest.parse(JSON.parse(readFileSync(join(packageModelsDir(), 'manifest.json'), 'utf8')));

describe("the package's manifest", () => {
  it('names the free models in the order of preference', () => {
    const free = own.models.filter((m) => !m.opt_in).sort((a, b) => a.rank - b.rank);
    expect(free.map((m) => m.name)).toEqual(expect.arrayContaining(['deimv2-femto', 'yolox-nano']));
    expect(free.findIndex((m) => m.name === 'deimv2-femto')).toBeLessThan(
      free.findIndex((m) => m.name === 'yolox-nano'),
    );
  });

  it('makes copyleft weights opt-in with a notice that names the licence', () => {
    for (const model of own.models) {
      if (!model.licence.includes('GPL')) continue;
      expect(model.opt_in).toBe(true);
      expect(model.notice).toContain(model.licence);
    }
    expect(own.models.some((m) => m.opt_in)).toBe(true);
  });

  it('has a decoder for every format and a mug or cup in every class list', () => {
    for (const model of own.models) {
      expect(FORMATS[model.format]).toBeDefined();
      expect(classNames(model).map(deskClass)).toContain('mug');
    }
  });

  it('says what its box noise was measured on, with enough boxes', () => {
    for (const { name, box_noise: noise } of own.models) {
      if (noise === null) continue;
      expect(noise.source, name).not.toBe('');
      for (const { n } of Object.values(noise.classes)) expect(n, name).toBeGreaterThanOrEqual(40);
    }
  });
});

describe('the schema', () => {
  const entry = tinyEntry(tinyDesk());

  it.each([
    ['a path as file name', { file: '../escape.onnx' }],
    ['a hash that is none', { sha256: 'abc' }],
    ['an address that is not http', { urls: ['file:///etc/passwd'] }],
    ['a threshold above 1', { threshold: 1.5 }],
    ['an unknown format', { format: 'darknet' }],
    ['an unknown field', { colour: 'blue' }],
    ['no classes', { classes: [] }],
  ])('refuses %s', (_, change) => {
    expect(Manifest.safeParse({ models: [{ ...entry, ...change }] }).success).toBe(false);
    expect(Manifest.safeParse({ models: [entry] }).success).toBe(true);
  });

  it('refuses two models of one name', () => {
    expect(Manifest.safeParse({ models: [entry, entry] }).success).toBe(false);
  });
});

describe('an entry', () => {
  it('accepts its own file and its alternatives', () => {
    const yolox = own.models.find((m) => m.name === 'yolox-nano')!;
    expect(acceptedFiles(yolox).map((f) => f.bytes)).toEqual([3_659_407, 3_660_092]);
  });

  it('has another version when the weights are others', () => {
    const entry = tinyEntry(tinyDesk());
    expect(entryVersion(entry)).toMatch(/^1\+[0-9a-f]{8}$/);
    expect(entryVersion({ ...entry, sha256: 'f'.repeat(64) })).not.toBe(entryVersion(entry));
  });
});
