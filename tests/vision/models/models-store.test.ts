import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { DESK_DETECTOR, ModelsStore } from '../../../src/vision/models/models-store.ts';
import { modelsFolder, onlyFolder, tinyDesk, tinyEntry } from '../support/tiny-desk.ts';

const bytes = tinyDesk();
const cleaners: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleaners.splice(0)) clean();
});

function folderOf(...models: (Partial<ModelEntry> & { installed?: Buffer | false })[]) {
  const { folder, clean } = modelsFolder(
    models.map(({ installed = bytes, ...changes }) => ({
      entry: tinyEntry(bytes, { file: `${changes.name ?? 'tiny'}.onnx`, ...changes }),
      ...(installed && { bytes: installed }),
    })),
  );
  cleaners.push(clean);
  return folder;
}

describe('select', () => {
  it('takes the lowest rank that is installed', () => {
    const folder = folderOf(
      { name: 'best', rank: 1, installed: false },
      { name: 'second', rank: 2 },
      { name: 'third', rank: 3 },
    );
    expect(onlyFolder(folder).select()).toMatchObject({ entry: { name: 'second' }, path: join(folder, 'second.onnx') });
  });

  it('never takes an opt-in model unless it is named', () => {
    const folder = folderOf({ name: 'agpl', rank: 1, opt_in: true }, { name: 'free', rank: 2 });
    expect(onlyFolder(folder).select().entry.name).toBe('free');
    expect(onlyFolder(folder, 'agpl').select().entry.name).toBe('agpl');
  });

  it('passes over a file of the wrong size while another model is there', () => {
    const folder = folderOf({ name: 'cut', rank: 1, installed: bytes.subarray(0, 50) }, { name: 'whole', rank: 2 });
    const store = onlyFolder(folder);
    expect(store.select().entry.name).toBe('whole');
    expect(store.problem(store.entry('cut'))).toContain('50 bytes');
  });

  it.each([
    ['nothing is installed', [{ installed: false as const }], undefined, 'ANALYSIS_001'],
    ['only an opt-in model is installed', [{ opt_in: true }], undefined, 'ANALYSIS_001'],
    ['the only file is cut', [{ installed: bytes.subarray(0, 9) }], undefined, 'ANALYSIS_007'],
    ['the named model is absent', [{}, { name: 'other', installed: false as const }], 'other', 'ANALYSIS_001'],
    ['the named file is cut', [{}, { name: 'other', installed: bytes.subarray(0, 9) }], 'other', 'ANALYSIS_007'],
    ['the named model is unknown', [{}], 'nonsense', 'ANALYSIS_001'],
  ])('says so when %s', (_, models, named, code) => {
    const store = onlyFolder(folderOf(...models), named);
    expect(() => store.select()).toThrow(expect.objectContaining({ code }));
  });
});

describe('companion', () => {
  const desk = { name: DESK_DETECTOR, rank: 50, companion: ['coaster'] };

  it('is our own detector beside a stronger model', () => {
    const store = onlyFolder(folderOf({ name: 'coco', rank: 1 }, desk));
    expect(store.companion(store.select())?.entry.name).toBe(DESK_DETECTOR);
  });

  it('is absent when ours is selected, not installed, not good enough, or a model was named', () => {
    const alone = onlyFolder(folderOf(desk));
    expect(alone.companion(alone.select())).toBeNull();
    const without = onlyFolder(folderOf({ name: 'coco', rank: 1 }, { ...desk, installed: false }));
    expect(without.companion(without.select())).toBeNull();
    const weak = onlyFolder(folderOf({ name: 'coco', rank: 1 }, { ...desk, companion: [] }));
    expect(weak.companion(weak.select())).toBeNull();
    const named = onlyFolder(folderOf({ name: 'coco', rank: 1 }, desk), 'coco');
    expect(named.companion(named.select())).toBeNull();
  });
});

describe('manifests', () => {
  it("lets the user's entries win over the package's and adds new ones", () => {
    const folder = folderOf({ name: 'yolox-nano', title: 'Mine' }, { name: 'my-own' });
    const store = new ModelsStore(loadConfig({ H200_MODELS_DIR: folder }));
    expect(store.entry('yolox-nano').title).toBe('Mine');
    expect(store.entries.map((e) => e.name)).toEqual(expect.arrayContaining(['my-own', 'deimv2-femto']));
    expect(store.directory).toBe(folder);
  });

  it.each([
    ['is not JSON', '{', 'not JSON'],
    ['has a wrong field', '{"models":[{"name":1}]}', 'models[0].name'],
  ])('names the file that %s', (_, text, problem) => {
    const folder = folderOf();
    writeFileSync(join(folder, 'manifest.json'), text);
    const details = { path: join(folder, 'manifest.json'), problem: expect.stringContaining(problem) };
    expect(() => onlyFolder(folder).entries).toThrow(expect.objectContaining({ code: 'ANALYSIS_001', details }));
  });
});

describe('H200_MODEL', () => {
  it('that names no model is what the server lacks, and no mistake of whoever sends a photo', () => {
    const store = onlyFolder(folderOf({ name: 'coco', rank: 1 }), 'nosuch');
    expect(() => store.select()).toThrow(
      expect.objectContaining({ code: 'ANALYSIS_001', http: 503, advice: expect.stringContaining('one of: coco') }),
    );
    // Whoever names one in a command is told so.
    expect(() => store.entry('nosuch')).toThrow(expect.objectContaining({ code: 'VALIDATION_002' }));
  });
});

describe('verify', () => {
  const changed = Buffer.from(bytes);
  changed[40]! ^= 1;

  it.each([
    ['ok', bytes],
    ['wrong_hash', changed],
    ['wrong_size', bytes.subarray(1)],
    ['missing', false as const],
  ])('answers %s', async (status, installed) => {
    const store = onlyFolder(folderOf({ installed }));
    expect(await store.verify('tiny')).toMatchObject({ name: 'tiny', status });
  });

  it('accepts an alternative file and one whose size the manifest does not know', async () => {
    const other = { bytes: changed.length, sha256: tinyEntry(changed).sha256, note: 'same weights' };
    const store = onlyFolder(folderOf({ installed: changed, alternatives: [other] }));
    expect((await store.verify('tiny')).status).toBe('ok');
    const unsized = onlyFolder(folderOf({ bytes: null }));
    expect((await unsized.verify('tiny')).status).toBe('ok');
    expect(unsized.select().entry.bytes).toBeNull();
  });
});
