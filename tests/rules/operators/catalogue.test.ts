import { expect, it } from 'vitest';
import { OPERATORS } from '../../../src/contract/rule.ts';
import { OPERATOR_SPECS } from '../../../src/rules/operators/catalogue.ts';

it('has one spec for every operator, under its own name', () => {
  for (const name of OPERATORS) expect(OPERATOR_SPECS[name].name).toBe(name);
});
