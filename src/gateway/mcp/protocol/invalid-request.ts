import { type JSONRPCRequest, ProtocolErrorCode, specTypeSchemas } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { describeIssues } from './invalid-arguments.ts';

interface Method {
  readonly schema: { readonly '~standard': { validate(value: unknown): unknown } };
  /** Not of 2026-07-28, where the SDK says that there is no such method. */
  readonly legacyOnly?: boolean;
  /** What the request names; the SDK says the same of any other name that it does not know. */
  readonly names?: readonly [kind: string, path: readonly string[]][];
}

/** The requests that are served, with their form by the specification. */
const METHODS = new Map<string, Method>([
  ['initialize', { schema: specTypeSchemas.InitializeRequest, legacyOnly: true }],
  ['ping', { schema: specTypeSchemas.PingRequest, legacyOnly: true }],
  ['tools/list', { schema: specTypeSchemas.ListToolsRequest }],
  ['tools/call', { schema: specTypeSchemas.CallToolRequest, names: [['Tool', ['name']]] }],
  ['prompts/list', { schema: specTypeSchemas.ListPromptsRequest }],
  ['prompts/get', { schema: specTypeSchemas.GetPromptRequest, names: [['Prompt', ['name']]] }],
  ['resources/list', { schema: specTypeSchemas.ListResourcesRequest }],
  ['resources/templates/list', { schema: specTypeSchemas.ListResourceTemplatesRequest }],
  ['resources/read', { schema: specTypeSchemas.ReadResourceRequest }],
  ['resources/subscribe', { schema: specTypeSchemas.SubscribeRequest, legacyOnly: true }],
  ['resources/unsubscribe', { schema: specTypeSchemas.UnsubscribeRequest, legacyOnly: true }],
  [
    'completion/complete',
    {
      schema: specTypeSchemas.CompleteRequest,
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
 * Why a request cannot be meant as it is: params of a wrong form (the SDK answers those as -32603), or a name that
 * every JavaScript object has (`constructor`), which the SDK takes for a known one. Null when it can.
 */
export function invalidRequest(
  request: JSONRPCRequest,
  era: 'legacy' | 'modern',
): { code: number; message: string } | null {
  const method = METHODS.get(request.method);
  if (method === undefined || (method.legacyOnly && era === 'modern')) return null;
  const { issues } = method.schema['~standard'].validate(request) as { issues?: readonly z.core.$ZodIssue[] };
  if (issues !== undefined) {
    const problems = describeIssues(issues).map(
      ({ field, problem }) => `${field.replace(/^params\./, '')}: ${problem}`,
    );
    return { code: ProtocolErrorCode.InvalidParams, message: `Invalid params: ${problems.join('; ')}.` };
  }
  for (const [kind, path] of method.names ?? []) {
    const name = at(request.params, path);
    if (typeof name !== 'string' || !(name in Object.prototype)) continue;
    return { code: ProtocolErrorCode.InvalidParams, message: `${kind} ${name} not found` };
  }
  return null;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
