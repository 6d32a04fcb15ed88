import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { Analysis } from '../../contract/analysis.ts';
import { AnalysisListItem } from '../../contract/analysis-list-item.ts';
import { deletionChoice, ofRemovedUser, requireOneChoice } from '../../contract/deletion.ts';
import { FileLink, FileLinkRequest } from '../../contract/file-link.ts';
import { AnalysisId, CalibrationId } from '../../contract/ids.ts';
import { OtherUnits } from '../../contract/length-unit.ts';
import { SceneDrawing } from '../../contract/scene-drawing.ts';
import { WhatIf, WhatIfRequest } from '../../contract/what-if.ts';
import { BatchOutput, batchAnswer } from '../../presentation/batch-answer.ts';
import { DeletionOutput, deletionAnswer } from '../../presentation/deletion-answer.ts';
import type { Services } from '../../services.ts';
import { originOf } from '../http/origin-of.ts';
import { defined } from '../lenient/defined.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { analyzeRequestOf, BATCH_FORM, MEASURE_FORM, PHOTO_FORM, photosOf } from './analyze-form.ts';
import { STREAM_TYPES, sendBatchStream, streamTypeOf } from './batch-stream.ts';
import { analysisWork, batchWork } from './job-work.ts';
import { startJob, wantsJob } from './jobs.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe, withOtherNames } from './route-docs.ts';
import { MAX_BATCH_BYTES, uploadBytes } from './upload.ts';

const One = z.strictObject({ analysis_id: AnalysisId });
const History = z.strictObject({
  ...paging,
  calibration_id: CalibrationId.optional().describe('only those measured by this stored calibration: of one camera'),
});
const Deletion = z.strictObject({ ...deletionChoice, owner: ofRemovedUser, dry_run: z.boolean().default(false) });
const Annotated = z.strictObject({
  of: z.enum(['annotated', 'photo']).default('annotated').describe('photo: as it is kept, with nothing drawn on it'),
  max_size: z.int().min(200).max(1600).default(1000).describe('long side, pixels'),
  units: OtherUnits,
});

