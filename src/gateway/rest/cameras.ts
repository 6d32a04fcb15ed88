import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Camera, CameraPatch, CameraSettings, CameraSource } from '../../contract/camera.ts';
import {
  CameraHeat,
  CameraStatus,
  CameraTest,
  CameraTimeline,
  ListedCamera,
  NamedEvent,
} from '../../contract/camera-answers.ts';
import { Limit } from '../../contract/ids.ts';
import { Moment, momentOf } from '../../contract/moment.ts';
import type { Services } from '../../services.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'cameras';
const One = z.strictObject({ camera: z.string().min(1).max(64).describe('name or id') });
const List = z.strictObject({ ...paging });
const span = { from: Moment.optional(), to: Moment.optional() };
const InTime = z.strictObject(span);
const Events = z.strictObject({ ...span, limit: Limit(500, 50) });
const Lapse = z.strictObject({ ...span, format: z.enum(['zip', 'mp4']).default('zip') });
const Deleted = z.strictObject({ camera: z.string(), deleted: z.literal(true) });
const TestBody = z.strictObject({ source: CameraSource });

const spanOf = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) => {
  const now = new Date();
  return {
    from: from === undefined ? undefined : (momentOf(from, now, 'begin') ?? undefined),
    to: to === undefined ? undefined : (momentOf(to, now, 'end') ?? undefined),
  };
};

