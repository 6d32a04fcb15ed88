import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CLASSES } from '../../src/contract/detection.ts';
import { packageModelsDir } from '../../src/vision/models/models-dir.ts';
import { DESK_DETECTOR } from '../../src/vision/models/models-store.ts';
import { metricValues, sleep, startVision } from './support/started.ts';
import { plain, tinyDesk, tinyEntry } from './support/tiny-desk.ts';

const bytes = tinyDesk();
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function started(...args: Parameters<typeof startVision>) {
  const running = startVision(...args);
  stops.push(running.stop);
  return running;
}

describe('without a usable model', () => {
  it('a missing file is ANALYSIS_001 with advice, for identity and detect; warm never throws', async () => {
    const { vision } = started([{ entry: tinyEntry(bytes) }]);
    await expect(vision.identity({})).rejects.toMatchObject({ code: 'ANALYSIS_001' });
    await expect(vision.detect(await plain([1, 2, 3]), {})).rejects.toMatchObject({
      code: 'ANALYSIS_001',
      advice: expect.stringContaining('models fetch'),
    });
    vision.warm();
    expect(vision.report()).toMatchObject([{ name: 'tiny', installed: false, selected: false, state: 'UNLOADED' }]);
  });

  it('a cut file is ANALYSIS_007 and the report names the sizes', async () => {
    const { vision } = started([{ entry: tinyEntry(bytes), bytes: bytes.subarray(0, 100) }]);
    await expect(vision.detect(await plain([1, 2, 3]), {})).rejects.toMatchObject({ code: 'ANALYSIS_007' });
    expect(vision.report()[0]!.error).toContain('100 bytes');
  });

  it('a damaged file of the right size is ANALYSIS_007; once mended it is used without a restart', async () => {
    const damaged = Buffer.from(bytes);
    damaged[200]! ^= 255;
    const { vision, folder, metrics } = started([{ entry: tinyEntry(bytes), bytes: damaged }]);
    const image = await plain([255, 0, 0]);
    for (let i = 0; i < 2; i++) {
      await expect(vision.detect(image, {})).rejects.toMatchObject({ code: 'ANALYSIS_007' });
    }
    expect(vision.report()[0]).toMatchObject({ state: 'ERROR', error: expect.stringContaining('damaged') });
    expect(await metricValues(metrics.modelLoadFailures)).toEqual([{ value: 1, labels: {} }]);
    rmSync(join(folder, 'tiny.onnx'));
    writeFileSync(join(folder, 'tiny.onnx'), bytes);
    expect((await vision.detect(image, {})).detections).toHaveLength(1);
    expect(vision.report()[0]).toMatchObject({ state: 'READY', error: null });
  });
});

describe('with several models', () => {
  const other = tinyDesk({ inputName: 'other' });

  it('uses a better one that arrives while it runs, and lets the old one go', async () => {
    const better = tinyEntry(other, { name: 'better', file: 'better.onnx', rank: -2 });
    const { vision, folder } = started([{ entry: tinyEntry(bytes), bytes }, { entry: better }]);
    const image = await plain([255, 0, 0]);
    expect((await vision.detect(image, {})).model.name).toBe('tiny');
    writeFileSync(join(folder, 'better.onnx'), other);
    expect((await vision.detect(image, {})).model.name).toBe('better');
    const states = () => vision.report().map((r) => [r.name, r.state, r.selected]);
    expect(states()).toEqual([
      ['better', 'READY', true],
      ['tiny', 'UNLOADED', false],
    ]);
  });

  it('answers with both when our own stands beside a stronger one', async () => {
    const desk = tinyEntry(other, {
      name: DESK_DETECTOR,
      file: 'desk.onnx',
      rank: 50,
      companion: ['coaster', 'desk_mat'],
      warning: 'weak',
    });
    const coco = tinyEntry(bytes, { classes: ['cup', ...Array(12).fill('tv')] });
    const { vision } = started([
      { entry: coco, bytes },
      { entry: desk, bytes: other },
    ]);
    const result = await vision.detect(await plain([255, 153, 0]), {});
    expect(result.detections).toEqual([
      { class: 'mug', sourceClass: 'cup', confidence: 1, bbox: [8, 8, 24, 24] },
      { class: 'monitor', sourceClass: 'tv', confidence: expect.closeTo(0.6, 5), bbox: [4, 4, 28, 28] },
      { class: 'coaster', confidence: expect.closeTo(0.6, 5), bbox: [4, 4, 28, 28] },
    ]);
    expect(result.model.name).toBe(`tiny+${DESK_DETECTOR}`);
    expect(vision.report().map((r) => r.selected)).toEqual([true, true]);
  });
});

it('passes on what a reader must know about a weak model', async () => {
  const { vision } = started([{ entry: tinyEntry(bytes, { warning: 'small model' }), bytes }]);
  expect((await vision.detect(await plain([255, 153, 0]), {})).warnings).toEqual(['small model']);
});

describe('warm', () => {
  it('loads in the background, so that the first call is not cold', async () => {
    const { vision, metrics } = started([{ entry: tinyEntry(bytes), bytes }]);
    vision.warm();
    while (vision.report()[0]!.state !== 'READY' || vision.report()[0]!.provider === null) await sleep(5);
    await vision.detect(await plain([255, 0, 0]), {});
    expect(await metricValues(metrics.coldStarts)).toEqual([{ value: 0, labels: {} }]);
  });

  it('of a damaged model ends in ERROR without throwing', async () => {
    const { vision } = started([{ entry: tinyEntry(bytes, { sha256: 'a'.repeat(64) }), bytes }]);
    vision.warm();
    while (vision.report()[0]!.state !== 'ERROR') await sleep(5);
  });
});

describe('the measured box noise', () => {
  const noise = { source: 'test', all: { sigma: 0.04, n: 200 }, classes: { mug: { sigma: 0.03, n: 90 } } };

  it('comes from the manifest, by class of ours', async () => {
    const { vision } = started([{ entry: tinyEntry(bytes, { box_noise: noise }), bytes }]);
    expect((await vision.detect(await plain([255, 0, 0]), {})).boxNoise).toEqual({
      sigma: 0.04,
      classes: { mug: { sigma: 0.03 } },
    });
  });
});

describe('what a model can find', () => {
  const classes = { mug: { recall: 0.6, n: 101 } };
  const seen = async (threshold?: number) => {
    const recall = { source: 'test', classes };
    const { vision } = started([{ entry: tinyEntry(bytes, { recall, threshold: 0.4 }), bytes }]);
    return (await vision.detect(await plain([255, 0, 0]), { ...(threshold !== undefined && { threshold }) }))
      .classRecall;
  };

  it('is every class it knows, with what was measured of it', async () => {
    expect(await seen()).toEqual({ ...Object.fromEntries(CLASSES.map((name) => [name, null])), mug: 0.6 });
  });

  it('is at least that below its threshold, and not known above', async () => {
    expect(await seen(0.1)).toMatchObject({ mug: 0.6 });
    expect(await seen(0.9)).toMatchObject({ mug: null });
  });
});

it("finds the package's models from sources and from the build", () => {
  const root = packageModelsDir();
  const built = new URL('../../dist/src/vision/models/models-dir.js', import.meta.url).href;
  expect(packageModelsDir(built)).toBe(root);
  expect(() => packageModelsDir('file:///nowhere/at/all.js')).toThrow('missing from the package');
});
