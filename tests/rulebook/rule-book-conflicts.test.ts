import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/contract/rule.ts';
import { AppError } from '../../src/errors.ts';
import { AT_ONCE, type Computing } from '../../src/ports/computing.ts';
import { createRuleBook } from '../../src/rulebook/service.ts';
import type { Author } from '../../src/rulebook/types.ts';
import { draftOf } from '../conflicts/rules.ts';
import { changeRule, importRules, localCall, makeRule, previewRule, restoreRule } from '../support/caller.ts';
import { memoryRecords } from './memory-records.ts';

const ann: Author = { user: 'ann' };

function open() {
  const records = memoryRecords();
  let ids = 0;
  return createRuleBook({
    records: records.rules,
    evaluations: records.evaluations,
    tried: true,
    newId: () => `rule_${++ids}`,
  });
}

describe('what the rule book says of a new rule', () => {
  it('shows an arrangement where all rules hold that touch it', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 5 cm from keyboards' }, ann);
    await makeRule(book, { text: 'Keep keyboards at most 5 cm from laptops' }, ann);
    const { conflicts, together } = await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops' }, ann);
    expect(conflicts).toEqual([]);
    expect(together?.rule_ids.toSorted()).toEqual(['rule_1', 'rule_2', 'rule_3']);
    expect(together?.arrangement?.objects.map((o) => o.object).toSorted()).toEqual(['keyboard-1', 'laptop-1', 'mug-1']);
    expect(together?.explanation).toBe('it can hold together with 2 other rules about these objects');
  });

  it('names the smallest set without an arrangement, and that this is no proof', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at least 90 cm from laptops' }, ann);
    await makeRule(book, { text: 'Keep bottles off the laptop' }, ann);
    await makeRule(book, { text: 'Keep mugs at least 90 cm from phones' }, ann);
    const { conflicts, together } = await makeRule(book, { text: 'Keep laptops at least 90 cm from phones' }, ann);
    expect(together).toBeUndefined();
    expect(conflicts).toMatchObject([
      { kind: 'contradiction', rule_ids: ['rule_4', 'rule_1', 'rule_3'], proven: false },
    ]);
    expect(conflicts[0]?.sentences[0]).toBe('every laptop keeps at least 900 mm from every phone');
    expect(conflicts[0]?.explanation).toBe(
      'no arrangement was found on a 1600 x 800 mm desk with objects of typical size in which all of them hold, ' +
        'which is no proof that there is none',
    );
  });

  it('says what a proof takes for granted', async () => {
    const { conflicts } = await makeRule(open(), { text: 'Keep mugs at least 45 cm from the edge of the table' }, ann);
    expect(conflicts).toMatchObject([
      { kind: 'impossible', proven: true, assumes: ['a 1600 x 800 mm desk with objects of typical size'] },
    ]);
  });

  it('shows where the weaker of two rules holds and the stronger does not', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops' }, ann);
    const { conflicts } = await makeRule(book, { text: 'Keep mugs at least 10 cm from laptops' }, ann);
    expect(conflicts).toMatchObject([{ kind: 'subsumed', counter_example: { width_mm: 1600 } }]);
  });

  it('says the same of a draft, of a change that is only shown, and of a restored rule', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 5 cm from laptops' }, ann);
    const { rule } = await makeRule(book, { text: 'Keep mugs at least 2 cm from laptops' }, ann);
    const far = { text: 'Keep mugs at least 70 cm from laptops' };
    const { rule_id: _, ...draft } = draftOf(far.text);
    expect((await book.check(localCall, draft as Rule)).conflicts.map((c) => c.kind)).toEqual([
      'contradiction',
      'subsumed',
    ]);
    const shown = await previewRule(book, rule.rule_id, far);
    expect(shown).toMatchObject({ rule: { version: 1, canonical: expect.stringContaining('700') }, conflicts: [{}] });
    expect(await book.get(localCall, rule.rule_id)).toEqual(rule);
    expect((await changeRule(book, rule.rule_id, far, ann)).conflicts).toEqual(shown.conflicts);
    expect((await restoreRule(book, rule.rule_id, 1, ann)).together?.arrangement).not.toBeNull();
    expect((await changeRule(book, rule.rule_id, { enabled: false }, ann)).together).toBeUndefined();
  });

  it('finds nothing false among 1,000 rules', async () => {
    const book = open();
    const names = ['mug', 'glass', 'bottle', 'bowl', 'laptop', 'keyboard', 'mouse', 'phone', 'book', 'monitor'];
    const rules = Array.from({ length: 1000 }, (_, i) =>
      draftOf('Keep mugs off the laptop', {
        rule_id: `rule_k${i}`,
        conditions: [
          {
            object1: names[i % 10]!,
            object2: names[(i * 3 + 1 + (i >> 5)) % 10]!,
            operator: i % 3 ? 'min_distance' : 'not_on',
            ...(i % 3 && { value: 1 + (i % 70), unit: 'mm' as const }),
          },
        ],
      }),
    );
    await importRules(book, { version: 1, rules }, ann);
    const { conflicts } = await makeRule(book, { text: 'Keep mugs at least 80 cm from phones' }, ann);
    expect(conflicts.length).toBeGreaterThan(0);
    expect(conflicts.every((c) => c.kind === 'subsumed')).toBe(true);
  });
});

