import fc from 'fast-check';
import { NOUNS } from '../../../src/contract/objects.ts';
import { type Condition, OPERATORS } from '../../../src/contract/rule.ts';
import { conditionProblem, SHAPES } from '../../../src/language/grammar/check.ts';

const object = fc.constantFrom(...Object.keys(NOUNS));
const length = fc.oneof(
  fc.integer({ min: 1, max: 5000 }),
  fc.integer({ min: 1000, max: 5_000_000 }).map((v) => v / 1000),
  fc.double({ min: 1, max: 5000, noNaN: true }),
);

/** Any valid condition of the whole operator vocabulary. */
export const anyCondition: fc.Arbitrary<Condition> = fc
  .record({
    operator: fc.constantFrom(...OPERATORS),
    object1: object,
    object2: object,
    mm: length,
    count: fc.integer({ min: 0, max: 100 }),
    reference: fc.option(fc.constantFrom('edge' as const, 'centre' as const), { nil: undefined }),
    attribute: fc.option(fc.constantFrom('hot' as const, 'cold' as const, 'full' as const, 'empty' as const), {
      nil: undefined,
    }),
    zone: fc.oneof(
      fc.string({ minLength: 1, maxLength: 64 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    ),
    when: fc.option(
      fc.oneof(
        fc.constant('available' as const),
        fc.constant('several' as const),
        object.map((o) => ({ object_present: o })),
      ),
      { nil: undefined },
    ),
  })
  .map((r): Condition => {
    const s = SHAPES[r.operator];
    return {
      object1: r.object1,
      ...(s.object2 !== 'none' && { object2: s.object2 === 'table' ? 'table' : r.object2 }),
      operator: r.operator,
      ...(s.value === 'mm' && { value: r.mm, unit: 'mm' as const }),
      ...(s.value === 'count' && { value: r.count, unit: 'count' as const }),
      ...(s.reference && r.reference !== undefined && { reference: r.reference }),
      ...(r.attribute !== undefined && { attribute: r.attribute }),
      ...(s.zone && { zone: r.zone }),
      ...(r.when !== undefined && { when: r.when }),
    };
  })
  .filter((c) => conditionProblem(c) === null);
