import { type JSONRPCRequest, ProtocolErrorCode, specTypeSchemas } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { describeIssues } from '../../lenient/invalid-arguments.ts';

interface Method {
  readonly schema: { readonly '~standard': { validate(value: unknown): unknown } };
  /** Not of 2026-07-28, where the SDK says that there is no such method. */
  readonly legacyOnly?: boolean;
  /** All of it is one page, so a cursor is one that nobody was given; the SDK ignores it. */
  readonly onePage?: boolean;
  /** What the request names; the SDK says the same of any other name that it does not know. */
  readonly names?: readonly [kind: string, path: readonly string[]][];
  /** Where its URI stands. */
  readonly uri?: readonly string[];
}

/** The longest URI of a resource here has some 60 characters; the SDK calls one above a million an internal error. */
export const MAX_URI_LENGTH = 2048;

/** The requests that are served, with their form by the specification. */
const METHODS = new Map<string, Method>([
  ['initialize', { schema: specTypeSchemas.InitializeRequest, legacyOnly: true }],
  ['ping', { schema: specTypeSchemas.PingRequest, legacyOnly: true }],
  ['tools/list', { schema: specTypeSchemas.ListToolsRequest, onePage: true }],
  ['tools/call', { schema: specTypeSchemas.CallToolRequest, names: [['Tool', ['name']]] }],
  ['prompts/list', { schema: specTypeSchemas.ListPromptsRequest, onePage: true }],
  ['prompts/get', { schema: specTypeSchemas.GetPromptRequest, names: [['Prompt', ['name']]] }],
  ['resources/list', { schema: specTypeSchemas.ListResourcesRequest, onePage: true }],
  ['resources/templates/list', { schema: specTypeSchemas.ListResourceTemplatesRequest, onePage: true }],
  ['resources/read', { schema: specTypeSchemas.ReadResourceRequest, uri: ['uri'] }],
  ['resources/subscribe', { schema: specTypeSchemas.SubscribeRequest, legacyOnly: true, uri: ['uri'] }],
  ['resources/unsubscribe', { schema: specTypeSchemas.UnsubscribeRequest, legacyOnly: true, uri: ['uri'] }],
  [
    'completion/complete',
    {
      schema: specTypeSchemas.CompleteRequest,
      uri: ['ref', 'uri'],
      names: [
        ['Prompt', ['ref', 'name']],
        ['Resource template', ['ref', 'uri']],
        ['Argument', ['argument', 'name']],
      ],
    },
  ],
]);

/** Methods whose params are checked, for the test that breaks each. */
export const CHECKED_METHODS: readonly string[] = [...METHODS.keys()];

/**
 * Why a request cannot be meant as it is: params of a wrong form (the SDK answers those as -32603), a cursor that nobody
 * was given, a URI that is too long, or a name that every JavaScript object has (`constructor`), which the SDK takes for a known one. Null when it can.
 */
export function invalidRequest(
  request: JSONRPCRequest,
  era: 'legacy' | 'modern',
): { code: number; message: string } | null {
  const method = METHODS.get(request.method);
  if (method === undefined || (method.legacyOnly && era === 'modern')) return null;
  const long = longUri(request);
  if (long !== null) return long;
  const { issues } = method.schema['~standard'].validate(request) as { issues?: readonly z.core.$ZodIssue[] };
  if (issues !== undefined) {
    const problems = describeIssues(issues).map(
      ({ field, problem }) => `${field.replace(/^params\./, '')}: ${problem}`,
    );
    return { code: ProtocolErrorCode.InvalidParams, message: `Invalid params: ${problems.join('; ')}.` };
  }
  if (method.onePage && at(request.params, ['cursor']) !== undefined) {
    return {
      code: ProtocolErrorCode.InvalidParams,
      message: `Invalid cursor: ${request.method} has one page. Leave cursor out.`,
    };
  }
  for (const [kind, path] of method.names ?? []) {
    const name = at(request.params, path);
    if (typeof name !== 'string' || !(name in Object.prototype)) continue;
    return { code: ProtocolErrorCode.InvalidParams, message: `${kind} ${name} not found` };
  }
  return null;
}

/** The refusal of a parsed message whose URI is too long; null: it is not. Over HTTP the SDK reads it before any server does. */
export function longUri(message: unknown): { code: number; message: string } | null {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: unknown };
  const path = METHODS.get(String(method))?.uri;
  const uri = path && at(params, path);
  if (typeof uri !== 'string' || uri.length <= MAX_URI_LENGTH) return null;
  const problem = `Invalid params: ${path?.join('.')}: longer than ${MAX_URI_LENGTH} characters.`;
  return { code: ProtocolErrorCode.InvalidParams, message: problem };
}

/**
 * The request with `arguments: null` left out: null counts as absent at every depth, and the specification knows only objects.
 * The request itself where there is nothing to leave out.
 */
export function withoutNullArguments<T>(request: T): T {
  const { method, params } = (request ?? {}) as { method?: unknown; params?: Record<string, unknown> | null };
  if (method !== 'tools/call' && method !== 'prompts/get') return request;
  if (params === null || typeof params !== 'object' || params.arguments !== null) return request;
  const { arguments: _, ...rest } = params;
  return { ...request, params: rest };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
