import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { Job, JobId, JobState } from '../../contract/job.ts';
import { AppError } from '../../errors.ts';
import type { JobCallback } from '../../jobs/job-callbacks.ts';
import type { JobWork } from '../../jobs/job-service.ts';
import type { Services } from '../../services.ts';
import { paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'jobs';
const One = z.strictObject({ job_id: JobId });
const Listed = z.strictObject({ ...paging, state: JobState.optional().describe('only those') });
const jobIdOf = (request: FastifyRequest) => paramsOf(request, One).job_id;

/** Where the caller wants to hear of its end, and what that is signed with. */
const CALLBACK = { url: 'h200-callback-url', secret: 'h200-callback-secret' } as const;
const SECRET = /^[\x21-\x7e]{16,256}$/;

/** Whether the caller wants to be answered at once, and the result later (RFC 7240); who wants to be called back does. */
export function wantsJob({ headers }: FastifyRequest): boolean {
  if (headers[CALLBACK.url] !== undefined || headers[CALLBACK.secret] !== undefined) return true;
  const wishes = [headers.prefer ?? []].flat().join(',').toLowerCase().split(/[,;]/);
  return wishes.some((wish) => wish.trim() === 'respond-async');
}

/** Answers 202 with where the job is. */
export async function startJob(
  { jobs }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  work: JobWork,
): Promise<Job> {
  // It goes on when this request has been answered, or its client has left.
  const { signal: _, ...call } = routeCall(request, reply);
  const callback = callbackOf(request);
  const job = callback === null ? jobs.start(call, work) : await jobs.startTold(call, work, callback);
  reply.code(202).header('location', `/api/v1/jobs/${job.job_id}`).header('preference-applied', 'respond-async');
  return job;
}

function callbackOf({ headers }: FastifyRequest): JobCallback | null {
  const [url, secret] = [headers[CALLBACK.url], headers[CALLBACK.secret]];
  if (url === undefined && secret === undefined) return null;
  if (url === undefined) {
    throw new AppError('VALIDATION_002', {
      message: 'There is a secret for a callback, and no address.',
      advice: 'Send H200-Callback-Url with it, or neither.',
      details: { field: 'H200-Callback-Url' },
    });
  }
  if (typeof url !== 'string' || typeof secret !== 'string' || !SECRET.test(secret)) {
    throw new AppError('VALIDATION_002', {
      message: 'A callback needs H200-Callback-Secret: 16 to 256 visible ASCII characters.',
      advice: 'Send a random secret with the address; what comes there is signed with it.',
      details: { field: 'H200-Callback-Secret' },
    });
  }
  return { url, secret };
}

/** Long work that was asked for with `Prefer: respond-async`. */
export function routeJobs(app: FastifyInstance, { jobs }: Services): void {
  app.get(
    '/jobs',
    {
      schema: describe({
        tag,
        id: 'listJobs',
        permission: null,
        title: 'Your jobs, newest first',
        about: 'Those that wait or run, and the last thousand that ended, for an hour at most.',
        query: Listed,
        answer: z.array(Job),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { state, ...paged } = queryOf(request, { input: Listed });
      const page = await pageOf(async (asked) => jobs.page(call, { state }, asked), paged);
      sendPageHeaders(reply, page, jobs.list(call, state).length);
      return page.items;
    },
  );

  app.get(
    '/jobs/:job_id',
    {
      schema: describe({
        tag,
        id: 'getJob',
        permission: null,
        title: 'One job',
        about:
          'Jobs live in the memory of the server that took them: a restart, or kill -9, ends those that are open, which the next server tells as failed for an hour, and forgets those that had ended.',
        params: One,
        answer: Job,
      }),
    },
    async (request, reply) => jobs.get(routeCall(request, reply), jobIdOf(request)),
  );

  app.get(
    '/jobs/:job_id/result',
    {
      schema: describe({
        tag,
        id: 'getJobResult',
        permission: null,
        title: 'What came of a job',
        about:
          'As the request would have been answered without waiting; kept for an hour at most. Of a batch that was cancelled or took too long: what it had done, and in "not_done" the photos that are left.',
        params: One,
        file: ['application/json', 'text/csv'],
      }),
    },
    async (request, reply) => {
      const { contentType, text } = await jobs.result(routeCall(request, reply), jobIdOf(request));
      return reply.type(contentType).send(text);
    },
  );

  app.delete(
    '/jobs/:job_id',
    {
      schema: describe({
        tag,
        id: 'cancelJob',
        permission: null,
        title: 'End a job, or forget one that has ended',
        about: 'What it has done by then stays done: "images" and its result say what that is.',
        params: One,
        answer: Job,
      }),
    },
    async (request, reply) => jobs.cancel(routeCall(request, reply), jobIdOf(request)),
  );
}