describe('what the rule book does about conflicts', () => {
  it('switches off the less urgent rule, with author and reason, and takes it back', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 5 cm from laptops', priority: 3 }, ann);
    const change = await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops' }, ann, {
      onConflict: 'priority',
    });
    expect(change.conflicts).toEqual([]);
    expect(change.resolution).toMatchObject({
      strategy: 'priority',
      changed: [
        {
          rule_id: 'rule_1',
          action: 'disabled',
          undo_version: 1,
          reason: expect.stringContaining('contradiction with rule_2'),
        },
      ],
      questions: [],
    });
    expect(await book.get(localCall, 'rule_1')).toMatchObject({ enabled: false, version: 2 });
    expect((await book.history(localCall, 'rule_1')).versions.find((v) => v.version === 2)).toMatchObject({
      user_id: 'ann',
      reason: expect.stringContaining('on_conflict priority'),
    });
    expect((await restoreRule(book, 'rule_1', 1, ann)).conflicts).toHaveLength(1);
  });

  it('lets the new rule itself yield', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 5 cm from laptops', priority: 9 }, ann);
    const change = await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops', priority: 2 }, ann, {
      onConflict: 'priority',
    });
    expect(change).toMatchObject({ rule: { enabled: false, version: 2 }, conflicts: [] });
    expect(change.resolution?.changed).toMatchObject([{ rule_id: 'rule_2', undo_version: 1 }]);
  });

  it('relaxes a distance', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 20 cm from laptops', priority: 3 }, ann);
    const change = await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops' }, ann, {
      onConflict: 'combine',
    });
    expect(change.resolution?.changed).toMatchObject([
      { rule_id: 'rule_1', action: 'relaxed', canonical: 'every mug stays within 350 mm of every laptop' },
    ]);
    expect(change.conflicts).toEqual([]);
    expect(await book.get(localCall, 'rule_1')).toMatchObject({ enabled: true, source: 'manual', text: null });
  });

  it('asks and changes nothing where it cannot decide: a tie, a person, what is not proved', async () => {
    const tie = open();
    await makeRule(tie, { text: 'Keep mugs at most 5 cm from laptops', priority: 8 }, ann);
    const asked = await makeRule(tie, { text: 'Keep mugs at least 30 cm from laptops', priority: 8 }, ann, {
      onConflict: 'priority',
    });
    expect(asked.resolution).toMatchObject({
      changed: [],
      questions: [expect.stringMatching(/^Which of these should hold/)],
    });
    expect(asked.conflicts).toHaveLength(1);
    const user = await changeRule(tie, 'rule_2', { priority: 9 }, ann, { onConflict: 'user' });
    expect(user.resolution?.questions).toHaveLength(1);
    expect(await tie.count(localCall, { enabled: true })).toBe(2);

    const unproved = open();
    await makeRule(unproved, { text: 'Keep mugs at least 90 cm from laptops', priority: 1 }, ann);
    await makeRule(unproved, { text: 'Keep mugs at least 90 cm from phones', priority: 2 }, ann);
    const change = await makeRule(unproved, { text: 'Keep laptops at least 90 cm from phones' }, ann, {
      onConflict: 'priority',
    });
    expect(change.resolution).toBeUndefined();
    expect(change.conflicts).toMatchObject([{ proven: false }]);
    expect(await unproved.count(localCall, { enabled: true })).toBe(3);
  });

  it('settles several, a chain of three among them', async () => {
    const book = open();
    await makeRule(book, { text: 'Keep mugs at most 5 cm from keyboards', priority: 2 }, ann);
    await makeRule(book, { text: 'Keep keyboards at most 5 cm from laptops', priority: 4 }, ann);
    await makeRule(book, { text: 'Keep mugs at least 10 cm from laptops', priority: 5 }, ann);
    const change = await makeRule(book, { text: 'Keep mugs at least 70 cm from laptops' }, ann, {
      onConflict: 'combine',
    });
    expect(change.resolution?.changed).toMatchObject([{ rule_id: 'rule_3', action: 'disabled' }]);
    expect(change.resolution?.questions).toHaveLength(1);
    const again = await changeRule(book, 'rule_4', { priority: 9 }, ann, { onConflict: 'priority' });
    expect(again.resolution?.changed).toMatchObject([{ rule_id: 'rule_1', action: 'disabled' }]);
    expect(again.conflicts).toEqual([]);
  });

  it('bounds what one call changes', async () => {
    const book = open();
    for (let i = 0; i < 25; i++) {
      await makeRule(
        book,
        { conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 20 + i, unit: 'mm' }] },
        ann,
      );
    }
    const change = await makeRule(book, { text: 'Keep mugs at least 30 cm from laptops', priority: 10 }, ann, {
      onConflict: 'combine',
    });
    expect(change.resolution?.changed).toHaveLength(20);
    expect(change.conflicts).toHaveLength(5);
  });
});

