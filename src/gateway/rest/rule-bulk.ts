import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { CallContext } from '../../contract/call-context.ts';
import { RuleId } from '../../contract/ids.ts';
import { AppError } from '../../errors.ts';
import { each } from '../../rulebook/each.ts';
import type { RuleBook } from '../../rulebook/types.ts';
import type { Services } from '../../services.ts';
import { defined } from '../lenient/defined.ts';
import { readArguments } from '../lenient/read-arguments.ts';
import { bodyOf } from './accept.ts';
import { Permanent, RemovedRule, removedRule } from './removed-rule.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { NEW_RULE, readStatement, ruleAnswer, StoredRuleAnswer } from './rule-body.ts';

const MOST = 50;
const Change = z.strictObject({
  action: z.enum(['create', 'enable', 'disable', 'delete']),
  rule_ids: z.array(RuleId).min(1).max(MOST).optional().describe('of all actions but create'),
  rules: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(MOST)
    .optional()
    .describe('of create: each as POST /rules takes it')
    .meta({ items: z.toJSONSchema(NEW_RULE.input, { io: 'input' }) }),
  permanent: Permanent.describe('of delete, as DELETE /rules/{rule_id} takes it: without it they are only disabled'),
  reason: z.string().min(1).max(300).optional().describe('kept in the history'),
});
/** Of a rule that was created, what POST /rules tells of it. */
const Created = StoredRuleAnswer.pick({
  canonical: true,
  assumptions: true,
  validation: true,
  conflicts: true,
  together: true,
});
const Changed = z.strictObject({
  total: z.int(),
  successful: z.int(),
  failed: z.int(),
  results: z.array(
    z.strictObject({
      index: z.int().describe('place in the list'),
      rule_id: z.string(),
      enabled: z.boolean(),
      ...RemovedRule.pick({ deleted: true, message: true }).partial().shape,
      ...Created.partial().shape,
    }),
  ),
  errors: z.array(z.strictObject({ index: z.int(), code: z.string(), message: z.string(), advice: z.string() })),
});

/** Many rules in one request. */
export function routeRuleBulk(app: FastifyInstance, { rules, capabilities }: Services): void {
  if (capabilities.readOnly) return;
  app.post(
    '/rules/bulk',
    {
      schema: describe({
        tag: 'rules',
        id: 'changeRules',
        permission: 'rules:write',
        title: 'Create, enable, disable or delete up to 50 rules',
        about:
          'One that is refused does not spoil the others: it is in "errors". What is created comes with its canonical sentence, what was assumed and its conflicts. "delete" only disables, unless "permanent" is true.',
        body: Change,
        answer: Changed,
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const asked = bodyOf(request, { input: Change });
      const items = listOf(asked);
      const done = await each(items, (item) => changeOne(rules, call, asked, item), call);
      return {
        total: done.total,
        successful: done.results.length,
        failed: done.errors.length,
        results: done.results,
        errors: done.errors.map(({ index, error: { code, message, advice } }) => ({ index, code, message, advice })),
      };
    },
  );
}

/** Throws VALIDATION_001 where the list that the action is about is missing, VALIDATION_002 where the other is there. */
function listOf({ action, rule_ids: ids, rules }: z.output<typeof Change>): readonly unknown[] {
  const [wanted, given, other] = action === 'create' ? ['rules', rules, ids] : ['rule_ids', ids, rules];
  if (given === undefined || other !== undefined) {
    throw new AppError(given === undefined ? 'VALIDATION_001' : 'VALIDATION_002', {
      message: `To ${action} rules, "${wanted}" is wanted and nothing else.`,
      advice: `Send "${wanted}".`,
      details: { field: wanted },
    });
  }
  return given;
}

async function changeOne(
  rules: RuleBook,
  call: CallContext,
  { action, permanent, reason }: z.output<typeof Change>,
  item: unknown,
): Promise<Omit<z.input<typeof Changed>['results'][number], 'index'>> {
  const options = defined({ reason });
  if (action === 'create') {
    const { text, conditions, timing, enabled, scope, ...given } = readArguments(NEW_RULE, item);
    const draft = await readStatement(rules, call, { text, conditions, timing }, defined(given));
    const change = await rules.create(call, draft, { enabled, scope, ...options });
    const { canonical, assumptions, validation, conflicts, together } = ruleAnswer(change);
    const said = { canonical, assumptions, validation, conflicts, ...(together !== undefined && { together }) };
    return { rule_id: change.rule.rule_id, enabled: change.rule.enabled, ...said };
  }
  const id = item as string;
  if (action !== 'delete') {
    const { rule } = await rules.update(call, id, { enabled: action === 'enable' }, options);
    return { rule_id: id, enabled: rule.enabled };
  }
  await rules.remove(call, id, { permanent, ...options });
  return removedRule(id, permanent);
}
