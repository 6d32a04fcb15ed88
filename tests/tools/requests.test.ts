import { describe, expect, it } from 'vitest';
import { nothingMovable } from '../../src/analysis/movable.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import type { ToolCall } from '../../src/gateway/mcp/protocol/tool.ts';
import { nextSteps } from '../../src/presentation/next-steps.ts';

import type { Scene } from '../../src/scene/types.ts';
import { TOOLS } from '../../tools/index.ts';
import { fakeAnalysis } from '../gateway/fake-analysis.ts';
import { createFakeServices } from '../gateway/fake-services.ts';

/** How arguments reach the services. Answers are tested over real transports in tests/gateway/matrix.test.ts. */
function setUp() {
  const services = createFakeServices();
  const call: ToolCall = {
    services,
    principal: LOCAL,
    signal: new AbortController().signal,
    mayStore: true,
    progress: () => {},
    canAsk: false,
    answer: () => undefined,
    seal: async () => 'sealed',
  };
  const run = (name: string, args: object) => {
    const tool = TOOLS.find((one) => one.name === name);
    return tool?.run(tool.input.parse(args), call) as Promise<{ text: string; structured: Record<string, unknown> }>;
  };
  return { services, call, run };
}

describe('analyze_image', () => {
  it('hands over every argument', async () => {
    const { services, call, run } = setUp();
    await run('analyze_image', {
      image: 'a.jpg',
      threshold: 0.3,
      calibration: {
        rectangle_px: [
          [0, 0],
          [9, 0],
          [9, 9],
          [0, 9],
        ],
        size_mm: 'a4',
      },
      zones: [
        {
          name: 'mat',
          kind: 'desk_mat',
          polygon_px: [
            [0, 0],
            [5, 0],
            [5, 5],
          ],
        },
      ],
      table_corners: [
        [0, 0],
        [640, 0],
        [640, 480],
      ],
      context: 'office',
      strategy: 'aesthetic',
      movable: ['mug', 'bottle'],
      include_feedback: false,
      units: 'imperial',
      store: false,
    });
    expect(services.requests[0]?.request).toEqual({
      image: 'a.jpg',
      threshold: 0.3,
      calibration: {
        rectangle_px: [
          [0, 0],
          [9, 0],
          [9, 9],
          [0, 9],
        ],
        size_mm: 'a4',
      },
      zones: [
        {
          name: 'mat',
          kind: 'desk_mat',
          polygon_px: [
            [0, 0],
            [5, 0],
            [5, 5],
          ],
        },
      ],
      table_corners: [
        [0, 0],
        [640, 0],
        [640, 480],
      ],
      context: 'office',
      strategy: 'aesthetic',
      movable: ['mug', 'bottle'],
      include_feedback: false,
      units: 'imperial',
      store: false,
    });
    expect(services.requests[0]?.context.signal).toBe(call.signal);
  });

  it('needs an image, or detections with a size', async () => {
    const { services, run } = setUp();
    await expect(run('analyze_image', {})).rejects.toMatchObject({ code: 'VALIDATION_001' });
    const detections = [{ class: 'mug', bbox: [0, 0, 5, 5] }];
    await expect(run('analyze_image', { detections })).rejects.toMatchObject({ details: { field: 'size' } });
    await run('analyze_image', { detections, size: { width: 10, height: 10 }, box_noise: 0.02 });
    expect(services.requests.at(-1)?.request).toMatchObject({ detections, box_noise: 0.02 });
  });

  it.each([
    ...['in', 'inch', 'Inches', '"', 'ft', "'", 'imperial', 'Imperial', 'US'].map((units) => [units, 'imperial']),
    ...['cm', 'centimetres', 'centimeters', 'mm', 'm', 'metric', 'Metric'].map((units) => [units, 'metric']),
  ])('takes units %j as %s', async (units, system) => {
    const { services, run } = setUp();
    await run('analyze_image', { image: 'a.jpg', units });
    expect(services.requests[0]?.request).toMatchObject({ units: system });
    expect(() => run('analyze_image', { image: 'a.jpg', units: 'cubits' })).toThrow('metric');
  });

  it('passes units on from a rule that is tried and from a batch', async () => {
    const { services, run } = setUp();
    await run('test_rule', { image: 'a.jpg', text: 'mugs 90 mm from laptops', units: 'in' });
    expect(services.requests.at(-1)?.request).toMatchObject({ units: 'imperial' });
    await run('analyze_batch', { images: ['a.jpg'], units: 'inches' });
    expect(services.requests.at(-1)?.request).toMatchObject({ units: 'imperial' });
  });

  it('hands the way of inference over, and names it where something may have been missed', async () => {
    const { services, run } = setUp();
    await run('analyze_image', { image: 'a.jpg', inference: 'tiled' });
    expect(services.requests.at(-1)?.request).toMatchObject({ inference: 'tiled' });
    await run('analyze_batch', { images: ['a.jpg'], inference: 'single' });
    expect(services.requests.at(-1)?.request).toMatchObject({ inference: 'single' });
    const doubtful = (inference: string, unit: 'mm' | 'count') => {
      const known = fakeAnalysis('ana_1', { image: 'a.jpg' }, [{ rule_id: 'rule_1', canonical: 'a rule' }]);
      const model = { name: 'fake', version: '1', threshold: 0.4, provider: 'cpu', inference };
      return { ...known, model, rules: known.rules.map((rule) => ({ ...rule, unit })) };
    };
    expect(nextSteps(doubtful('single', 'count'), true).join()).toContain('"inference":"tiled"');
    expect(nextSteps(doubtful('single', 'mm'), true).join()).not.toContain('inference');
    expect(nextSteps(doubtful('tiled', 'count'), true).join()).not.toContain('inference');
    expect(nextSteps({ ...doubtful('single', 'mm'), detections: [] }, true).join()).toContain('"inference":"tiled"');
  });

  it('names what else may be moved where nothing of what may is in sight', () => {
    const known = fakeAnalysis('ana_1', { image: 'a.jpg' }, [{ rule_id: 'rule_1', canonical: 'a rule' }]);
    const objects = [{ ...known.objects[0]!, id: 'laptop-1', class: 'laptop' }];
    const rules = known.rules.map((r) => ({ ...r, verdict: 'violated' as const, objects: ['laptop-1', 'phone-1'] }));
    const warnings = nothingMovable({ objects: [{ id: 'laptop-1', class: 'laptop' }] } as unknown as Scene, rules, [
      'mug',
    ]);
    expect(nextSteps({ ...known, detections: [], objects, rules, warnings }, true).join()).toContain(
      '"movable":["laptop"]',
    );
    expect(nextSteps({ ...known, detections: [], objects, rules }, true).join()).not.toContain('movable');
  });

  it('says what would help next', async () => {
    const { run } = setUp();
    const { text } = await run('analyze_image', { image: 'a.jpg', store: false });
    expect(text).toContain('millimetres need "calibration"');
    expect(text).toContain('create_rule takes a sentence');
    expect(text).toContain('was not stored');
    expect(text).not.toContain('null');
  });
});

