import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { ModelSeries, RuleSeries, Series, SeriesName, type Steps, TimeRange } from '../../contract/series.ts';
import { CSV_TYPE } from '../../export/csv.ts';
import { seriesTable } from '../../export/series-table.ts';
import type { Services } from '../../services.ts';
import { paramsOf, queryOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';
import { One, ruleIdOf } from './rules.ts';

const OneSeries = z.strictObject({ name: SeriesName });
const OneModel = z.strictObject({ model: z.string().min(1).max(100).describe('as GET /models names it') });
const Query = z.strictObject({ time_range: TimeRange.default('1h') });
const FILE: readonly ['text/csv'] = ['text/csv'];

const sendTable = (reply: FastifyReply, steps: Steps) => reply.type(CSV_TYPE).send(seriesTable(steps));

/** What was measured over time, each as JSON and as a table. */
export function routeSeries(app: FastifyInstance, { series }: Services): void {
  const operations = { tag: 'operations', permission: 'servers:read', query: Query } as const;
  const rules = { tag: 'rules', permission: 'rules:read', params: One, query: Query } as const;

  app.get(
    '/dashboard/metrics/:name',
    {
      schema: describe({
        ...operations,
        id: 'getSeries',
        title: 'One measurement over time',
        about: 'Over all servers of the record store. A step in which nobody measured is null, not 0.',
        params: OneSeries,
        answer: Series,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      return series.read(routeCall(request, reply), paramsOf(request, OneSeries).name, time_range);
    },
  );

  app.get(
    '/dashboard/metrics/:name/csv',
    {
      schema: describe({
        ...operations,
        id: 'getSeriesTable',
        title: 'One measurement over time, as a table',
        params: OneSeries,
        file: FILE,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      const { name } = paramsOf(request, OneSeries);
      return sendTable(reply, await series.read(routeCall(request, reply), name, time_range));
    },
  );

  app.get(
    '/models/:model/metrics',
    {
      schema: describe({
        ...operations,
        id: 'getModelSeries',
        title: 'One model over time',
        about: 'How many analyses it computed, and what they took; answers from the cache took no model.',
        params: OneModel,
        answer: ModelSeries,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      return series.ofModel(routeCall(request, reply), paramsOf(request, OneModel).model, time_range);
    },
  );

  app.get(
    '/models/:model/metrics/csv',
    {
      schema: describe({
        ...operations,
        id: 'getModelSeriesTable',
        title: 'One model over time, as a table',
        params: OneModel,
        file: FILE,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      const { model } = paramsOf(request, OneModel);
      return sendTable(reply, await series.ofModel(routeCall(request, reply), model, time_range));
    },
  );

  app.get(
    '/rules/:rule_id/metrics',
    {
      schema: describe({
        ...rules,
        id: 'getRuleSeries',
        title: 'One rule over time',
        about: 'How it came out in your own stored analyses; also of a rule that was removed.',
        answer: RuleSeries,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      return series.ofRule(routeCall(request, reply), ruleIdOf(request), time_range);
    },
  );

  app.get(
    '/rules/:rule_id/metrics/csv',
    {
      schema: describe({
        ...rules,
        id: 'getRuleSeriesTable',
        title: 'One rule over time, as a table',
        file: FILE,
      }),
    },
    async (request, reply) => {
      const { time_range } = queryOf(request, { input: Query });
      return sendTable(reply, await series.ofRule(routeCall(request, reply), ruleIdOf(request), time_range));
    },
  );
}
