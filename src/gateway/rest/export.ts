import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ExportFormat, ExportName } from '../../contract/export.ts';
import { CalibrationId } from '../../contract/ids.ts';
import { CSV_TYPE } from '../../export/csv.ts';
import type { Services } from '../../services.ts';
import { queryOf } from './accept.ts';
import { exportWork } from './job-work.ts';
import { startJob, wantsJob } from './jobs.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const EXPORT = {
  input: z
    .strictObject({
      what: ExportName.default('analyses'),
      format: ExportFormat.default('json'),
      calibration_id: CalibrationId.optional().describe('analyses measured by this stored calibration alone'),
    })
    .refine(({ what, calibration_id: id }) => id === undefined || what === 'analyses', {
      path: ['calibration_id'],
      message: 'goes with what=analyses only',
    }),
};
const EXPORT_TYPE: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: CSV_TYPE,
};

/** What is the caller's, to take along: sent as it is read, however much it is. */
export function routeExport(app: FastifyInstance, services: Services): void {
  const { exports } = services;
  app.get(
    '/export',
    {
      schema: describe({
        tag: 'operations',
        id: 'exportRecords',
        permission: 'analysis:read',
        title: 'All of yours as one file',
        about:
          'Analyses, rules, every version of rules, or feedback. That of rules as JSON can be imported. In CSV, what a spreadsheet would run as a formula begins with an apostrophe.',
        query: EXPORT.input,
        job: true,
        file: ['application/json', 'text/csv'],
        headers: ['Content-Disposition'],
      }),
    },
    async (request, reply) => {
      const { what, format, calibration_id } = queryOf(request, EXPORT);
      if (wantsJob(request)) {
        return startJob(
          services,
          request,
          reply,
          exportWork(exports, what, format, EXPORT_TYPE[format], { calibration_id }),
        );
      }
      const pieces = exports.write(routeCall(request, reply), what, format, { calibration_id });
      // What fails before anything is sent is an answer of its own.
      const first = await pieces.next();
      const day = new Date().toISOString().slice(0, 10);
      reply
        .type(EXPORT_TYPE[format])
        .header('content-disposition', `attachment; filename="h200-${what}-${day}.${format}"`);
      return reply.send(Readable.from(withFirst(first, pieces), { objectMode: false, highWaterMark: 65_536 }));
    },
  );
}

async function* withFirst(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<Buffer> {
  if (!first.done) yield Buffer.from(first.value);
  for await (const piece of rest) yield Buffer.from(piece);
}