/** Cameras that watch. */
export function routeCameras(app: FastifyInstance, { cameras, capabilities }: Services): void {
  app.get(
    '/cameras',
    {
      schema: describe({
        ...{ tag, id: 'listCameras', permission: 'analysis:read', title: 'Cameras, newest first' },
        query: List,
        answer: z.array(ListedCamera),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => cameras.list(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page, await cameras.count(call));
      return page.items;
    },
  );

  app.get(
    '/cameras/:camera',
    {
      schema: describe({
        ...{ tag, id: 'getCamera', permission: 'analysis:read', title: 'One camera' },
        params: One,
        answer: Camera,
      }),
    },
    (request, reply) => cameras.get(routeCall(request, reply), paramsOf(request, One).camera),
  );

  app.get(
    '/cameras/:camera/status',
    {
      schema: describe({
        ...{ tag, id: 'cameraStatus', permission: 'analysis:read', title: 'What a camera sees now' },
        params: One,
        answer: CameraStatus,
      }),
    },
    (request, reply) => cameras.status(routeCall(request, reply), paramsOf(request, One).camera),
  );

  app.get(
    '/cameras/:camera/events',
    {
      schema: describe({
        ...{ tag, id: 'cameraEvents', permission: 'analysis:read', title: 'What changed, newest first' },
        params: One,
        query: Events,
        answer: z.array(NamedEvent),
      }),
    },
    (request, reply) => {
      const { limit, ...asked } = queryOf(request, { input: Events });
      const call = routeCall(request, reply);
      return cameras.events(call, paramsOf(request, One).camera, { limit, ...spanOf(asked) });
    },
  );

  app.get(
    '/cameras/:camera/timeline',
    {
      schema: describe({
        ...{
          tag,
          id: 'cameraTimeline',
          permission: 'analysis:read',
          title: 'How long and how often rules were broken',
        },
        about: 'The last day, unless asked otherwise; 31 days at most.',
        params: One,
        query: InTime,
        answer: CameraTimeline,
      }),
    },
    (request, reply) =>
      cameras.timeline(
        routeCall(request, reply),
        paramsOf(request, One).camera,
        spanOf(queryOf(request, { input: InTime })),
      ),
  );

  app.get(
    '/cameras/:camera/heatmap',
    {
      schema: describe({
        ...{ tag, id: 'cameraHeatmap', permission: 'analysis:read', title: 'Where mugs stood, and how long' },
        about: 'Whole days: the last seven, unless asked otherwise.',
        params: One,
        query: InTime,
        answer: CameraHeat,
      }),
    },
    (request, reply) =>
      cameras.heat(
        routeCall(request, reply),
        paramsOf(request, One).camera,
        spanOf(queryOf(request, { input: InTime })),
      ),
  );

  app.get(
    '/cameras/:camera/snapshot',
    {
      schema: describe({
        ...{ tag, id: 'cameraSnapshot', permission: 'analysis:read', title: 'The last picture, privacy zones black' },
        params: One,
        file: ['image/jpeg', 'image/png', 'image/webp'],
      }),
    },
    async (request, reply) => {
      const { stream, size, contentType } = await cameras.snapshot(
        routeCall(request, reply),
        paramsOf(request, One).camera,
      );
      return reply.type(contentType).header('content-length', size).header('cache-control', 'no-store').send(stream);
    },
  );

  app.get(
    '/cameras/:camera/timelapse',
    {
      schema: describe({
        ...{ tag, id: 'cameraTimelapse', permission: 'analysis:read', title: 'Kept pictures as a ZIP file or a film' },
        about: 'At most 600 pictures, evenly chosen. A film needs ffmpeg on the server.',
        params: One,
        query: Lapse,
        file: ['application/zip', 'video/mp4'],
        headers: ['Content-Disposition'],
      }),
    },
    async (request, reply) => {
      const { format, ...asked } = queryOf(request, { input: Lapse });
      const call = routeCall(request, reply);
      const { camera } = paramsOf(request, One);
      const { bytes, contentType, fileName } = await cameras.timeLapse(call, camera, { format, ...spanOf(asked) });
      return reply.type(contentType).header('content-disposition', `attachment; filename="${fileName}"`).send(bytes);
    },
  );

  if (capabilities.readOnly) return;

  app.post(
    '/cameras',
    {
      schema: describe({
        ...{ tag, id: 'createCamera', permission: 'analysis:write', title: 'Have a camera watched' },
        body: CameraSettings,
        answer: Camera,
        status: 201,
      }),
    },
    async (request, reply) => {
      const made = await cameras.create(routeCall(request, reply), bodyOf(request, { input: CameraSettings }));
      reply.code(201);
      return made;
    },
  );

  app.post(
    '/cameras/test',
    {
      schema: describe({
        ...{ tag, id: 'testCamera', permission: 'analysis:write', title: 'Ask a source for one picture' },
        about: 'Nothing is kept of it.',
        body: TestBody,
        answer: CameraTest,
      }),
    },
    (request, reply) => cameras.test(routeCall(request, reply), bodyOf(request, { input: TestBody }).source),
  );

  app.patch(
    '/cameras/:camera',
    {
      schema: describe({
        ...{ tag, id: 'updateCamera', permission: 'analysis:write', title: 'Change a camera' },
        about: 'What is not named stays.',
        params: One,
        body: CameraPatch,
        answer: Camera,
      }),
    },
    (request, reply) =>
      cameras.update(routeCall(request, reply), paramsOf(request, One).camera, bodyOf(request, { input: CameraPatch })),
  );

  app.post(
    '/cameras/:camera/confirm',
    {
      schema: describe({
        ...{ tag, id: 'confirmCamera', permission: 'analysis:write', title: 'The camera stands as it was calibrated' },
        about: 'From the next picture on it is compared with what it shows then.',
        params: One,
        answer: Camera,
      }),
    },
    (request, reply) => cameras.confirm(routeCall(request, reply), paramsOf(request, One).camera),
  );

  app.delete(
    '/cameras/:camera',
    {
      schema: describe({
        ...{ tag, id: 'deleteCamera', permission: 'analysis:delete', title: 'Remove a camera and what it saw' },
        about: 'Analyses of its events stay until they are deleted.',
        params: One,
        answer: Deleted,
      }),
    },
    async (request, reply) => {
      const { camera } = paramsOf(request, One);
      await cameras.delete(routeCall(request, reply), camera);
      return { camera, deleted: true };
    },
  );
}
