import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { RuleId } from '../../contract/ids.ts';
import { RULE_TYPES, RuleScope } from '../../contract/rule.ts';
import { IncludeExample, ruleOutput, StoredRuleOutput } from '../../presentation/rule-answer.ts';
import type { Services } from '../../services.ts';
import { defined } from '../lenient/defined.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { Permanent, RemovedRule, removedRule } from './removed-rule.ts';
import { routeCall } from './route-call.ts';
import { describe, withOtherNames } from './route-docs.ts';
import {
  ContextOrNull,
  contextOf,
  NEW_RULE,
  RuleAnswer,
  readStatement,
  ruleAnswer,
  ruleMeta,
  StoredRuleAnswer,
  statement,
} from './rule-body.ts';

const tag = 'rules';
export const One = z.strictObject({ rule_id: RuleId });
export const ruleIdOf = (request: FastifyRequest) => paramsOf(request, One).rule_id;

const READ = {
  input: z.strictObject({ ...statement, ...ruleMeta, include_example: IncludeExample }),
  aliases: { auto_enable: 'enabled', sentence: 'text' },
};
const PATCH = {
  input: z.strictObject({
    ...statement,
    ...ruleMeta,
    context: ContextOrNull.optional().describe('null: everywhere'),
    enabled: z.boolean().optional(),
    scope: RuleScope.optional(),
    reason: z.string().min(1).max(300).optional().describe('kept in the history'),
    expected_version: z
      .int()
      .min(1)
      .optional()
      .describe('the "version" that you have read: RULES_006 where somebody has changed the rule since'),
  }),
  aliases: { sentence: 'text' },
};
const LIST = {
  input: z.strictObject({
    enabled: z.boolean().optional().describe('true: only enabled rules, false: only disabled ones; without it both'),
    type: z.enum(RULE_TYPES).optional(),
    ...paging,
  }),
  aliases: { enabled_only: { name: 'enabled', read: (given: unknown) => (given === false ? undefined : given) } },
};
const Removal = z.strictObject({ permanent: Permanent });

/** Rules are made of sentences or conditions, listed, changed and removed. */
export function routeRules(app: FastifyInstance, { rules, capabilities }: Services): void {
  app.get(
    '/rules',
    {
      schema: describe({
        tag,
        id: 'listRules',
        permission: 'rules:read',
        title: 'Stored rules, oldest first',
        query: LIST.input,
        answer: z.array(StoredRuleOutput),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { enabled, type, ...asked } = queryOf(request, LIST);
      const filter = defined({ enabled, type });
      const page = await pageOf((one) => rules.list(call, filter, one), asked);
      sendPageHeaders(reply, page, await rules.count(call, filter));
      return page.items.map(ruleOutput);
    },
  );

  app.get(
    '/rules/:rule_id',
    {
      schema: describe({
        tag,
        id: 'getRule',
        permission: 'rules:read',
        title: 'One rule',
        params: One,
        answer: StoredRuleOutput,
      }),
    },
    async (request, reply) => ruleOutput(await rules.get(routeCall(request, reply), ruleIdOf(request))),
  );

  app.post(
    '/rules/validate',
    {
      schema: describe({
        tag,
        id: 'validateRule',
        permission: 'rules:read',
        title: 'What a sentence would become',
        about: 'Nothing is stored.',
        body: withOtherNames(READ),
        answer: RuleAnswer,
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { text, conditions, timing, include_example, ...given } = bodyOf(request, READ);
      const draft = await readStatement(rules, call, { text, conditions, timing }, defined(given));
      return ruleAnswer({ rule: draft, ...(await rules.check(call, draft)) }, include_example);
    },
  );

  if (capabilities.readOnly) return;

  async function create(request: FastifyRequest, reply: Parameters<typeof routeCall>[1]) {
    const call = routeCall(request, reply);
    const { text, conditions, timing, enabled, scope, ...given } = bodyOf(request, NEW_RULE);
    const draft = await readStatement(rules, call, { text, conditions, timing }, defined(given));
    const change = await rules.create(call, draft, { enabled, scope });
    reply.code(201).header('location', `/api/v1/rules/${change.rule.rule_id}`);
    return ruleAnswer(change);
  }
  const created = { tag, body: withOtherNames(NEW_RULE), answer: StoredRuleAnswer, status: 201 };
  app.post(
    '/rules',
    { schema: describe({ ...created, id: 'createRule', permission: 'rules:write', title: 'Store a rule' }) },
    create,
  );
  app.post(
    '/rules/natural-language',
    {
      schema: describe({
        ...created,
        id: 'createRuleFromSentence',
        permission: 'rules:write',
        title: 'Store a rule from a sentence',
      }),
    },
    create,
  );

  app.patch(
    '/rules/:rule_id',
    {
      schema: describe({
        tag,
        id: 'updateRule',
        permission: 'rules:write',
        title: 'Change a rule',
        params: One,
        body: withOtherNames(PATCH),
        answer: StoredRuleAnswer,
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const id = ruleIdOf(request);
      const {
        text,
        conditions,
        reason,
        context,
        expected_version: expectedVersion,
        ...fields
      } = bodyOf(request, PATCH);
      const patch = defined({ ...fields, context: contextOf(context) });
      const options = defined({ reason, expectedVersion });
      if (text === undefined && conditions === undefined)
        return ruleAnswer(await rules.update(call, id, patch, options));
      const place = contextOf(context) === undefined ? (await rules.get(call, id)).context : contextOf(context);
      const given = defined({ context: place ?? undefined, priority: fields.priority });
      const draft = await readStatement(rules, call, { text, conditions, timing: fields.timing }, given);
      return ruleAnswer(await rules.update(call, id, { ...patch, draft }, options));
    },
  );

  app.delete(
    '/rules/:rule_id',
    {
      schema: describe({
        tag,
        id: 'deleteRule',
        permission: 'rules:delete',
        title: 'Disable a rule, or remove it for good',
        about: 'Without "permanent" it is only disabled and GET /rules still lists it, with "enabled": false.',
        params: One,
        query: Removal,
        answer: RemovedRule,
      }),
    },
    async (request, reply) => {
      const id = ruleIdOf(request);
      const { permanent } = queryOf(request, { input: Removal });
      await rules.remove(routeCall(request, reply), id, { permanent });
      return removedRule(id, permanent);
    },
  );
}
