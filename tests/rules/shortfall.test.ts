import { describe, expect, it } from 'vitest';
import { type Condition, OPERATORS } from '../../src/contract/rule.ts';
import { evaluate } from '../../src/rules/evaluate.ts';
import { OPERATOR_SPECS } from '../../src/rules/operators/catalogue.ts';
import { shortfalls } from '../../src/rules/shortfall.ts';
import { desk, type Put, ruleOf } from './desk.ts';

const c = (operator: Condition['operator'], extra: Partial<Condition>): Condition => ({
  object1: 'mug',
  operator,
  ...extra,
});
const laptop: Put = { class: 'laptop', x: 800, y: 500 };
const mug = (x: number, y: number, extra: Partial<Put> = {}): Put => ({ class: 'mug', x, y, ...extra });
const zones = [
  {
    name: 'left',
    corners: [
      [0, 0],
      [0, 1000],
      [800, 1000],
      [800, 0],
    ] as const,
  },
];

const CASES: [string, Condition, Put[], number][] = [
  ['min_distance', c('min_distance', { object2: 'laptop', value: 150 }), [mug(500, 500), laptop], 0],
  ['max_distance', c('max_distance', { object2: 'laptop', value: 50 }), [mug(300, 500), laptop], 0],
  ['grouped', c('grouped', { value: 50 }), [mug(300, 500), mug(600, 500)], 0],
  ['min_edge_distance', c('min_edge_distance', { object2: 'table', value: 50 }), [mug(60, 500)], 0],
  ['centered_on', c('centered_on', { object2: 'coaster' }), [mug(300, 500), { class: 'coaster', x: 360, y: 500 }], 0],
  ['left_of', c('left_of', { object2: 'laptop' }), [mug(900, 300), laptop], 0],
  ['right_of', c('right_of', { object2: 'laptop' }), [mug(700, 300), laptop], 0],
  ['in_front_of', c('in_front_of', { object2: 'laptop' }), [mug(300, 400), laptop], 0],
  ['behind', c('behind', { object2: 'laptop' }), [mug(300, 600), laptop], 0],
  ['within', c('within', { zone: 'left' }), [mug(900, 500)], 0],
  ['aligned', c('aligned', { value: 10 }), [mug(300, 400), mug(600, 450)], 0],
];

describe('shortfall', () => {
  it.each(CASES)('of %s: so far in this direction, and the rule holds', (_, condition, things) => {
    const rule = ruleOf(condition);
    expect(evaluate([rule], desk(things, { zones }))[0]?.verdict).toBe('violated');
    const [step] = shortfalls(rule, desk(things, { zones }));
    expect(step).toBeDefined();
    if (step === undefined) return;
    expect(step.objectId).toBe('mug-1');
    expect(Math.hypot(step.direction.x, step.direction.y)).toBeCloseTo(1, 9);
    const moved = (mm: number) =>
      evaluate(
        [rule],
        desk(
          things.map((put, i) =>
            i === 0 ? { ...put, x: put.x + mm * step.direction.x, y: put.y + mm * step.direction.y } : put,
          ),
          { zones },
        ),
      )[0]?.verdict;
    expect(moved(step.distanceMm + 0.01)).toBe('satisfied');
    expect(moved(step.distanceMm - 0.5)).toBe('violated');
  });

  it('adds the error of the measurement', () => {
    const things = [mug(500, 500, { sigma: 4 }), laptop];
    const [step] = shortfalls(ruleOf(c('min_distance', { object2: 'laptop', value: 150 })), desk(things));
    expect(step?.distanceMm).toBeCloseTo(50, 6);
    expect(step?.withMarginMm).toBeCloseTo(50 + 1.6449 * 4, 3);
  });

  it('leads the worst of a row back to the line of the others', () => {
    const row = [mug(300, 400), mug(500, 460), mug(700, 400)];
    const [step] = shortfalls(ruleOf(c('aligned', { value: 10 })), desk(row));
    expect(step).toMatchObject({ objectId: 'mug-2', objects: ['mug-1', 'mug-2', 'mug-3'] });
    expect(step?.direction.x).toBeCloseTo(0, 9);
    expect(step?.direction.y).toBeCloseTo(-1, 9);
    expect(step?.distanceMm).toBeCloseTo(30, 6);
  });

  it('leads onto a coaster and off a laptop', () => {
    const coaster = { class: 'coaster', x: 600, y: 500 };
    expect(shortfalls(ruleOf(c('on', { object2: 'coaster' })), desk([mug(300, 500), coaster]))).toMatchObject([
      { objectId: 'mug-1', direction: { x: 1, y: 0 }, distanceMm: 300, objects: ['mug-1', 'coaster-1'] },
    ]);
    const stacked = [mug(700, 500, { on: { 'laptop-1': 0.99 } }), laptop];
    expect(shortfalls(ruleOf(c('not_on', { object2: 'laptop' })), desk(stacked))).toMatchObject([
      { direction: { x: -1 }, distanceMm: 160 + 40 - 100 },
    ]);
  });

  it('is silent where nothing is missing, nothing is known or nothing helps', () => {
    const silent = (condition: Condition, things: Put[], calibrated = true) =>
      expect(shortfalls(ruleOf(condition), desk(things, { calibrated }))).toEqual([]);
    for (const [, condition, things] of CASES) {
      if (!['left_of', 'right_of', 'in_front_of', 'behind'].includes(condition.operator))
        silent(condition, things, false);
    }
    silent(c('min_distance', { object2: 'laptop', value: 10 }), [mug(500, 500), laptop]);
    silent(c('min_distance', { object2: 'bowl', value: 10 }), [mug(500, 500), laptop]);
    silent(c('count_max', { value: 0 }), [mug(500, 500)]);
  });

  it('has one spec for every operator, under its own name', () => {
    for (const name of OPERATORS) expect(OPERATOR_SPECS[name].name).toBe(name);
  });
});
