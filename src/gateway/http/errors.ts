import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, isRefusal, toAppError } from '../../errors.ts';
import { logFailure } from '../../telemetry/log-failure.ts';
import { clientOf } from './client-of.ts';
import { countAsRefused } from './observe.ts';
import { challengeOf } from './protected-resource.ts';
import type { ServedRoutes } from './served-routes.ts';

/** The body of every HTTP error. Texts of unknown errors never leave the process. */
export function errorBody(error: AppError, requestId: string, status = error.http) {
  const { code, type, message, advice, details, retry_after_s } = error.toJSON() as ReturnType<AppError['toJSON']> & {
    details?: Record<string, unknown>;
    retry_after_s?: number;
  };
  return {
    error: {
      code,
      type,
      status,
      message,
      advice,
      ...(details && { details }),
      ...(retry_after_s !== undefined && { retry_after_s }),
      request_id: requestId,
      timestamp: new Date().toISOString(),
    },
  };
}

/** SYSTEM_005 with the methods that the address takes, where it takes any; else SYSTEM_004. */
export function notServed(request: FastifyRequest, served: ServedRoutes): AppError {
  const { method } = request;
  const path = pathOf(request);
  const allowed = served.methodsOf(path);
  const details = { method, path: path.slice(0, 200) };
  if (allowed.length === 0) return new AppError('SYSTEM_004', { details });
  return new AppError('SYSTEM_005', { details: { ...details, allowed_methods: allowed } });
}

/** Whether this route takes the path as a variable although the path has a name of its own, and that takes other methods. */
export function isOther(request: FastifyRequest, served: ServedRoutes): boolean {
  const { url = '' } = request.routeOptions;
  return url.includes(':') && !served.methodsOf(pathOf(request)).includes(request.method);
}

function pathOf({ url }: FastifyRequest): string {
  const path = url.split(/[?;#]/)[0] ?? '';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Writes down that a known caller was refused. */
    denied?: (request: FastifyRequest, error: AppError) => void;
  }
}

/** Sends any thrown value. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = thrown instanceof AppError ? null : fromFastify(thrown as FastifyError, request);
  const error = known?.error ?? toAppError(thrown);
  const status = known?.status ?? error.http;
  if (status >= 500) {
    logFailure(request.log, error, { reqId: request.id, client: clientOf(request) }, 'request failed');
  }
  if (isRefusal(error)) countAsRefused(reply);
  if (error.code === 'AUTH_003') request.server.denied?.(request, error);
  const challenge = challengeOf(error, status, request);
  if (challenge !== null) reply.header('www-authenticate', challenge);
  if (error.code === 'SYSTEM_005') reply.header('allow', (error.details.allowed_methods as string[]).join(', '));
  if (error.retryAfterS !== undefined) reply.header('retry-after', String(Math.ceil(error.retryAfterS)));
  return reply.code(status).send(errorBody(error, request.id, status));
}

interface Known {
  readonly status: number;
  readonly error: AppError;
}

/** Errors of the HTTP layer itself in the words of the catalogue. */
function fromFastify({ code, statusCode }: FastifyError, request: FastifyRequest): Known | null {
  const invalid = (message: string, advice: string) => new AppError('VALIDATION_002', { message, advice });
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE': {
      const error = new AppError('VALIDATION_004', {
        message: `The request body is larger than ${request.routeOptions.bodyLimit} bytes.`,
        advice: 'Send less: an image by its path or https URL or scaled down, a long list in parts.',
      });
      return { status: 413, error };
    }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        status: 415,
        error: invalid(
          'The content type is not supported.',
          'Send JSON in UTF-8 and say so: Content-Type: application/json (curl -d says something else by itself).',
        ),
      };
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return { status: 400, error: invalid('The body is empty.', 'Send a JSON body.') };
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return {
        status: 400,
        error: invalid(
          'The body is not valid JSON, or has a name that is never taken: "__proto__", or "prototype" in "constructor".',
          'Send JSON without them: names and texts in double quotes, no comma before a } or ].',
        ),
      };
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return {
        status: 414,
        error: invalid(
          'A part of the address is too long to be an id or a name of ours.',
          'Send the id as it was given.',
        ),
      };
    default:
      if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return null;
      return { status: statusCode, error: invalid('The request cannot be read.', 'Correct the request.') };
  }
}