describe('test_rule', () => {
  it('calls an unsaved rule what a person calls it', async () => {
    const { run } = setUp();
    const { text } = await run('test_rule', { text: 'mugs 90 mm from laptops', image: 'a.jpg' });
    expect(text).toContain('your sentence 1');
    expect(text).not.toContain('rule_request');
  });

  it('leaves other rules out and stores nothing', async () => {
    const { services, run } = setUp();
    await run('create_rule', { text: 'mugs 100 mm from laptops' });
    await run('test_rule', { rule_id: 'rule_1', image: 'a.jpg' });
    await run('test_rule', { text: 'mugs 90 mm from laptops', image: 'a.jpg' });
    expect(services.requests.map(({ request }) => request)).toMatchObject([
      { only_rules: ['rule_1'], store: false },
      { only_rules: [], extra_rules: [{ canonical: expect.stringContaining('90 mm') }], store: false },
    ]);
  });

  it.each([
    [{ image: 'a.jpg' }, 'VALIDATION_001'],
    [{ image: 'a.jpg', rule_id: 'rule_1', text: 'both' }, 'VALIDATION_001'],
    [{ rule_id: 'rule_1' }, 'VALIDATION_001'],
    [{ image: 'a.jpg', rule_id: 'rule_none' }, 'RULES_001'],
    [{ image: 'a.jpg', text: 'be nice' }, 'RULES_004'],
  ])('%j → %s', async (args, code) => {
    await expect(setUp().run('test_rule', args)).rejects.toMatchObject({ code });
  });
});

