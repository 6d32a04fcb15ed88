import type { FastifySchema } from 'fastify';
import * as z from 'zod';
import { Job } from '../../contract/job.ts';
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
  /** Absent: a file. */
  readonly answer?: z.ZodType;
  /** The types of the file; a picture when absent. */
  readonly file?: readonly string[];
  /** With `Prefer: respond-async` it is answered by a job. */
  readonly job?: boolean;
  /** Asks for no token. */
  readonly open?: boolean;
  /** 200 when absent. */
  readonly status?: number;
}

export const Prefer = z.looseObject({
  prefer: z.string().optional().describe('respond-async: answer at once with a job, and the result later'),
  'h200-priority': z.string().optional().describe('critical, high, normal or low: where its analyses wait; low when absent'),
  'h200-callback-url': z
    .string()
    .optional()
    .describe('the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS'),
  'h200-callback-secret': z
    .string()
    .optional()
    .describe('16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address'),
});

const PICTURES = ['image/jpeg', 'image/png'];
const Bytes = z.string().meta({ format: 'binary' });

const contentOf = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: type.endsWith('json') ? z.looseObject({}) : Bytes }]));

/** What /api/openapi.json says of a route. Requests are checked by the handler, against the same schemas. */
export function describe(docs: RouteDocs): FastifySchema {
  const { tag, id, permission, title, about, params, query, body, form, answer, file, job, open, status = 200 } = docs;
  return {
    tags: [tag],
    operationId: id,
    summary: title,
    ...(permission !== null && { 'x-permission': permission }),
    ...(about !== undefined && { description: about }),
    ...(open && { security: [] }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(job && { headers: Prefer }),
    ...((form ?? body) && { body: form ?? body }),
    ...(form && { consumes: ['multipart/form-data', 'application/json'] }),
    response: {
      [status]: answer?.describe(title) ?? { description: title, content: contentOf(file ?? PICTURES) },
      ...(job && { 202: Job.describe('With "Prefer: respond-async" or a callback: the job that does it') }),
      default: ErrorBody.describe('What went wrong, and what to do'),
    },
  } as FastifySchema;
}
