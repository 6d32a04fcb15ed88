import { describe, expect, it } from 'vitest';
import type { BoxNoise } from '../../../src/contract/box-noise.ts';
import type { Detection } from '../../../src/contract/detection.ts';
import type { ClassRecall } from '../../../src/contract/recall.ts';
import { ensemble } from '../../../src/vision/detect/ensemble.ts';
import type { LocalDetector } from '../../../src/vision/detect/local-detector.ts';
import { plain } from '../support/tiny-desk.ts';

const found = (name: string, confidence: number): Detection => ({ class: name, confidence, bbox: [0, 0, 9, 9] });

/** A detector that answers what it is given; only its place in the ensemble is under test. */
function fake(name: string, threshold: number, boxNoise: BoxNoise, detections: Detection[] | Error) {
  const seen: unknown[] = [];
  const identity: LocalDetector['identity'] = (o) => ({
    name,
    version: '1',
    threshold: o.threshold ?? threshold,
    inference: o.inference ?? 'single',
  });
  const classRecall: ClassRecall = name === 'coco' ? { mug: 0.6 } : { mug: 0.2, coaster: 0.5 };
  const card = { boxNoise, classRecall };
  const detector: LocalDetector = {
    identity,
    card: () => card,
    warnings: () => [],
    async detect(_, options) {
      seen.push(options);
      if (detections instanceof Error) throw detections;
      const model = { ...identity(options), provider: name === 'coco' ? 'cuda' : 'cpu' };
      return { detections, model, ...card };
    },
    warm: () => void seen.push('warm'),
  };
  return { detector, seen };
}

const BOTH = ['coaster', 'desk_mat'];
const LAW = { at: 0.6, fall: 1.5, from: 0.3, to: 0.9 };

describe('ensemble', () => {
  const coco = () =>
    fake('coco', 0.4, { sigma: 0.05, classes: { mug: { sigma: 0.03 } } }, [
      found('mug', 0.8),
      found('laptop', 0.6),
      found('coaster', 0.9),
    ]);
  const desk = () =>
    fake('desk', 0.3, { sigma: 0.07, byScore: LAW, classes: { coaster: { sigma: 0.06 } } }, [
      found('coaster', 0.7),
      found('mug', 0.9),
      found('desk_mat', 0.5),
    ]);

  it('takes coasters and mats from ours, everything else from the stronger model', async () => {
    const result = await ensemble(coco().detector, desk().detector, BOTH).detect(await plain([1, 2, 3]), {});
    expect(result.detections.map((d) => [d.class, d.confidence])).toEqual([
      ['coaster', 0.9],
      ['mug', 0.8],
      ['coaster', 0.7],
      ['laptop', 0.6],
      ['desk_mat', 0.5],
    ]);
    expect(result.boxNoise).toEqual({
      sigma: 0.05,
      classes: { mug: { sigma: 0.03 }, coaster: { sigma: 0.06 }, desk_mat: { sigma: 0.07, byScore: LAW } },
    });
    expect(result.classRecall).toEqual({ mug: 0.6, coaster: 0.5, desk_mat: null });
    expect(result.model).toEqual({
      name: 'coco+desk',
      version: '1+1@0.3:coaster,desk_mat',
      threshold: 0.4,
      inference: 'single',
      provider: 'cuda+cpu',
    });
  });

  it('leaves each model its own threshold unless the call gives one', async () => {
    const [a, b] = [coco(), desk()];
    const both = ensemble(a.detector, b.detector, BOTH);
    expect(both.identity({})).toMatchObject({ threshold: 0.4, version: '1+1@0.3:coaster,desk_mat' });
    expect(both.identity({ threshold: 0.2 })).toMatchObject({ threshold: 0.2, version: '1+1@0.2:coaster,desk_mat' });
    await both.detect(await plain([1, 2, 3]), { threshold: 0.2 });
    expect([a.seen, b.seen]).toEqual([
      [{ threshold: 0.2, inference: 'single' }],
      [{ threshold: 0.2, inference: 'single' }],
    ]);
    await both.detect(await plain([1, 2, 3]), { inference: 'tiled' });
    expect([a.seen[1], b.seen[1]]).toEqual([{ inference: 'tiled' }, { inference: 'tiled' }]);
  });

  it('adds only what it is told to add', async () => {
    const result = await ensemble(coco().detector, desk().detector, ['coaster']).detect(await plain([1, 2, 3]), {});
    expect(result.detections.map((d) => d.class)).toEqual(['coaster', 'mug', 'coaster', 'laptop']);
    expect(Object.keys(result.classRecall)).toEqual(['mug', 'coaster']);
  });

  it('warms both and fails when one fails', async () => {
    const [a, b] = [coco(), fake('desk', 0.3, { sigma: 0.1 }, new Error('desk is broken'))];
    const both = ensemble(a.detector, b.detector, BOTH);
    both.warm();
    expect([a.seen, b.seen]).toEqual([['warm'], ['warm']]);
    await expect(both.detect(await plain([1, 2, 3]), {})).rejects.toThrow('desk is broken');
  });
});