describe('a search for conflicts that does not end', () => {
  async function slow() {
    const records = memoryRecords();
    const tooLong = async () => {
      throw new AppError('ANALYSIS_003', { message: 'Checking the rules took too long.' });
    };
    return createRuleBook({ records: records.rules, evaluations: records.evaluations, computing: { run: tooLong } });
  }

  it('does not hide that the rule is stored, and calls it unknown', async () => {
    const book = await slow();
    const { rule, conflicts, together } = await makeRule(book, { text: 'Keep mugs at least 10 cm from laptops' }, ann);
    expect((await book.get(localCall, rule.rule_id)).canonical).toBe(rule.canonical);
    expect(conflicts).toEqual([]);
    expect(together).toEqual({
      rule_ids: [rule.rule_id],
      arrangement: null,
      explanation: 'not known whether it can hold beside the others: Checking the rules took too long.',
    });
  });

  it('is an error where nothing was stored', async () => {
    const book = await slow();
    const draft = draftOf('Keep mugs at least 10 cm from laptops');
    await expect(book.check(localCall, draft)).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    await expect(book.conflicts(localCall)).rejects.toMatchObject({ code: 'ANALYSIS_003' });
  });
});

it('looks for the conflicts of all rules again only after a change of them', async () => {
  const records = memoryRecords();
  let searches = 0;
  const computing: Computing = {
    async run(computation, input, signal) {
      if (computation.name === 'all clashes') searches += 1;
      return AT_ONCE.run(computation, input, signal);
    },
  };
  const book = createRuleBook({ records: records.rules, evaluations: records.evaluations, computing });
  await makeRule(book, { text: 'Keep mugs at least 10 cm from laptops' }, ann);
  const { rule } = await makeRule(book, { text: 'Keep mugs at most 5 cm from laptops' }, ann);
  const first = await book.conflicts(localCall);
  expect(first.total).toBe(1);
  expect(await book.conflicts(localCall)).toEqual(first);
  expect(searches).toBe(1);
  await changeRule(book, rule.rule_id, { enabled: false }, ann);
  expect((await book.conflicts(localCall)).total).toBe(0);
  expect(searches).toBe(2);
});
