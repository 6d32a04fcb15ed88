import { beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_IN_SHORT } from '../../src/contract/objects.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { OPERATORS } from '../../src/contract/rule.ts';
import type { AppError } from '../../src/errors.ts';
import { readArguments } from '../../src/gateway/lenient/read-arguments.ts';
import type { ToolCall } from '../../src/gateway/mcp/protocol/tool.ts';
import { createRuleBook } from '../../src/rulebook/service.ts';
import { createRule } from '../../tools/create-rule.ts';
import { updateRule } from '../../tools/update-rule.ts';
import { createFakeServices } from '../gateway/fake-services.ts';
import { memoryRecords } from '../rulebook/memory-records.ts';

/** Typed conditions, with the real rule book behind both tools: what one takes or refuses, the other does too. */
let call: ToolCall;
beforeEach(async () => {
  const records = memoryRecords();
  let ids = 0;
  const rules = createRuleBook({
    records: records.rules,
    evaluations: records.evaluations,
    newId: () => `rule_${++ids}`,
  });
  call = {
    services: { ...createFakeServices(), rules },
    principal: LOCAL,
    signal: new AbortController().signal,
    mayStore: true,
    progress: () => {},
    canAsk: false,
    answer: () => undefined,
    seal: async () => 'sealed',
  };
  await run(createRule, { text: 'Keep mugs at least 10 cm from keyboards' });
});

describe('typed times', () => {
  const conditions = [{ object1: 'mug', operator: 'count_max', value: 0 }];
  const rule = async (tool: typeof createRule, args: object) =>
    ((await tool.run(readArguments(tool, args), call)) as { structured: { rule: Record<string, unknown> } }).structured
      .rule;
  const update = updateRule as unknown as typeof createRule;

  it('become the timing of a rule, are changed, kept and taken away', async () => {
    const made = await rule(createRule, { conditions, timing: { after: '18:00', days: ['mon'] } });
    expect(made).toMatchObject({
      timing: { after: '18:00', days: ['mon'] },
      canonical: 'after 18:00 on Mondays, there are at most 0 mugs',
    });
    const { rule_id } = made;
    const more = [{ object1: 'mug', operator: 'count_max', value: 2 }];
    expect(await rule(update, { rule_id, conditions: more })).toMatchObject({ timing: { after: '18:00' } });
    expect(await rule(update, { rule_id, timing: { for_seconds: 60 } })).toMatchObject({
      timing: { for_seconds: 60 },
      canonical: 'with 1 minute of grace, there are at most 2 mugs',
    });
    const untimed = await rule(update, { rule_id, timing: {} });
    expect(untimed).toMatchObject({ canonical: 'there are at most 2 mugs' });
    expect(untimed).not.toHaveProperty('timing');
  });

  it.each([
    { after: '25:00' },
    { by: '09:00', after: '08:00' },
    { for_seconds: 0 },
    { at: '18:00' },
    { after: '09:00', before: '09:00' },
  ])('are refused where they make no sense: %j', async (timing) => {
    await expect(rule(createRule, { conditions, timing })).rejects.toMatchObject({ code: 'RULES_002' });
    await expect(rule(update, { rule_id: 'rule_1', timing })).rejects.toMatchObject({ code: 'RULES_002' });
  });

  it('do not go with a sentence, which says them itself', async () => {
    const text = 'No mug may be left on the desk';
    for (const tool of [createRule, update]) {
      const asked = rule(tool, { ...(tool === update && { rule_id: 'rule_1' }), text, timing: { after: '18:00' } });
      await expect(asked).rejects.toMatchObject({ code: 'VALIDATION_001', details: { field: 'timing' } });
    }
  });
});

async function run(tool: typeof createRule, args: object) {
  const answer = (await tool.run(readArguments(tool, args), call)) as { structured: { rule: { conditions: unknown } } };
  return answer.structured.rule.conditions;
}
const made = (conditions: unknown) => run(createRule, { conditions, dry_run: true });
const changed = (conditions: unknown) => run(updateRule, { rule_id: 'rule_1', conditions });

const FAR = { object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 150, unit: 'mm' };

