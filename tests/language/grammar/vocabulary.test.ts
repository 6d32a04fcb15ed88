import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../../src/contract/rule.ts';
import { DEFAULTS } from '../../../src/language/grammar/defaults.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { describeVocabulary } from '../../../src/language/grammar/vocabulary.ts';
import { ALIGNED_TOLERANCE } from '../../../src/rules/operators/aligned.ts';

const conditionsOf = (text: string) => {
  const result = parseSentence(text);
  return result.ok ? result.draft.conditions : result.reason;
};

describe('the vocabulary', () => {
  const vocabulary = describeVocabulary();

  it('has every operator with a sentence that reads as it', () => {
    expect(vocabulary.operators.map((o) => o.operator)).toEqual([...OPERATORS]);
    for (const { operator, sentence, canonical } of vocabulary.operators) {
      expect(conditionsOf(sentence)).toMatchObject([{ operator, object1: 'mug' }]);
      expect(conditionsOf(canonical)).toEqual(conditionsOf(sentence));
    }
  });

  it('shows the lengths that the grammar puts in, and no others', () => {
    expect(Object.fromEntries(vocabulary.operators.map((o) => [o.operator, o.default_mm]))).toEqual({
      ...Object.fromEntries(OPERATORS.map((name) => [name, undefined])),
      min_distance: DEFAULTS.away,
      max_distance: DEFAULTS.near,
      min_edge_distance: DEFAULTS.edge,
      grouped: DEFAULTS.group,
      aligned: ALIGNED_TOLERANCE,
    });
    expect(vocabulary.operators.find((o) => o.operator === 'aligned')?.canonical).toBe(
      'all mugs are aligned to within 20 mm',
    );
    for (const { default_mm, canonical } of vocabulary.operators) {
      const lengths = [...canonical.matchAll(/(\d+) mm/g)].map(([, mm]) => Number(mm));
      expect(lengths).toEqual(default_mm === undefined ? [] : [default_mm]);
    }
  });

  it('has words for every class and group, each of which reads as it', () => {
    const names = [...vocabulary.classes, ...Object.keys(vocabulary.groups)];
    expect(Object.keys(vocabulary.words).sort()).toEqual(names.sort());
    for (const [name, words] of Object.entries(vocabulary.words)) {
      for (const word of words.filter(() => name !== 'table')) {
        expect(conditionsOf(`There must be at most 1 ${word}`), word).toMatchObject([{ object1: name }]);
      }
    }
  });

  it('has contexts, units and attributes that read', () => {
    for (const context of vocabulary.contexts) {
      const result = parseSentence(
        `Keep mugs on coasters ${context === 'home' || context === 'work' ? 'at' : 'in the'} ${context}`,
      );
      const placed = result.ok ? result : parseSentence(`Keep mugs on coasters at the ${context}`);
      expect(placed.ok && placed.draft.context).toBe(context);
    }
    for (const unit of vocabulary.units) {
      expect(conditionsOf(`Keep mugs at least 2 ${unit} from laptops`)).toHaveLength(1);
    }
    for (const attribute of vocabulary.attributes) {
      expect(conditionsOf(`Keep ${attribute} mugs on coasters`)).toMatchObject([{ attribute }]);
    }
    for (const when of vocabulary.when) expect(conditionsOf(`Keep mugs on coasters ${when}`)).toHaveLength(1);
  });
});