describe('create_rule', () => {
  it.each([
    [{}, 'VALIDATION_001'],
    [{ text: 'a', conditions: [{ object1: 'mug', operator: 'grouped' }] }, 'VALIDATION_001'],
    [{ conditions: [{ object1: 'mug', operator: 'min_distance' }], dry_run: true }, 'RULES_002'],
    [{ text: 'be nice' }, 'RULES_004'],
  ])('%j → %s', async (args, code) => {
    await expect(setUp().run('create_rule', args)).rejects.toMatchObject({ code });
  });

  it('keeps a given name in the preview', async () => {
    const { structured } = await setUp().run('create_rule', {
      text: 'mugs 90 mm from laptops',
      name: 'Mine',
      dry_run: true,
    });
    expect(structured).toMatchObject({ rule: { name: 'Mine' } });
  });
});

describe('update_rule', () => {
  it('writes who and why into the history', async () => {
    const { services, call, run } = setUp();
    await run('create_rule', { text: 'mugs 100 mm from laptops' });
    await run('update_rule', { rule_id: 'rule_1', action: 'disable', reason: 'noise' });
    expect((await services.rules.history(call, 'rule_1')).versions.at(-1)).toMatchObject({
      user_id: 'local',
      reason: 'noise',
    });
  });

  it('"everywhere" takes the context away', async () => {
    const { run } = setUp();
    await run('create_rule', { text: 'mugs 100 mm from laptops', context: 'office' });
    const { structured } = await run('update_rule', { rule_id: 'rule_1', context: 'everywhere' });
    expect(structured).toMatchObject({ rule: { context: null } });
  });

  it.each([
    [{ rule_id: 'rule_1' }, 'VALIDATION_001'],
    [{ rule_id: 'rule_none', action: 'restore' }, 'RULES_001'],
    [{ rule_id: 'rule_1', text: 'mugs 9 mm', conditions: [{ operator: 'grouped' }] }, 'VALIDATION_001'],
    [{ rule_id: 'rule_1', conditions: [{ operator: 'grouped' }] }, 'RULES_002'],
    [{ rule_id: 'rule_1', conditions: [{ object1: 'mug', operator: 'near' }] }, 'RULES_002'],
    [{ rule_id: 'rule_none', action: 'enable' }, 'RULES_001'],
  ])('%j → %s', async (args, code) => {
    const { run } = setUp();
    await run('create_rule', { text: 'mugs 100 mm from laptops' });
    await expect(run('update_rule', args)).rejects.toMatchObject({ code });
  });
});

describe('calibrate', () => {
  it.each([
    [{ name: 'a', width: 5, height: 5 }, 'VALIDATION_001'],
    [{ action: 'delete' }, 'VALIDATION_001'],
    [{ action: 'delete', calibration_id: 'cal_none' }, 'CALIBRATION_002'],
  ])('%j → %s', async (args, code) => {
    await expect(setUp().run('calibrate', args)).rejects.toMatchObject({ code });
  });
});
