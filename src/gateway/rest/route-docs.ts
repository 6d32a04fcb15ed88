import type { FastifySchema } from 'fastify';
import * as z from 'zod';
import { Job } from '../../contract/job.ts';
import type { Permission } from '../../contract/principal.ts';
import { Urgency } from '../../contract/priority.ts';
import type { Accepted } from '../lenient/read-arguments.ts';
import type { HeaderName } from './document/answer-headers.ts';

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
  /** Other types in which the answer may come. */
  readonly streams?: readonly string[];
  /** It waits where analyses wait, as urgent as `H200-Priority` says; so does every job. */
  readonly waits?: boolean;
  /** Sent with the answer, besides those that are known by what the route is. */
  readonly headers?: readonly HeaderName[];
}

export const Prefer = z.looseObject({
  prefer: z.string().optional().describe('respond-async: answer at once with a job, and the result later'),
  'h200-callback-url': z
    .string()
    .optional()
    .describe('the same, and its end is posted there: a public https address, or one of a host of H200_CALLBACK_HOSTS'),
  'h200-callback-secret': z
    .string()
    .optional()
    .describe('16 to 256 visible ASCII characters that you make up: signs what is posted; needed with the address'),
});

const Urgent = z.looseObject({
  'h200-priority': Urgency.describe(
    'how urgent it is where analyses and jobs wait; normal when absent, of a job low; critical is for those who may control servers',
  ),
});

const PICTURES = ['image/jpeg', 'image/png'];
const Bytes = z.string().meta({ format: 'binary' });

const contentOf = (types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, { schema: type === 'application/json' ? z.looseObject({}) : Bytes }]));

/** The fields of a body under every name that they have, but for those that must be there under their own. */
export function withOtherNames({ input, aliases = {} }: Accepted<z.ZodObject>): z.ZodObject {
  const others = Object.entries(aliases).flatMap(([other, alias]) => {
    const name = typeof alias === 'string' ? alias : alias.name;
    const field = input.shape[name] as z.ZodType | undefined;
    return field === undefined || !field.safeParse(undefined).success
      ? []
      : [[other, z.optional(field).describe(`another name of "${name}"`)]];
  });
  return input.extend(Object.fromEntries(others));
}

/** What /api/openapi.json says of a route. Requests are checked by the handler, against the same schemas. */
export function describe(docs: RouteDocs): FastifySchema {
  const { tag, id, permission, title, about, params, query, body, form, answer, file, job, open, status = 200 } = docs;
  const { streams, waits = job, headers } = docs;
  const asked = z.looseObject({ ...(job && Prefer.shape), ...(waits && Urgent.shape) });
  const json = answer && { 'application/json': { schema: answer.describe(title) } };
  return {
    tags: [tag],
    operationId: id,
    summary: title,
    ...(permission !== null && { 'x-permission': permission }),
    ...(about !== undefined && { description: about }),
    ...(open && { security: [] }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(headers && { 'x-answer-headers': headers }),
    ...((job || waits) && { headers: asked }),
    ...((form ?? body) && { body: form ?? body }),
    ...(form && { consumes: ['multipart/form-data', 'application/json'] }),
    response: {
      [status]: streams
        ? { description: title, content: { ...json, ...contentOf(streams) } }
        : (answer?.describe(title) ?? { description: title, content: contentOf(file ?? PICTURES) }),
      ...(job && { 202: Job.describe('With "Prefer: respond-async" or a callback: the job that does it') }),
      default: ErrorBody.describe('What went wrong, and what to do'),
    },
  } as FastifySchema;
}