/** Photos in, measured desks out; and what was stored of them. */
export function routeAnalyses(app: FastifyInstance, services: Services): void {
  const { analyses, capabilities } = services;
  const mayStore = !capabilities.readOnly;
  const tag = 'analysis';

  app.route({
    method: 'POST',
    url: '/analyze/with-feedback',
    bodyLimit: uploadBytes(1),
    schema: describe({
      tag,
      id: 'analyze',
      permission: 'analysis:write',
      title: 'Analyse a desk photo',
      about: 'As a form with the photo in "image", or as JSON with its path, https URL or data URL.',
      job: true,
      waits: true,
      form: withOtherNames(PHOTO_FORM),
      answer: Analysis,
    }),
    handler: async (request, reply) => {
      const { fields, photo } = await photosOf(request, PHOTO_FORM);
      const asked = analyzeRequestOf(fields, photo, mayStore);
      if (wantsJob(request)) return startJob(services, request, reply, analysisWork(analyses, asked));
      return analyses.analyze(routeCall(request, reply), asked);
    },
  });

  app.route({
    method: 'POST',
    url: '/analyze/batch',
    bodyLimit: MAX_BATCH_BYTES,
    schema: describe({
      tag,
      id: 'analyzeBatch',
      permission: 'analysis:write',
      title: 'Analyse up to ten photos',
      about:
        'One bad photo does not spoil the others: it is in "errors". With "Accept: application/x-ndjson" or "text/event-stream" each photo\'s result comes as soon as it is ready ("result" or "error"), and the whole answer last ("batch").',
      job: true,
      waits: true,
      form: withOtherNames(BATCH_FORM),
      answer: BatchOutput,
      streams: STREAM_TYPES,
    }),
    handler: async (request, reply) => {
      const { fields, photos } = await photosOf(request, BATCH_FORM);
      const requests = photos.map((photo) => analyzeRequestOf(fields, photo, mayStore));
      if (!wantsJob(request)) {
        const type = streamTypeOf(request);
        if (type !== null) return sendBatchStream(analyses, requests, mayStore, type, { request, reply });
        return batchAnswer(await analyses.batch(routeCall(request, reply), requests), mayStore).structured;
      }
      return startJob(services, request, reply, batchWork(analyses, requests, mayStore));
    },
  });

  app.get(
    '/analyze/history',
    {
      schema: describe({
        tag,
        id: 'listAnalyses',
        permission: 'analysis:read',
        title: 'Stored analyses, newest first',
        query: History,
        answer: z.array(AnalysisListItem),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { calibration_id, ...paged } = queryOf(request, { input: History });
      const page = await pageOf((asked) => analyses.list(call, { ...asked, calibration_id }), paged);
      sendPageHeaders(reply, page, calibration_id === undefined ? await analyses.count(call) : undefined);
      return page.items;
    },
  );

  const idOf = (request: FastifyRequest) => paramsOf(request, One).analysis_id;
  const results = '/analyze/results/:analysis_id';

  app.get(
    results,
    {
      schema: describe({
        tag,
        id: 'getAnalysis',
        permission: 'analysis:read',
        title: 'One stored analysis',
        params: One,
        answer: Analysis,
      }),
    },
    (request, reply) => analyses.get(routeCall(request, reply), idOf(request)),
  );

  app.get(
    `${results}/image`,
    {
      schema: describe({
        tag,
        id: 'getAnnotatedImage',
        permission: 'analysis:read',
        title: 'The photo, with what was found drawn on it or without',
        params: One,
        query: Annotated,
      }),
    },
    async (request, reply) => {
      const { of, max_size: maxSize, units } = queryOf(request, { input: Annotated });
      const call = routeCall(request, reply);
      const id = idOf(request);
      const image =
        of === 'photo'
          ? await analyses.photo(call, id)
          : await analyses.annotatedImage(call, id, { maxSize, ...defined({ units }) });
      return reply.type(image.contentType).send(image.bytes);
    },
  );

  app.get(
    `${results}/scene`,
    {
      schema: describe({
        tag,
        id: 'getScene',
        permission: 'analysis:read',
        title: 'Footprints, distances and zones in pixels of the photo',
        about: 'What the annotated picture shows, as data to lay over the photo.',
        params: One,
        answer: SceneDrawing,
      }),
    },
    (request, reply) => analyses.scene(routeCall(request, reply), idOf(request)),
  );

  app.post(
    `${results}/what-if`,
    {
      schema: describe({
        tag,
        id: 'whatIf',
        permission: 'rules:execute',
        title: 'What the rules would say if things lay elsewhere',
        about: 'Moves things of a stored analysis on its measured table. Nothing is looked at again or stored.',
        params: One,
        body: WhatIfRequest,
        answer: WhatIf,
      }),
    },
    (request, reply) =>
      analyses.whatIf(routeCall(request, reply), idOf(request), bodyOf(request, { input: WhatIfRequest })),
  );

  app.post(
    '/analyze/reanalyze/:analysis_id',
    {
      schema: describe({
        tag,
        id: 'reanalyze',
        permission: 'analysis:write',
        title: 'Analyse a stored photo again',
        job: true,
        params: One,
        waits: true,
        body: withOtherNames(MEASURE_FORM),
        answer: Analysis,
      }),
    },
    async (request, reply) => {
      const fields = bodyOf(request, MEASURE_FORM);
      const asked = analyzeRequestOf(fields, { image: idOf(request) }, mayStore);
      if (wantsJob(request)) return startJob(services, request, reply, analysisWork(analyses, asked));
      return analyses.analyze(routeCall(request, reply), asked);
    },
  );

  if (!mayStore) return;

  app.get(
    `${results}/link`,
    {
      schema: describe({
        tag,
        id: 'linkPicture',
        permission: 'analysis:read',
        title: 'An address of the photo that needs no login, for a time',
        about:
          'For an <img>, a mail or another program. It ends with the analysis, and with the user who asked for it, wherever the photo lies.',
        params: One,
        query: FileLinkRequest,
        answer: FileLink,
      }),
    },
    async (request, reply) => {
      const asked = queryOf(request, { input: FileLinkRequest });
      const link = await analyses.link(routeCall(request, reply), idOf(request), asked);
      return { ...link, url: new URL(link.url, originOf(request)).href };
    },
  );

  app.delete(
    results,
    {
      schema: describe({
        tag,
        id: 'deleteAnalysis',
        permission: 'analysis:delete',
        title: 'Delete an analysis and its photo',
        params: One,
        answer: DeletionOutput,
      }),
    },
    async (request, reply) =>
      deletionAnswer(await analyses.delete(routeCall(request, reply), idOf(request)), false).structured,
  );

  app.delete(
    '/analyze/results',
    {
      schema: describe({
        tag,
        id: 'deleteAnalyses',
        permission: 'analysis:delete',
        title: 'Delete old analyses, or all',
        query: Deletion,
        answer: DeletionOutput,
      }),
    },
    async (request, reply) => {
      const asked = queryOf(request, { input: Deletion });
      requireOneChoice(asked);
      const { analysis_id: id, older_than_days: olderThanDays, dry_run: dryRun } = asked;
      const call = routeCall(request, reply);
      const done =
        id === undefined
          ? await analyses.deleteAll(call, { ...defined({ olderThanDays, owner: asked.owner }), dryRun })
          : await analyses.delete(call, id, { dryRun });
      return deletionAnswer(done, dryRun).structured;
    },
  );
}
