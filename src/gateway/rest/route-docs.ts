import type { FastifySchema } from 'fastify';
import * as z from 'zod';
import type { Permission } from '../../contract/principal.ts';

/** The body of every error, as the document shows it. */
export const ErrorBody = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('of the catalogue: docs/error-codes.md'),
    type: z.string(),
    status: z.int(),
    message: z.string(),
    advice: z.string().describe('what to do next'),
    details: z.record(z.string(), z.unknown()).optional(),
    retry_after_s: z.number().optional(),
    request_id: z.string(),
    timestamp: z.iso.datetime(),
  }),
});

interface RouteDocs {
  readonly tag: string;
  readonly id: string;
  /** What the caller must be allowed to; null: being somebody is enough. Services ask for it, and perhaps for more. */
  readonly permission: Permission | null;
  readonly title: string;
  readonly about?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** JSON … */
  readonly body?: z.ZodObject;
  /** … or a form with files, or JSON. */
  readonly form?: z.ZodObject;
  /** Absent: a picture. */
  readonly answer?: z.ZodType;
  /** Asks for no token. */
  readonly open?: boolean;
  /** 200 when absent. */
  readonly status?: number;
}

/** What /api/openapi.json says of a route. Requests are checked by the handler, against the same schemas. */
export function describe(docs: RouteDocs): FastifySchema {
  const { tag, id, permission, title, about, params, query, body, form, answer, open, status = 200 } = docs;
  return {
    tags: [tag],
    operationId: id,
    summary: title,
    ...(permission !== null && { 'x-permission': permission }),
    ...(about !== undefined && { description: about }),
    ...(open && { security: [] }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...((form ?? body) && { body: form ?? body }),
    ...(form && { consumes: ['multipart/form-data', 'application/json'] }),
    response: {
      [status]: answer?.describe(title) ?? z.string().meta({ format: 'binary' }).describe('JPEG or PNG'),
      default: ErrorBody.describe('What went wrong, and what to do'),
    },
  } as FastifySchema;
}
