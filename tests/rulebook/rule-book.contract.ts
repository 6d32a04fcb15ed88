import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../../src/contract/rule.ts';
import type { ParseResult } from '../../src/language/reading.ts';
import type { NewEvent } from '../../src/ports/bus.ts';
import { createRuleBook, type RuleBookDeps } from '../../src/rulebook/service.ts';
import type { Author } from '../../src/rulebook/types.ts';
import { callOf, changeRule, importRules, localCall, makeRule, removeRule, restoreRule } from '../support/caller.ts';
import { sampleAnalysis } from '../support/samples.ts';
import type { MadeRecords } from './memory-records.ts';

const ann: Author = { user: 'ann', reason: 'because' };
const bob: Author = { user: 'bob' };
const away = (value: number): Condition => ({
  object1: 'mug',
  object2: 'laptop',
  operator: 'min_distance',
  value,
  unit: 'mm',
});
const SENTENCE = 'Keep mugs at least 6 inches away from laptops';
const all = { limit: 100 };

/** What the rule book must do on top of any record store; run by each adapter. */
export function ruleBookContract(name: string, makeRecords: () => Promise<MadeRecords>): void {
  describe(`rule book: ${name}`, () => {
    let records: MadeRecords;
    let events: NewEvent[];
    let ids: number;
    let seconds: number;
    const book = (parts: Partial<RuleBookDeps> = {}) =>
      createRuleBook({
        records: records.rules,
        evaluations: records.evaluations,
        bus: {
          emit: async (event) => {
            events.push(event);
            return null;
          },
          relay: () => {},
          on: () => () => {},
        },
        newId: () => `rule_${String(++ids).padStart(4, '0')}`,
        now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
        ...parts,
      });
    beforeEach(async () => {
      records = await makeRecords();
      events = [];
      ids = 0;
      seconds = 0;
    });
    afterEach(() => records.close?.());

    it('makes a rule of a sentence, with the whole of contract section 3', async () => {
      const { rule, conflicts } = await makeRule(book(), { text: SENTENCE, context: 'office' }, ann);
      expect(rule).toMatchObject({
        rule_id: 'rule_0001',
        type: 'distance',
        conditions: [away(152.4)],
        actions: [{ type: 'maintain_distance', parameters: { distance: 152.4, unit: 'mm' } }],
        priority: 8,
        context: 'office',
        text: SENTENCE,
        source: 'grammar',
        enabled: true,
        version: 1,
        created_by: 'ann',
      });
      expect(rule.canonical).toContain('152.4 mm');
      expect(conflicts).toEqual([]);
      expect(await book().get(localCall, 'rule_0001')).toEqual(rule);
      expect(events).toEqual([
        {
          id: 'evt_rule_0001_1',
          type: 'rule_changed',
          rule_id: 'rule_0001',
          action: 'created',
          name: rule.name,
          text: rule.canonical,
          owner: 'ann',
          scope: 'everyone',
        },
      ]);
    });

    it('makes a rule of conditions in any spelling, and says that it was made by hand', async () => {
      const conditions = [{ object1: 'Cup', object2: 'Desk mat', operator: 'on' }] as Condition[];
      const { rule } = await makeRule(book(), { conditions, name: 'Tidy', priority: 2, enabled: false }, bob);
      expect(rule).toMatchObject({ name: 'Tidy', priority: 2, enabled: false, source: 'manual', text: null });
      expect(rule.conditions).toEqual([{ object1: 'mug', object2: 'desk_mat', operator: 'on' }]);
    });

    it('gives each rule an id of its own, of twelve characters, when nobody else does', async () => {
      const own = createRuleBook({ records: records.rules, evaluations: records.evaluations });
      const made = await Promise.all([1, 2, 3].map((n) => makeRule(own, { conditions: [away(n * 10)] }, ann)));
      expect(new Set(made.map((m) => m.rule.rule_id)).size).toBe(3);
      for (const { rule } of made) expect(rule.rule_id).toMatch(/^rule_[a-z2-9]{12}$/);
    });

    it.each<[string, unknown, string]>([
      ['nothing', {}, 'text'],
      ['an empty sentence', { text: '' }, 'text'],
      ['a sentence of 501 characters', { text: 'a'.repeat(501) }, 'text'],
      ['no conditions', { conditions: [] }, 'conditions'],
      ['eleven conditions', { conditions: Array.from({ length: 11 }, () => away(10)) }, 'conditions'],
      ['a distance without value', { conditions: [{ ...away(10), value: undefined }] }, 'conditions.0'],
      ['a negative distance', { conditions: [away(-1)] }, 'conditions.0.value'],
      ['an endless distance', { conditions: [away(Number.POSITIVE_INFINITY)] }, 'conditions.0.value'],
      ['an unknown operator', { conditions: [{ ...away(10), operator: 'teleport' }] }, 'conditions.0.operator'],
      ['an unknown object', { conditions: [{ ...away(10), object2: 'dragon' }] }, 'conditions.0'],
      ['a wrong unit', { conditions: [{ ...away(10), unit: 'count' }] }, 'conditions.0'],
      ['an unknown field', { conditions: [{ ...away(10), colour: 'red' }] }, 'conditions.0'],
      ['priority 11', { text: SENTENCE, priority: 11 }, 'priority'],
      ['a long context', { text: SENTENCE, context: 'x'.repeat(65) }, 'context'],
      ['a blank name', { text: SENTENCE, name: '  ' }, 'name'],
    ])('refuses %s and names the field', async (_, input, field) => {
      const error = await makeRule(book(), input as never, ann).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'RULES_002' });
      expect(error.details.fields[0].field).toBe(field);
      expect(await records.rules.count('ann', {})).toBe(0);
    });

    it('refuses what it did not understand with the words, suggestions and question', async () => {
      const before = await records.rules.revision('ann');
      const refusal: ParseResult = {
        ok: false,
        unknown: ['unless it\nrains', 'blorp'],
        suggestions: ['a', 'b', 'c', 'd'],
        question: 'Which mugs?',
        reason: 'unknown words',
      };
      const error = await makeRule(
        book({ read: async () => refusal }),
        { text: 'keep blorp unless it\nrains' },
        ann,
      ).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'RULES_004', http: 422 });
      expect(error.message).toBe('unknown words: "unless it rains", "blorp". Which mugs?');
      expect(error.details).toEqual({
        unknown: refusal.unknown,
        suggestions: ['a', 'b', 'c'],
        question: 'Which mugs?',
        reason: 'unknown words',
      });
      expect(await records.rules.revision('ann')).toBe(before);
    });

    it('parses without storing, and finds conflicts of a draft', async () => {
      const b = book();
      await makeRule(b, { conditions: [away(300)] }, ann);
      const parsed = await b.read(localCall, { text: SENTENCE });
      expect(parsed.ok).toBe(true);
      if (!parsed.ok) return;
      expect((await b.check(localCall, parsed.draft)).conflicts).toMatchObject([
        { kind: 'subsumed', rule_ids: ['draft', 'rule_0001'] },
      ]);
      expect(await b.count(localCall, {})).toBe(1);
    });

    it('warns about a contradiction but stores the rule', async () => {
      const b = book();
      await makeRule(b, { conditions: [away(300)] }, ann);
      const near: Condition = { ...away(200), operator: 'max_distance' };
      const { rule, conflicts } = await makeRule(b, { conditions: [near] }, ann);
      expect(conflicts).toMatchObject([{ kind: 'contradiction', rule_ids: [rule.rule_id, 'rule_0001'] }]);
      expect(conflicts[0]?.sentences[1]).toContain('300 mm');
      expect(conflicts[0]?.explanation).toContain('at least 300 mm and at most 200 mm');
      expect(await b.conflicts(localCall)).toMatchObject({ conflicts: [{}], total: 1 });
      await changeRule(b, rule.rule_id, { enabled: false }, ann);
      expect(await b.conflicts(localCall)).toEqual({ conflicts: [], total: 0 });
    });

    it('switches a rule off and on, and a change that changes nothing makes no version', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      expect((await changeRule(b, rule.rule_id, { enabled: true }, bob)).rule.version).toBe(1);
      const off = await changeRule(b, rule.rule_id, { enabled: false }, bob);
      expect(off.rule).toMatchObject({ enabled: false, version: 2, created_by: 'ann' });
      expect(off.rule.updated_at > rule.updated_at).toBe(true);
      expect((await b.list(localCall, { enabled: true }, all)).items).toEqual([]);
      expect((await changeRule(b, rule.rule_id, { enabled: true }, bob)).rule.version).toBe(3);
    });

    it('reads a new sentence into the same rule and keeps what its author chose', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE, priority: 3, context: 'office' }, ann);
      const { rule: next } = await changeRule(b, rule.rule_id, { text: 'Center the mug on the desk mat' }, bob);
      expect(next).toMatchObject({
        rule_id: rule.rule_id,
        version: 2,
        type: 'placement',
        priority: 3,
        context: 'office',
        created_at: rule.created_at,
      });
      expect(next.name).not.toBe(rule.name);
      expect(next.conditions[0]?.operator).toBe('centered_on');
      expect(next.actions[0]?.type).toBe('place_on');
    });

    it('takes new conditions by hand and forgets the sentence that no longer fits', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE, name: 'Mine' }, ann);
      const { rule: next } = await changeRule(b, rule.rule_id, { conditions: [away(90)] }, bob);
      expect(next).toMatchObject({ text: null, source: 'manual', name: 'Mine', conditions: [away(90)] });
      expect(next.canonical).toContain('90 mm');
    });

    it('refuses a wrong patch and leaves the rule alone', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      for (const patch of [{ priority: 0 }, { rule_id: 'rule_x' }, { scope: 'theirs' }]) {
        await expect(changeRule(b, rule.rule_id, patch as never, ann)).rejects.toMatchObject({ code: 'RULES_002' });
      }
      expect(await b.get(localCall, rule.rule_id)).toEqual(rule);
      await expect(changeRule(b, 'rule_none', { enabled: false }, ann)).rejects.toMatchObject({ code: 'RULES_001' });
      const long = { user: 'ann', reason: 'x'.repeat(501) };
      await expect(changeRule(b, rule.rule_id, { enabled: false }, long)).rejects.toMatchObject({ code: 'RULES_002' });
    });

    it('tries once more when somebody else was faster, and both changes stay', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await Promise.all([
        changeRule(b, rule.rule_id, { priority: 4 }, ann),
        changeRule(b, rule.rule_id, { name: 'Other' }, bob),
      ]);
      expect(await b.get(localCall, rule.rule_id)).toMatchObject({ priority: 4, name: 'Other', version: 3 });
      expect((await b.history(localCall, rule.rule_id)).versions.map((v) => v.version)).toEqual([1, 2, 3]);
    });

    it('gives up with RULES_006 when it is always too late', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      const stale = book({ records: { ...records.rules, get: async () => ({ ...rule, version: 7 }) } });
      await expect(changeRule(stale, rule.rule_id, { priority: 4 }, ann)).rejects.toMatchObject({ code: 'RULES_006' });
      expect(await b.get(localCall, rule.rule_id)).toEqual(rule);
    });

    it('keeps every version with author and reason, the current one included', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await changeRule(b, rule.rule_id, { priority: 10, name: 'Top' }, { user: 'bob', reason: 'it burned' });
      const { versions: history } = await b.history(localCall, rule.rule_id);
      expect(history.map(({ version, action, user_id, reason }) => ({ version, action, user_id, reason }))).toEqual([
        { version: 1, action: 'created', user_id: 'ann', reason: 'because' },
        { version: 2, action: 'updated', user_id: 'bob', reason: 'it burned' },
      ]);
      expect(history[1]?.changes.toSorted()).toEqual(['name', 'priority']);
      expect(history[1]?.rule).toEqual(await b.get(localCall, rule.rule_id));
      await expect(b.history(localCall, 'rule_none')).rejects.toMatchObject({ code: 'RULES_001' });
    });

    it('switches off on removal, and for good only when told so; history stays', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await removeRule(b, rule.rule_id, bob);
      expect(await b.get(localCall, rule.rule_id)).toMatchObject({ enabled: false, version: 2 });
      await removeRule(b, rule.rule_id, bob);
      expect(await b.get(localCall, rule.rule_id)).toMatchObject({ version: 2 });
      await removeRule(b, rule.rule_id, bob, { permanent: true });
      await expect(b.get(localCall, rule.rule_id)).rejects.toMatchObject({ code: 'RULES_001' });
      expect((await b.history(localCall, rule.rule_id)).versions.map((v) => v.action)).toEqual([
        'created',
        // It was there still.
        'updated',
        'deleted',
      ]);
      await expect(removeRule(b, rule.rule_id, bob)).rejects.toMatchObject({ code: 'RULES_001' });
    });

    it('says of a removed rule how it comes back, whatever is asked of it, and to nobody else', async () => {
      const b = book();
      const mine = callOf('ann');
      const { rule } = await makeRule(b, { text: SENTENCE, scope: 'mine' }, ann);
      const id = rule.rule_id;
      await removeRule(b, id, ann, { permanent: true });
      const asked = [
        () => b.get(mine, id),
        () => b.update(mine, id, { priority: 9 }),
        () => b.preview(mine, id, { priority: 9 }),
        () => b.remove(mine, id, { permanent: true }),
        () => b.remove(mine, id),
      ];
      for (const ask of asked) {
        await expect(ask()).rejects.toMatchObject({
          code: 'RULES_001',
          message: expect.stringContaining('was deleted'),
          advice: expect.stringContaining(`update_rule {"rule_id": "${id}", "action": "restore"}`),
        });
      }
      await expect(b.get(callOf('bob'), id)).rejects.toMatchObject({ message: 'There is no rule with this id.' });
      await b.restore(mine, id);
      expect(await b.get(mine, id)).toMatchObject({ rule_id: id, enabled: true });
    });

    it('restores any version, even of a removed rule, as a new one', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await changeRule(b, rule.rule_id, { conditions: [away(10)] }, bob);
      const back = await restoreRule(b, rule.rule_id, 1, bob);
      expect(back.rule).toMatchObject({ version: 3, text: SENTENCE, conditions: [away(152.4)] });
      await removeRule(b, rule.rule_id, bob, { permanent: true });
      expect((await restoreRule(b, rule.rule_id, 2, ann)).rule).toMatchObject({ version: 5, conditions: [away(10)] });
      expect((await b.history(localCall, rule.rule_id)).versions.map((v) => v.action)).toEqual([
        'created',
        'updated',
        'restored',
        'deleted',
        'restored',
      ]);
      await expect(restoreRule(b, rule.rule_id, 99, ann)).rejects.toMatchObject({ code: 'RULES_001' });
      await expect(restoreRule(b, 'rule_none', 1, ann)).rejects.toMatchObject({ code: 'RULES_001' });
    });

    it('never gives the id of a removed rule to another one', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await removeRule(b, rule.rule_id, ann, { permanent: true });
      ids = 0;
      expect((await makeRule(b, { text: SENTENCE }, ann)).rule.rule_id).toBe('rule_0002');
    });

    it('knows no effectiveness without data, and counts what was logged', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      expect(await b.statistics(localCall, rule.rule_id)).toMatchObject({
        total_evaluations: 0,
        violation_rate: null,
        last_executed: null,
      });
      const verdict = {
        rule_id: rule.rule_id,
        condition: 0,
        verdict: 'violated' as const,
        objects: ['mug-1', 'laptop-1'],
        measured: 1,
        required: 2,
        uncertainty: 0,
        unit: 'mm' as const,
        reason: 'test',
      };
      const analysis = sampleAnalysis({ analysis_id: 'ana_1' });
      await records.analyses?.put({ owner: 'local', analysis, imageKey: null, state: null });
      await records.evaluations.append('local', 'ana_1', '2026-01-01T00:00:00.000Z', [verdict]);
      expect(await b.statistics(localCall, rule.rule_id)).toMatchObject({
        total_evaluations: 1,
        violations: 1,
        violation_rate: 1,
      });
      await expect(b.statistics(localCall, 'rule_none')).rejects.toMatchObject({ code: 'RULES_001' });
    });

    it('exports everything and imports it into an empty book unchanged', async () => {
      const b = book();
      await makeRule(b, { text: SENTENCE }, ann);
      await makeRule(b, { conditions: [away(20)], enabled: false, context: 'kitchen' }, bob);
      await changeRule(b, 'rule_0001', { priority: 2 }, bob);
      const document = JSON.parse(JSON.stringify(await b.export(localCall)));
      for (const id of ['rule_0001', 'rule_0002']) await removeRule(b, id, ann, { permanent: true });
      expect(await importRules(b, document, bob)).toEqual({ created: 2, updated: 0 });
      const versionless = (rules: readonly object[]) => rules.map((r) => ({ ...r, version: 0, owner: '' }));
      expect(versionless((await b.export(localCall)).rules)).toEqual(versionless(document.rules));
      expect(await importRules(b, document, bob)).toEqual({ created: 0, updated: 0 });
    });

    it('updates what an import changes and keeps the actions of the document', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      const actions = [{ type: 'alert' as const, parameters: { level: 'high', times: 2 } }];
      const other = { ...rule, rule_id: 'rule_new', version: 4 };
      expect(await importRules(b, { version: 1, rules: [{ ...rule, actions }, other] }, bob)).toEqual({
        created: 1,
        updated: 1,
      });
      expect(await b.get(localCall, rule.rule_id)).toMatchObject({ actions, version: 2 });
      expect(await b.get(localCall, 'rule_new')).toMatchObject({ version: 4, created_by: 'ann' });
    });

    it('imports all or nothing', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      const good = { ...rule, rule_id: 'rule_good' };
      const broken = { ...rule, rule_id: 'rule_bad', conditions: [{ ...away(10), object2: 'dragon' }] };
      const many = { ...rule, rule_id: 'rule_many', actions: Array(6).fill({ type: 'alert', parameters: {} }) };
      const revision = await records.rules.revision('ann');
      for (const rules of [[good, broken], [good, good], [good, many], [good, { ...good, extra: 1 }], 'x', null]) {
        await expect(importRules(b, { version: 1, rules }, bob)).rejects.toMatchObject({ code: 'RULES_002' });
      }
      await expect(importRules(b, { version: 2, rules: [] }, bob)).rejects.toMatchObject({ code: 'RULES_002' });
      await expect(importRules(b, undefined, bob)).rejects.toMatchObject({ code: 'RULES_002' });
      expect(await records.rules.revision('ann')).toBe(revision);
      expect((await b.list(localCall, {}, all)).items).toEqual([rule]);
    });

    it('keeps its own sentence honest: a document cannot show one rule and mean another', async () => {
      const b = book();
      const { rule } = await makeRule(b, { text: SENTENCE }, ann);
      await importRules(
        b,
        { version: 1, rules: [{ ...rule, rule_id: 'rule_lie', canonical: 'mugs may stand anywhere' }] },
        bob,
      );
      expect((await b.get(localCall, 'rule_lie')).canonical).toBe(rule.canonical);
    });
  });
}
