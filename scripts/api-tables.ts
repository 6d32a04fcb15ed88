import * as z from 'zod';
import { PROMPTS } from '../prompts/index.ts';
import { RESOURCES } from '../resources/index.ts';
import { TOOLS } from '../tools/index.ts';
import { openApiDocument } from './dashboard-document.ts';

/** References made from code: the routes as the OpenAPI document has them, tools with their arguments, resources, prompts. */
type Row = string[];
export type Table = (head: string[], rows: Row[]) => string;

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly 'x-permission'?: string;
}

const code = (text: string) => `\`${text}\``;

/** A heading and a table for each part of the API. */
export async function endpoints(table: Table): Promise<string> {
  const { paths } = JSON.parse(await openApiDocument()) as { paths: Record<string, Record<string, Operation>> };
  const byTag = new Map<string, Row[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), routeRow(path, method, operation)]);
    }
  }
  const head = ['route', 'what', 'parameters', 'body', 'answers', 'asks for'];
  return [...byTag].map(([tag, rows]) => `## ${tag}\n\n${table(head, rows)}`).join('\n\n');
}

function routeRow(path: string, method: string, operation: Operation): Row {
  const { summary = '', parameters = [], requestBody, responses } = operation;
  const named = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, required }) => code(name) + (required ? '' : '?'));
  const bodies = Object.keys(requestBody?.content ?? {}).map((type) =>
    type.replace(/^application\/|\/form-data$/g, ''),
  );
  return [
    code(`${method.toUpperCase()} ${path}`),
    summary,
    named.join(' ') || '–',
    bodies.join(', ') || '–',
    Object.keys(responses).join(' '),
    operation['x-permission'] === undefined ? '–' : code(operation['x-permission']),
  ];
}

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly description?: string;
  readonly default?: unknown;
}

/** Every tool with its arguments. */
export function toolReference(table: Table): string {
  return TOOLS.map((tool) => {
    const schema = z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as {
      properties?: Record<string, Property>;
      required?: string[];
    };
    const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => [
      code(name),
      typeOf(property),
      schema.required?.includes(name) ? 'yes' : '',
      property.description ?? '',
    ]);
    const { readOnlyHint, destructiveHint, idempotentHint } = tool.annotations;
    const effect = [
      readOnlyHint ? 'reads' : destructiveHint ? 'changes, may remove' : 'adds',
      ...(idempotentHint && !readOnlyHint ? ['twice is as once'] : []),
    ].join('; ');
    const parts = [
      `### ${code(tool.name)}`,
      `${tool.description}\n\nEffect: ${effect}. Asks for ${code(tool.permission)}.`,
    ];
    return [...parts, ...(rows.length > 0 ? [table(['argument', 'type', 'required', 'meaning'], rows)] : [])].join(
      '\n\n',
    );
  }).join('\n\n');
}

function typeOf({ type, enum: values, anyOf, items }: Property): string {
  if (values) return values.map((value) => code(String(value))).join(', ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].filter((one) => one !== '').join(' or ');
  if (type === 'array') return `list of ${(items && typeOf(items)) || 'anything'}`;
  return [type ?? '']
    .flat()
    .filter((one) => one !== 'null')
    .join(' or ');
}

export const resourceReference = (table: Table): string =>
  table(
    ['address', 'what', 'kind'],
    RESOURCES.map((one) => [code('uri' in one ? one.uri : one.template), one.description, one.mimeType]),
  );

export const promptReference = (table: Table): string =>
  table(
    ['prompt', 'what', 'arguments'],
    PROMPTS.map(({ name, description, arguments: args }) => [
      code(name),
      description,
      Object.entries(args)
        .map(([arg, { required, description: meaning }]) => `${code(arg)}${required ? '' : '?'}: ${meaning}`)
        .join('; '),
    ]),
  );
