import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { RuleId } from '../../contract/ids.ts';
import { notChecked } from '../../contract/unreadable.ts';
import { RuleEvaluationOutput, ruleEvaluationAnswer } from '../../presentation/rule-evaluation-answer.ts';
import type { Services } from '../../services.ts';
import { analyzeRequestOf, PHOTO_FORM, photosOf } from './analyze-form.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { uploadBytes } from './upload.ts';

const MOST = 50;
const FORM = {
  ...PHOTO_FORM,
  input: PHOTO_FORM.input.omit({ store: true, include_feedback: true }).extend({
    rule_ids: z.array(RuleId).min(1).max(MOST).optional().describe('all enabled ones when absent'),
  }),
};

/** How stored rules come out, all of the caller's or some. */
export function routeRuleEvaluation(app: FastifyInstance, { rules, analyses }: Services): void {
  app.route({
    method: 'POST',
    url: '/rules/evaluate',
    bodyLimit: uploadBytes(1),
    schema: describe({
      tag: 'rules',
      id: 'evaluateRules',
      permission: 'rules:execute',
      title: 'Check rules on a photo or on your own detections',
      about: 'Nothing is stored. Also rules that are switched off, where they are named.',
      form: FORM.input,
      answer: RuleEvaluationOutput,
    }),
    handler: async (request, reply) => {
      const call = routeCall(request, reply);
      const { fields, photo } = await photosOf(request, FORM);
      const { rule_ids: ids, ...measured } = fields;
      const active = ids === undefined ? await rules.active(call) : null;
      const named = active?.rules ?? (await Promise.all([...new Set(ids)].map((id) => rules.get(call, id))));
      const asked = {
        ...analyzeRequestOf({ ...measured, include_feedback: false, store: false }, photo, false),
        only_rules: named.map(({ rule_id }) => rule_id),
      };
      const left = [
        ...notChecked(active?.unreadable ?? []),
        ...(active?.warning === undefined ? [] : [active.warning]),
      ];
      return ruleEvaluationAnswer(named, await analyses.analyze(call, asked), left);
    },
  });
}
