import { describe, expect, it } from 'vitest';
import type { Condition, Operator } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { desk, ruleOf } from '../desk.ts';

const cond = (operator: Operator, extra: Partial<Condition> = {}): Condition => ({
  object1: 'mug',
  object2: 'laptop',
  operator,
  ...extra,
});
const laptop = { class: 'laptop', x: 800, y: 500 };
const at = (x: number, y: number, sigma = 0) => [{ class: 'mug', x, y, sigma }, laptop];

describe.each([
  ['left_of', at(400, 500), at(1200, 500)],
  ['right_of', at(1200, 500), at(400, 500)],
  ['in_front_of', at(800, 900), at(800, 100)],
  ['behind', at(800, 100), at(800, 900)],
] as const)('%s', (operator, right, wrong) => {
  it('holds on one side and not on the other, with and without millimetres', () => {
    for (const calibrated of [true, false]) {
      const [holds] = evaluateAll([ruleOf(cond(operator))], desk(right, { calibrated }));
      expect(holds).toMatchObject({
        verdict: 'satisfied',
        measured: calibrated ? 400 : null,
        objects: ['mug-1', 'laptop-1'],
      });
      const [fails] = evaluateAll([ruleOf(cond(operator))], desk(wrong, { calibrated }));
      expect(fails).toMatchObject({ verdict: 'violated', margin: calibrated ? -400 : null });
    }
  });

  it('does not know when both are at one height or column', () => {
    for (const calibrated of [true, false]) {
      const level = desk([{ class: 'mug', x: 800, y: 500 + (calibrated ? 0 : 70), sigma: 5 }, laptop], { calibrated });
      expect(evaluateAll([ruleOf(cond(operator))], level)[0]?.verdict).toBe('uncertain');
    }
  });

  it('asks for a distance only where millimetres are known', () => {
    const far = ruleOf(cond(operator, { value: 300, unit: 'mm' }));
    expect(evaluateAll([far], desk(right))[0]).toMatchObject({ verdict: 'satisfied', margin: 100 });
    expect(evaluateAll([far], desk(right, { calibrated: false }))[0]).toMatchObject({
      verdict: 'uncertain',
      measured: null,
    });
    expect(evaluateAll([far], desk(wrong, { calibrated: false }))[0]?.verdict).toBe('violated');
  });
});

it('says it in plain words', () => {
  const reason = (scene: ReturnType<typeof desk>) => evaluateAll([ruleOf(cond('left_of'))], scene)[0]?.reason;
  expect(reason(desk(at(400, 500, 3)))).toBe(
    'mug-1 is to the left of laptop-1 (over 99 % sure): between 395 and 405 mm to the left',
  );
  expect(reason(desk(at(1200, 500, 3)))).toBe(
    'mug-1 is not to the left of laptop-1 (over 99 % sure): between 395 and 405 mm to the right',
  );
  expect(reason(desk(at(400, 500), { calibrated: false }))).toBe(
    'mug-1 is to the left of laptop-1 (over 99 % sure) in the image',
  );
});

it('tells both directions of a pair apart', () => {
  const scene = desk([
    { class: 'mug', x: 300, y: 500 },
    { class: 'glass', x: 600, y: 500 },
  ]);
  const verdicts = evaluateAll([ruleOf(cond('left_of', { object1: 'beverage', object2: 'beverage' }))], scene);
  expect(verdicts.map((v) => [v.verdict, ...v.objects])).toEqual([
    ['satisfied', 'mug-1', 'glass-1'],
    ['violated', 'glass-1', 'mug-1'],
  ]);
});
