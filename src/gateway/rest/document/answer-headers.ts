import type { Node } from './name-schemas.ts';

interface Header {
  readonly description: string;
  readonly schema: Node;
}
interface Response extends Node {
  readonly headers?: Node;
  readonly content?: Readonly<Record<string, { readonly schema: Node }>>;
}
interface Operation extends Node {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const header = (description: string, schema: Node = text): Header => ({ description, schema });

export const HEADERS = {
  'X-Request-ID': header('of this request, as the log has it; yours where you sent one'),
  'X-Process-Time': header('seconds', { type: 'number', minimum: 0 }),
  'X-RateLimit-Limit': header('requests in a minute; absent where nothing is limited', whole),
  'X-RateLimit-Remaining': header('that are left', whole),
  'X-RateLimit-Reset': header('seconds until all are there again', whole),
  'Retry-After': header('seconds', whole),
  'WWW-Authenticate': header('with 401 and 403: what to send (RFC 6750)'),
  Allow: header('with 405: the methods that the address takes'),
  ETag: header('send it as If-None-Match: 304 where nothing has changed'),
  'X-Total-Count': header('how many there are, where that is cheap to know', whole),
  'X-Next-Cursor': header('"cursor" of the next page; absent on the last'),
  'X-Unreadable': header('ids of stored records that are damaged and left out'),
  Location: header('where it is'),
  'Preference-Applied': header('respond-async'),
  'Idempotency-Replayed': header('true: done before, under this Idempotency-Key', { type: 'string', enum: ['true'] }),
  'Content-Disposition': header('the name of the file'),
  'Set-Cookie': header('the refresh cookie of a browser'),
} as const;
export type HeaderName = keyof typeof HEADERS;

const EVERY: readonly HeaderName[] = [
  'X-Request-ID',
  'X-Process-Time',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** The operations with the headers that their answers come with. */
export function tellHeaders(paths: Node): Node {
  const each = (item: unknown) =>
    Object.fromEntries(
      Object.entries(item as Node).map(([method, operation]) => [method, withHeaders(method, operation as Operation)]),
    );
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, each(item)]));
}

function withHeaders(method: string, operation: Operation): Node {
  const { responses, 'x-answer-headers': own = [], ...rest } = operation;
  const told = Object.entries(responses).map(([status, response]): [string, Node] => {
    if (!status.startsWith('2')) return [status, { $ref: '#/components/responses/Failed' }];
    return [
      status,
      { ...response, headers: refs([...EVERY, ...namesFor(method, status, operation), ...(own as HeaderName[])]) },
    ];
  });
  const unchanged = method === 'get' && '200' in responses ? { 304: UNCHANGED } : {};
  return { ...rest, responses: { ...Object.fromEntries(told), ...unchanged } };
}

const refs = (names: readonly HeaderName[]): Node =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const UNCHANGED = { description: 'It is as If-None-Match knows it' };

/** Of every operation. */
export const FAILED = {
  description: 'What went wrong, and what to do',
  headers: refs([...EVERY, 'Retry-After', 'WWW-Authenticate', 'Allow']),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
};

function namesFor(method: string, status: string, { parameters = [], responses }: Operation): HeaderName[] {
  const takes = (name: string) => parameters.some((one) => one.name.toLowerCase() === name);
  const isList = responses[status]?.content?.['application/json']?.schema.type === 'array';
  return [
    ...(method === 'get' ? (['ETag'] as const) : []),
    ...(isList ? (['X-Total-Count'] as const) : []),
    ...(takes('cursor') ? (['X-Next-Cursor', 'X-Unreadable'] as const) : []),
    ...(status === '201' || status === '202' ? (['Location'] as const) : []),
    ...(status === '202' && takes('prefer') ? (['Preference-Applied'] as const) : []),
    ...(takes('idempotency-key') ? (['Idempotency-Replayed'] as const) : []),
  ];
}
