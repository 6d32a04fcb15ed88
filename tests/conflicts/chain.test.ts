import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clashingChains } from '../../src/conflicts/chain.ts';
import { conflictsOf, findConflicts } from '../../src/conflicts/detect.ts';
import { largestSpan } from '../../src/conflicts/largest-span.ts';
import type { Rule } from '../../src/contract/rule.ts';
import { draftOf } from './rules.ts';

const rules = (...sentences: (string | [string, Partial<Rule>])[]): Rule[] =>
  sentences.map((s, i) =>
    typeof s === 'string' ? draftOf(s, { rule_id: `rule_${i}` }) : draftOf(s[0], { rule_id: `rule_${i}`, ...s[1] }),
  );

const NEAR = ['Keep mugs at most 5 cm from keyboards', 'Keep keyboards at most 5 cm from laptops'];

describe('chains of distances', () => {
  it('adds up what lies between, with the largest size of it', () => {
    const [found, ...rest] = findConflicts(rules('Keep mugs at least 70 cm from laptops', ...NEAR));
    expect(rest).toEqual([]);
    const reach = Math.ceil(100 + (largestSpan('keyboard') ?? 0));
    expect(found).toMatchObject({
      kind: 'contradiction',
      rule_ids: ['rule_0', 'rule_1', 'rule_2'],
      assumes: [`a keyboard is at most ${Math.ceil(largestSpan('keyboard') ?? 0)} mm from end to end`],
    });
    expect(found?.explanation).toBe(
      'with a mug and a keyboard at most 50 mm apart and a keyboard and a laptop at most 50 mm apart, a mug and a laptop ' +
        `are at most ${reach} mm apart, a keyboard between them, but would have to be at least 700 mm apart`,
    );
    expect(found?.sentences).toHaveLength(3);
  });

  it('says nothing where a long keyboard leaves room', () => {
    expect(findConflicts(rules('Keep mugs at least 30 cm from laptops', ...NEAR))).toEqual([]);
  });

  it('is the same from whichever rule comes last', () => {
    const all = rules('Keep mugs at least 70 cm from laptops', ...NEAR);
    for (const last of all) {
      expect(conflictsOf(last, all)).toHaveLength(1);
      expect(
        conflictsOf(
          last,
          all.filter((r) => r !== last),
        )[0]?.rule_ids.toSorted(),
      ).toEqual(['rule_0', 'rule_1', 'rule_2']);
    }
  });

  it('needs no size between middles', () => {
    const all = rules(
      'Keep every mug at least 12 cm centre to centre from every phone',
      'Keep every mug at most 5 cm centre to centre from every mouse',
      'Keep every mouse at most 5 cm centre to centre from every phone',
    );
    const [found] = findConflicts(all);
    expect(found?.rule_ids).toHaveLength(3);
    expect(found).not.toHaveProperty('assumes');
  });

  it('finds two of a kind that a third keeps together, and groups of classes', () => {
    expect(findConflicts(rules('Keep mugs at least 50 cm apart', 'Keep mugs at most 5 cm from mice'))).toHaveLength(1);
    const all = rules(
      'Keep drinks at least 80 cm from phones',
      'Keep bottles at most 5 cm from books',
      'Keep books at most 5 cm from electronics',
    );
    expect(findConflicts(all)).toMatchObject([{ rule_ids: ['rule_0', 'rule_1', 'rule_2'] }]);
  });

  it('goes by way of what a thing stands on', () => {
    const all = rules(
      'Every mug needs a coaster',
      'Keep coasters at most 5 cm from keyboards',
      'Keep mugs at least 40 cm from keyboards',
    );
    expect(findConflicts(all)).toMatchObject([{ kind: 'contradiction', rule_ids: ['rule_2', 'rule_0', 'rule_1'] }]);
    // Each on some coaster, but not on the same one.
    expect(
      findConflicts(rules('Mugs and bottles must be on coasters', 'Keep mugs at least 90 cm from bottles')),
    ).toEqual([]);
  });

  it('leaves out what cannot apply at once', () => {
    const far = 'Keep mugs at least 70 cm from laptops';
    expect(findConflicts(rules([far, { context: 'office' }], [NEAR[0]!, { context: 'kitchen' }], NEAR[1]!))).toEqual(
      [],
    );
    expect(
      findConflicts(rules([far, { context: 'office' }], [NEAR[0]!, { context: 'Office ' }], NEAR[1]!)),
    ).toHaveLength(1);
    expect(
      findConflicts(
        rules('Keep hot mugs at least 70 cm from laptops', 'Keep cold mugs at most 5 cm from keyboards', NEAR[1]!),
      ),
    ).toEqual([]);
  });

  it('tells each smallest set once', () => {
    const all = rules('Keep mugs at least 70 cm from laptops', 'Keep mugs at most 5 cm from laptops', ...NEAR);
    expect(
      findConflicts(all)
        .filter((c) => c.kind !== 'subsumed')
        .map((c) => c.rule_ids.length),
    ).toEqual([2, 3]);
  });

  it('is never wrong: points that keep the links never keep the least distance', () => {
    const length = fc.integer({ min: 1, max: 400 });
    const reach = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(length, length, fc.integer({ min: 1, max: 1500 }), reach, reach, (a, b, least, s, t) => {
        const all = rules(
          `Keep mugs at least ${least} mm from laptops`,
          `Keep mugs at most ${a} mm from phones`,
          `Keep phones at most ${b} mm from laptops`,
        );
        const clash = clashingChains(all).length > 0;
        // In a row, as far apart as may be, with a phone of usual size or smaller.
        const apart = a * s + b + (largestSpan('phone') ?? 0) * t;
        return !(clash && apart >= least);
      }),
      { numRuns: 200 },
    );
  });

  it('finds none among 1,000 rules that leave room', () => {
    const names = ['mug', 'glass', 'bottle', 'bowl', 'laptop', 'keyboard', 'mouse', 'phone', 'book', 'monitor'];
    const many = Array.from({ length: 1000 }, (_, i) => {
      const [a, b] = [names[i % 10]!, names[(i * 7 + 3) % 10]!];
      const operator = i % 2 === 0 ? ('max_distance' as const) : ('min_distance' as const);
      const value = operator === 'max_distance' ? 400 + i : 30 + (i % 90);
      return draftOf('Keep mugs at least 1 cm from laptops', {
        rule_id: `rule_${i}`,
        context: i % 3 === 0 ? `place ${i % 200}` : null,
        conditions: [{ object1: a, object2: b === a ? 'coaster' : b, operator, value, unit: 'mm' }],
      });
    });
    expect(clashingChains(many, many[1])).toEqual([]);
    expect(clashingChains(many, many[3])).toEqual([]);
  });
});
