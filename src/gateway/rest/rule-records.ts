import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { RuleOutput, ruleOutput } from '../../presentation/rule-answer.ts';
import { RuleTestOutput, ruleTestAnswer } from '../../presentation/rule-test-answer.ts';
import type { Services } from '../../services.ts';
import { bodyOf, queryOf } from './accept.ts';
import { analyzeRequestOf, PHOTO_FORM, photosOf } from './analyze-form.ts';
import { importWork } from './job-work.ts';
import { startJob, wantsJob } from './jobs.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { ruleAnswer, StoredRuleAnswer } from './rule-body.ts';
import { One, ruleIdOf } from './rules.ts';
import { uploadBytes } from './upload.ts';

const tag = 'rules';
const Loose = z.record(z.string(), z.unknown());
const History = z.strictObject({
  rule_id: z.string(),
  versions: z.array(Loose).describe('oldest first, the current one included'),
  unreadable: z.array(z.int()).describe('versions that are stored and cannot be read'),
});
const Statistics = z.strictObject({
  rule_id: z.string(),
  total_evaluations: z.int(),
  violations: z.int(),
  uncertain: z.int(),
  violation_rate: z.number().nullable().describe('null: never satisfied or violated'),
  last_executed: z.string().nullable(),
  avg_execution_time_ms: z
    .number()
    .nullable()
    .describe('mean of what judging it took this server since it started, of your analyses and tests'),
  avg_execution_time_reason: z.string().nullable().describe('why there is none'),
});
const Removed = z.strictObject({
  rule_id: z.string(),
  removed_at: z.string(),
  removed_by: z.string(),
  reason: z.string().nullable(),
  rule: RuleOutput.describe('as it was last'),
});
const PAGES = { input: z.strictObject({ ...paging }) };
const Conflicts = z.strictObject({ total: z.int(), conflicts: z.array(Loose) });
const Book = z.strictObject({ version: z.literal(1), rules: z.array(Loose) });
const Imported = z.strictObject({ created: z.int(), updated: z.int() });
const Restore = z.strictObject({
  version: z.int().positive().optional().describe('the one before the last change when absent'),
  reason: z.string().min(1).max(300).optional(),
});
/** Of a rule book that comes in: thousands of rules. */
const MAX_BOOK_BYTES = 8 * 1024 * 1024;

/** What became of rules: on a photo, over time, beside each other, and from one store to another. */
export function routeRuleRecords(app: FastifyInstance, services: Services): void {
  const { rules, analyses, capabilities } = services;
  app.route({
    method: 'POST',
    url: '/rules/:rule_id/test',
    bodyLimit: uploadBytes(1),
    schema: describe({
      tag,
      id: 'testRule',
      permission: 'rules:execute',
      title: 'Try one rule on a photo',
      about: 'Other rules are left out and nothing is stored.',
      params: One,
      form: PHOTO_FORM.input,
      answer: RuleTestOutput,
    }),
    handler: async (request, reply) => {
      const id = ruleIdOf(request);
      const call = routeCall(request, reply);
      const { canonical } = await rules.get(call, id);
      const { fields, photo } = await photosOf(request, PHOTO_FORM);
      const asked = { ...analyzeRequestOf(fields, photo, false), include_feedback: false, only_rules: [id] };
      return ruleTestAnswer(id, canonical, await analyses.analyze(call, asked)).structured;
    },
  });

  app.get(
    '/rules/:rule_id/history',
    {
      schema: describe({
        tag,
        id: 'getRuleHistory',
        permission: 'rules:read',
        title: 'Every version of a rule',
        params: One,
        answer: History,
      }),
    },
    async (request, reply) => {
      const id = ruleIdOf(request);
      return { rule_id: id, ...(await rules.history(routeCall(request, reply), id)) };
    },
  );

  app.get(
    '/rules/:rule_id/statistics',
    {
      schema: describe({
        tag,
        id: 'getRuleStatistics',
        permission: 'rules:read',
        title: 'How often a rule was broken',
        params: One,
        answer: Statistics,
      }),
    },
    async (request, reply) => {
      const id = ruleIdOf(request);
      return { rule_id: id, ...(await rules.statistics(routeCall(request, reply), id)) };
    },
  );

  app.get(
    '/rules/removed',
    {
      schema: describe({
        tag,
        id: 'listRemovedRules',
        permission: 'rules:read',
        title: 'Removed rules, the last removed first',
        about: "Yours and everyone's; POST /rules/{rule_id}/restore brings one back.",
        query: PAGES.input,
        answer: z.array(Removed),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((one) => rules.removed(call, one), queryOf(request, PAGES));
      sendPageHeaders(reply, page);
      return page.items.map(({ rule_id, created_at, user_id, reason, rule }) => ({
        ...{ rule_id, removed_at: created_at, removed_by: user_id, reason },
        rule: ruleOutput(rule),
      }));
    },
  );

  app.get(
    '/rules/conflicts',
    {
      schema: describe({
        tag,
        id: 'listConflicts',
        permission: 'rules:read',
        title: 'Enabled rules that cannot hold together',
        answer: Conflicts,
      }),
    },
    (request, reply) => {
      queryOf(request, { input: z.strictObject({}) });
      return rules.conflicts(routeCall(request, reply));
    },
  );

  app.get(
    '/rules/export',
    {
      schema: describe({
        tag,
        id: 'exportRules',
        permission: 'rules:read',
        title: 'Every stored rule, complete',
        answer: Book,
      }),
    },
    (request, reply) => rules.export(routeCall(request, reply)),
  );

  if (capabilities.readOnly) return;

  app.post(
    '/rules/import',
    {
      bodyLimit: MAX_BOOK_BYTES,
      schema: describe({
        tag,
        id: 'importRules',
        permission: 'rules:write',
        title: 'Take over exported rules',
        about: 'All or nothing.',
        job: true,
        body: Book,
        answer: Imported,
      }),
    },
    (request, reply) =>
      wantsJob(request)
        ? startJob(services, request, reply, importWork(rules, request.body, Number(request.headers['content-length'])))
        : rules.import(routeCall(request, reply), request.body),
  );

  app.post(
    '/rules/:rule_id/restore',
    {
      schema: describe({
        tag,
        id: 'restoreRule',
        permission: 'rules:write',
        title: 'Bring back a version',
        params: One,
        body: Restore,
        answer: StoredRuleAnswer,
      }),
    },
    async (request, reply) => {
      const { version, reason } = bodyOf(request, { input: Restore });
      const options = { ...(version !== undefined && { version }), ...(reason !== undefined && { reason }) };
      return ruleAnswer(await rules.restore(routeCall(request, reply), ruleIdOf(request), options));
    },
  );
}
