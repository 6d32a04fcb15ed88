import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { AnalyzeRequest } from '../../contract/analyze-request.ts';
import { CalibrationInput } from '../../contract/calibration.ts';
import { CalibrationId } from '../../contract/ids.ts';
import { MeasuredLength, MeasureRequest } from '../../contract/measured-length.ts';
import { isOneLine, ONE_LINE } from '../../contract/one-line.ts';
import {
  CalibrationDetail,
  CalibrationOutput,
  calibrationDetail,
  calibrationOutput,
} from '../../presentation/calibration-answer.ts';
import type { Services } from '../../services.ts';
import { defined } from '../lenient/defined.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'calibrations';
const One = z.strictObject({ calibration_id: CalibrationId });
const List = z.strictObject({ ...paging });
const Deleted = z.strictObject({ calibration_id: z.string(), deleted: z.literal(true) });
const NEW = {
  input: z.strictObject({
    name: z.string().min(1).max(120).refine(isOneLine, ONE_LINE),
    width: z.int().min(1).max(100_000).describe('image width, pixels'),
    height: z.int().min(1).max(100_000),
    calibration: CalibrationInput,
    zones: AnalyzeRequest.shape.zones,
    table_corners: AnalyzeRequest.shape.table_corners,
  }),
};

/** Cameras that do not move. */
export function routeCalibrations(app: FastifyInstance, { calibrations, capabilities }: Services): void {
  app.get(
    '/calibrations',
    {
      schema: describe({
        tag,
        id: 'listCalibrations',
        permission: 'analysis:read',
        title: 'Stored calibrations, oldest first',
        query: List,
        answer: z.array(CalibrationOutput),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => calibrations.list(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page, await calibrations.count(call));
      return page.items.map(calibrationOutput);
    },
  );

  app.get(
    '/calibrations/:calibration_id',
    {
      schema: describe({
        tag,
        id: 'getCalibration',
        permission: 'analysis:read',
        title: 'One stored calibration',
        params: One,
        answer: CalibrationDetail,
      }),
    },
    async (request, reply) =>
      calibrationDetail(await calibrations.get(routeCall(request, reply), paramsOf(request, One).calibration_id)),
  );

  app.post(
    '/calibrations/:calibration_id/measure',
    {
      schema: describe({
        tag,
        id: 'measureLength',
        permission: 'analysis:read',
        title: 'How far two pixels are apart on the table',
        about: 'With what a ruler says it tells whether the calibration still holds. Nothing is stored.',
        params: One,
        body: MeasureRequest,
        answer: MeasuredLength,
      }),
    },
    (request, reply) =>
      calibrations.measure(
        routeCall(request, reply),
        paramsOf(request, One).calibration_id,
        bodyOf(request, { input: MeasureRequest }),
      ),
  );

  if (capabilities.readOnly) return;

  app.post(
    '/calibrations',
    {
      schema: describe({
        tag,
        id: 'createCalibration',
        permission: 'analysis:write',
        title: 'Store a calibration',
        body: NEW.input,
        answer: CalibrationOutput,
        status: 201,
      }),
    },
    async (request, reply) => {
      const { table_corners: tablePx, zones, ...given } = bodyOf(request, NEW);
      const stored = await calibrations.create(routeCall(request, reply), { ...given, ...defined({ zones, tablePx }) });
      reply.code(201);
      return calibrationOutput(stored);
    },
  );

  app.delete(
    '/calibrations/:calibration_id',
    {
      schema: describe({
        tag,
        id: 'deleteCalibration',
        permission: 'analysis:delete',
        title: 'Delete a calibration',
        params: One,
        answer: Deleted,
      }),
    },
    async (request, reply) => {
      const { calibration_id: id } = paramsOf(request, One);
      await calibrations.delete(routeCall(request, reply), id);
      return { calibration_id: id, deleted: true };
    },
  );
}
