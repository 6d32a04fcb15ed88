import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import * as z from 'zod';
import type { CallContext } from '../../contract/call-context.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { Claim, KeptAnswer } from '../../idempotency/idempotency.ts';
import type { Services } from '../../services.ts';
import { callerOf } from '../http/identify.ts';
import { isUpload, type Upload } from './upload.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Called with a form once it has been read; absent where no key came with it. */
    claimForm?: (form: Upload) => Promise<void>;
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
    const take = async (content: string) => {
      claim = await services.idempotency.claim(call.principal, checkedKey(key), fingerprintOf(request, content));
      if (claim.repeated !== null) throw new Repeated(claim.repeated);
    };
    try {
      if (isUpload(request)) request.claimForm = (form) => take(contentOf(form));
      else await take(JSON.stringify(request.body ?? null));
      const answer: unknown = await handler.call(this, request, reply);
      await keep(answer, reply);
      return answer;
    } catch (thrown) {
      if (thrown instanceof Repeated) return repeat(thrown.answer, reply);
      if (claim?.repeated === null) await claim.release().catch(() => undefined);
      throw thrown;
    }

    async function keep(answer: unknown, { statusCode: status }: FastifyReply): Promise<void> {
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
        throw new AppError('IDEMPOTENCY_003', { details: { status, ...(location !== null && { location }) } });
      }
      to.code(status).header('idempotency-replayed', 'true');
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

const fingerprintOf = ({ method, url }: FastifyRequest, content: string): string =>
  createHash('sha256')
    .update(JSON.stringify([method, url, content]))
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
