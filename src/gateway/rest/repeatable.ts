import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import * as z from 'zod';
import type { CallContext } from '../../contract/call-context.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { Claim, KeptAnswer } from '../../idempotency/idempotency.ts';
import type { Services } from '../../services.ts';
import { callerOf } from '../http/identify.ts';
import { streamedAgain, streamTypeOf } from './batch-stream.ts';
import { isUpload, type Upload } from './upload.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Called with a form once it has been read; absent where no key came with it. */
    claimForm?: (form: Upload) => Promise<void>;
    /** Called with the whole answer of a stream before its end is sent … */
    keepStreamed?: (answer: object) => Promise<void>;
    /** … or without it where the stream broke: the key is free again. */
    dropStreamed?: () => Promise<void>;
  }
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const KEY = /^[\x21-\x7e]{1,255}$/;
const Headers = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(KEY)
    .optional()
    .describe('1 to 255 visible ASCII characters: the same request sent again with it is done once and answered alike'),
});
/** Whose answers may be stored. Those about photos are as good as their analyses, those with secrets are told once. */
const KEPT = new Set([
  'createRule',
  'createRuleFromSentence',
  'updateRule',
  'deleteRule',
  'restoreRule',
  'importRules',
  'changeRules',
  'createCalibration',
  'deleteCalibration',
]);

/** Every write that comes with an `Idempotency-Key` is done once; what is asked again is answered as before, and says so. */
export function makeRepeatable(app: FastifyInstance, services: Services): void {
  app.addHook('onRoute', (route) => {
    const methods = [route.method].flat();
    const { open } = (route.config ?? {}) as { open?: boolean };
    if (open || !methods.every((method) => WRITES.has(method))) return;
    const { headers = z.looseObject({}) } = (route.schema ?? {}) as { headers?: z.ZodObject };
    route.schema = { ...route.schema, headers: headers.extend(Headers.shape) };
    route.handler = once(route, route.handler, services);
  });
}

/** Ends the handler of a request that was done before. */
class Repeated extends Error {
  readonly answer: KeptAnswer;
  constructor(answer: KeptAnswer) {
    super('done before');
    this.answer = answer;
  }
}

function once({ schema }: RouteOptions, handler: RouteHandlerMethod, services: Services): RouteHandlerMethod {
  const { operationId = '' } = (schema ?? {}) as { operationId?: string };
  return async function repeatable(request, reply) {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return handler.call(this, request, reply);
    const call: CallContext = { principal: callerOf(request) };
    let claim: Claim | undefined;
    let isSettled = false;
    const take = async (content: string) => {
      claim = await services.idempotency.claim(call.principal, checkedKey(key), fingerprintOf(request, content));
      if (claim.repeated !== null) throw new Repeated(claim.repeated);
    };
    try {
      if (isUpload(request)) request.claimForm = (form) => take(contentOf(form));
      else await take(JSON.stringify(request.body ?? null));
      request.keepStreamed = (answer) => keep(answer, reply);
      request.dropStreamed = drop;
      const answer: unknown = await handler.call(this, request, reply);
      // A stream has been read to its end by now.
      if (!isSettled) await keep(answer, reply);
      return answer;
    } catch (thrown) {
      if (thrown instanceof Repeated) return repeat(thrown.answer, reply);
      await drop();
      throw thrown;
    }

    async function drop(): Promise<void> {
      isSettled = true;
      if (claim?.repeated === null) await claim.release().catch(() => undefined);
    }
    async function keep(answer: unknown, { statusCode: status }: FastifyReply): Promise<void> {
      isSettled = true;
      if (claim?.repeated !== null) return;
      const location = (reply.getHeader('location') as string | undefined) ?? null;
      try {
        const analysisIds = await storedOf(analysesOf(answer));
        await claim.done({ status, location, body: JSON.stringify(answer), analysisIds }, KEPT.has(operationId));
      } catch (error) {
        // It is done: whoever asked hears of it, only a repetition will not.
        request.log.warn({ reqId: request.id, err: error }, 'an answer could not be kept under its idempotency key');
      }
    }
    async function storedOf(ids: readonly string[]): Promise<string[]> {
      const found: string[] = [];
      for (const id of ids) if (await isThere(id)) found.push(id);
      return found;
    }
    async function isThere(id: string): Promise<boolean> {
      try {
        await services.analyses.get(call, id);
        return true;
      } catch (thrown) {
        if (toAppError(thrown).code === 'ANALYSIS_008') return false;
        throw thrown;
      }
    }
    /** Nothing comes back of an analysis that was deleted meanwhile. */
    async function repeat({ status, location, body, analysisIds }: KeptAnswer, to: FastifyReply): Promise<unknown> {
      const analyses = await Promise.all(analysisIds.map((id) => services.analyses.get(call, id)));
      const [only] = analyses;
      const whole = operationId === 'analyze' || operationId === 'reanalyze';
      const answer: unknown = body !== null ? JSON.parse(body) : whole ? only : undefined;
      if (answer === undefined) {
        const made = {
          ...(location !== null && { location }),
          ...(analysisIds.length > 0 && { analysis_ids: analysisIds }),
        };
        throw new AppError('IDEMPOTENCY_003', { details: { status, ...made } });
      }
      to.code(status).header('idempotency-replayed', 'true');
      const type = operationId === 'analyzeBatch' && status === 200 ? streamTypeOf(request) : null;
      if (type !== null) return to.type(type).header('cache-control', 'no-store').send(streamedAgain(answer, type));
      if (location !== null) to.header('location', location);
      return answer;
    }
  };
}

function checkedKey(key: string | string[]): string {
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new AppError('VALIDATION_002', {
    message: 'The idempotency key cannot be used.',
    advice: 'Send one Idempotency-Key of 1 to 255 visible ASCII characters, such as a UUID.',
    details: { field: 'Idempotency-Key' },
  });
}

/** What the headers change of what is done; nothing where they say nothing. */
function wishesOf({ headers }: FastifyRequest): string[] {
  const types = (headers.accept ?? '').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase() ?? '');
  const accept = types.filter((type) => type !== '' && !ANY_TYPE.has(type)).toSorted();
  const prefer = [headers.prefer ?? []].flat().join(',').toLowerCase().replace(/\s/g, '');
  const others = CALLBACK_HEADERS.map((name) => String(headers[name] ?? ''));
  const wishes = [accept.join(','), prefer, ...others];
  return wishes.some((wish) => wish !== '') ? wishes : [];
}

/** Who asks for these gets what everybody gets. */
const ANY_TYPE = new Set(['*/*', 'application/*', 'application/json']);
const CALLBACK_HEADERS = ['h200-callback-url', 'h200-callback-secret'] as const;

const fingerprintOf = (request: FastifyRequest, content: string): string =>
  createHash('sha256')
    .update(JSON.stringify([request.method, request.url, content, ...wishesOf(request)]))
    .digest('base64url');

function contentOf({ fields, files }: Upload): string {
  const sum = createHash('sha256').update(JSON.stringify(fields));
  for (const { name, bytes } of files) sum.update(JSON.stringify([name, bytes.length])).update(bytes);
  return sum.digest('base64url');
}

/** The analyses that an answer speaks of. */
function analysesOf(answer: unknown): string[] {
  const { analysis_id, results } = (answer ?? {}) as { analysis_id?: unknown; results?: unknown };
  const all = [analysis_id, ...(Array.isArray(results) ? results.map((one) => one?.analysis_id) : [])];
  return all.filter((id) => typeof id === 'string');
}
