import { expect, it } from 'vitest';
import { type Condition, OPERATORS } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { OPERATOR_SPECS } from '../../../src/rules/operators/catalogue.ts';
import { desk, ruleOf } from '../desk.ts';

it('has one spec for every operator, under its own name', () => {
  for (const name of OPERATORS) expect(OPERATOR_SPECS[name].name).toBe(name);
});

it('mirrors come in pairs: "a left of b" is "b right of a"', () => {
  const mirrored = OPERATORS.filter((name) => OPERATOR_SPECS[name].mirror !== undefined);
  expect(mirrored).toEqual(['left_of', 'right_of', 'in_front_of', 'behind']);
  for (const name of mirrored) expect(OPERATOR_SPECS[OPERATOR_SPECS[name].mirror!].mirror).toBe(name);
});

/** What an operator says of its value is what it does with it. */
it.each(OPERATORS)('%s: a larger value asks for more, or for less, as its bound says', (operator) => {
  const { shape, bound } = OPERATOR_SPECS[operator];
  const condition = (value: number): Condition => ({
    object1: 'mug',
    operator,
    ...(shape.object2 === 'table' ? { object2: 'table' } : shape.object2 !== 'none' && { object2: 'laptop' }),
    ...(shape.zone && { zone: 'here' }),
    value,
  });
  const scene = desk(
    [
      { class: 'mug', x: 300, y: 300 },
      { class: 'mug', x: 400, y: 310 },
      { class: 'mug', x: 500, y: 350 },
      { class: 'laptop', x: 800, y: 500 },
    ],
    {
      zones: [
        {
          name: 'here',
          corners: [
            [100, 100],
            [900, 100],
            [900, 600],
            [100, 600],
          ],
        },
      ],
      table: 'declared',
    },
  );
  const worst = (value: number) =>
    Math.min(...evaluateAll([ruleOf(condition(value))], scene).map(({ margin }) => margin ?? Number.NaN));
  const change = Math.sign(worst(4) - worst(2));
  if (bound === null) expect(shape.value).toBe('none');
  else expect(change).toBe(bound === 'least' ? -1 : 1);
});