describe('create_rule and update_rule take the same', () => {
  it.each<[unknown, object[]]>([
    [[FAR], [FAR]],
    [[{ ...FAR, object1: 'Mug', object2: 'Laptop' }], [FAR]],
    [[{ ...FAR, object1: 'cup', unit: undefined }], [FAR]],
    [[{ ...FAR, unit: null, zone: null, when: null, attribute: null }], [FAR]],
    [[{ ...FAR, value: '150' }], [FAR]],
    [JSON.stringify([FAR]), [FAR]],
    [FAR, [FAR]],
    [
      [{ object1: 'cup', operator: 'on', object2: 'desk mat' }],
      [{ object1: 'mug', object2: 'desk_mat', operator: 'on' }],
    ],
    [[{ ...FAR, object2: 'tv' }], [{ ...FAR, object2: 'monitor' }]],
    [
      [{ ...FAR, object2: 'TV', when: { object_present: 'Cell phone' } }],
      [{ ...FAR, object2: 'monitor', when: { object_present: 'phone' } }],
    ],
    [
      [{ object1: 'cup', operator: 'count_max', value: 2 }],
      [{ object1: 'mug', operator: 'count_max', value: 2, unit: 'count' }],
    ],
    [
      [{ object1: 'mug', operator: 'min_edge_distance', value: 50 }],
      [{ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' }],
    ],
  ])('%j', async (conditions, expected) => {
    expect(await made(conditions)).toEqual(expected);
    expect(await changed(conditions)).toEqual(expected);
  });
});

describe('a length without a unit', () => {
  const bare = { ...FAR, unit: undefined, value: 10 };
  const READ = '10 was read as millimetres: give "unit" where it is another';
  const assumptions = async (tool: typeof createRule, args: object) => {
    const answer = (await tool.run(readArguments(tool, args), call)) as {
      text: string;
      structured: { rule: { assumptions: string[] } };
    };
    return answer.structured.rule.assumptions;
  };

  it.each([
    ['no unit', [bare], [READ]],
    ['a number as text', [{ ...bare, value: '10' }], [READ]],
    ['the same twice', [bare, { ...bare, object2: 'phone' }], [READ]],
    ['a unit', [FAR], []],
    ['a unit within the value', [{ ...bare, value: '10 cm' }], []],
    ['a count', [{ object1: 'mug', operator: 'count_max', value: 2 }], []],
  ])('is said to be millimetres: %s', async (_, conditions, expected) => {
    expect(await assumptions(createRule, { conditions })).toEqual(expected);
    expect(await assumptions(updateRule, { rule_id: 'rule_1', conditions })).toEqual(expected);
  });

  it('is said also of what is imported', async () => {
    await assumptions(createRule, { conditions: [FAR] });
    const { rules } = call.services;
    const rule = await rules.get(call, 'rule_2');
    const conditions = [bare, { ...bare, object2: 'phones', value: '10 cm' }];
    await rules.import(call, { version: 1, rules: [{ ...rule, conditions, assumptions: ['kept'] }] });
    const { assumptions: said, conditions: stored } = await rules.get(call, 'rule_2');
    expect(said).toEqual([READ, 'kept']);
    expect(stored).toMatchObject([
      { value: 10, unit: 'mm' },
      { object2: 'phone', value: 100, unit: 'mm' },
    ]);
  });
});

describe('create_rule and update_rule refuse the same, in the same words', () => {
  const refusal = async (asked: Promise<unknown>) => {
    const error = (await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    )) as AppError | null;
    return error && { code: error.code, message: error.message, advice: error.advice, details: error.details };
  };

  it.each<[string, unknown, string]>([
    ['no operator', [{ object1: 'mug' }], 'conditions.0.operator'],
    ['an unknown operator', [FAR, { ...FAR, operator: 'near' }], 'conditions.1.operator'],
    ['an unknown object', [{ ...FAR, object1: 'unicorn' }], 'conditions.0'],
    ['an unknown field', [{ ...FAR, colour: 'red' }], 'conditions.0'],
    ['no value', [{ ...FAR, value: null, unit: null }], 'conditions.0'],
    ['another unit', [{ ...FAR, unit: 'cubits' }], 'conditions.0.unit'],
    ['a unit that is none of the operator', [{ ...FAR, unit: 'count' }], 'conditions.0'],
    ['a value that is no number', [{ ...FAR, value: '15 cm' }], 'conditions.0.value'],
    ['no condition', [], 'conditions'],
    ['too many', Array(11).fill(FAR), 'conditions'],
  ])('%s', async (_name, conditions, field) => {
    const error = await refusal(made(conditions));
    expect(error).toMatchObject({ code: 'RULES_002', details: { fields: [{ field }] } });
    expect(await refusal(changed(conditions))).toEqual(error);
  });

  it('all units are named where one is unknown', async () => {
    const error = await refusal(made([{ ...FAR, unit: 'yard' }]));
    for (const unit of ['mm', 'cm', 'm', 'in', 'ft', 'count'])
      expect(error?.message).toMatch(new RegExp(`\\b${unit}\\b`));
  });

  it('what a value may be is said where it is something else', async () => {
    const error = await refusal(made([{ ...FAR, value: 'far' }]));
    expect(error?.message).toContain('"10 cm"');
  });

  it.each(['stapler', 'x'.repeat(64)])('the objects are named where one is unknown (%s), in short', async (name) => {
    const message = (await refusal(made([{ ...FAR, object1: name }])))?.message ?? '';
    expect(message.length).toBeLessThanOrEqual(350);
    expect(message).toContain(KNOWN_IN_SHORT.split(', and')[0]);
  });

  it('all operators are named where one is unknown', async () => {
    const error = await refusal(made([{ ...FAR, operator: 'near' }]));
    for (const operator of OPERATORS) expect(error?.message).toContain(operator);
  });
});
