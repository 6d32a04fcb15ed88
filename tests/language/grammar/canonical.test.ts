import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, OPERATORS } from '../../../src/contract/rule.ts';
import { canonicalSentence } from '../../../src/language/grammar/canonical.ts';
import { contradictionIn } from '../../../src/language/grammar/contradiction.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { anyCondition } from './conditions.ts';

const MAX_CANONICAL = 4000;
const distinct = (list: readonly Condition[]) => new Set(list.map((c) => JSON.stringify(c))).size === list.length;

function readBack(sentence: string) {
  const result = parseSentence(sentence, { maxLength: MAX_CANONICAL });
  return result.ok
    ? result.draft
    : `${sentence}\n${result.reason} ${JSON.stringify(result.unknown)} ${result.question}`;
}

describe('canonical sentence', () => {
  it.each(OPERATORS)('%s reads back as the same condition', (operator) => {
    fc.assert(
      fc.property(
        anyCondition.filter((c) => c.operator === operator),
        (condition) => {
          expect(readBack(canonicalSentence([condition]))).toMatchObject({ conditions: [condition] });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads back every list of conditions that does not contradict itself', () => {
    const lists = fc
      .array(anyCondition, { minLength: 1, maxLength: 10 })
      .filter((list) => distinct(list) && contradictionIn(list) === null);
    fc.assert(
      fc.property(lists, (conditions) => {
        const draft = readBack(canonicalSentence(conditions));
        expect(draft).toMatchObject({ conditions });
        expect(draft).toMatchObject({ canonical: canonicalSentence(conditions) });
      }),
      { numRuns: 300 },
    );
  });

  it('reads back context and priority', () => {
    const extras = fc.record({
      context: fc.constantFrom('office', 'kitchen', 'meeting room', 'living room'),
      priority: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(anyCondition, extras, (condition, { context, priority }) => {
        const draft = readBack(canonicalSentence([condition], { context, priority }));
        expect(draft).toMatchObject({ conditions: [condition], context, priority });
      }),
      { numRuns: 100 },
    );
  });
});
