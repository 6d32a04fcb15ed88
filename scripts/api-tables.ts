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
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Property }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly 'x-permission'?: string;
}

const code = (text: string) => `\`${text}\``;

/** A heading and a table for each part of the API. */
export async function endpoints(table: Table): Promise<string> {
  const { paths, components } = JSON.parse(await openApiDocument()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Property> };
  };
  const byTag = new Map<string, Row[]>();
  const bodies = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), routeRow(path, method, operation)]);
      const body = bodyOf(`${method.toUpperCase()} ${path}`, operation, components.schemas, table);
      bodies.set(tag, [...(bodies.get(tag) ?? []), ...body]);
    }
  }
  const head = ['route', 'what', 'parameters', 'body', 'answers', 'asks for'];
  return [...byTag]
    .map(([tag, rows]) => [`## ${tag}`, table(head, rows), ...(bodies.get(tag) ?? [])].join('\n\n'))
    .join('\n\n');
}

/** The fields of a body of JSON; those of a form have the same names where there are both. */
function bodyOf(route: string, { requestBody }: Operation, known: Record<string, Property>, table: Table): string[] {
  const content = requestBody?.content ?? {};
  const schema = content['application/json']?.schema ?? content['multipart/form-data']?.schema;
  const rows = (schema === undefined ? [] : fieldsOf(schema, known)).map(({ name, property, required }) => [
    code(name),
    typeOf(property, known),
    required ? 'yes' : '',
    property.description ?? (named(property, known).description || ''),
  ]);
  return rows.length === 0 ? [] : [`${code(route)} takes:`, table(['field', 'type', 'required', 'meaning'], rows)];
}

interface Field {
  readonly name: string;
  readonly property: Property;
  readonly required: boolean;
}

/** Of a schema by itself, by its name, or made of several: one that may be of several kinds has the fields of all of them. */
function fieldsOf(schema: Property, known: Record<string, Property>): Field[] {
  const { properties, required = [], anyOf = [], oneOf = [], allOf = [] } = named(schema, known);
  const own = Object.entries(properties ?? {}).map(([name, property]) => ({
    name,
    property,
    required: required.includes(name),
  }));
  const choices = [...anyOf, ...oneOf]
    .flatMap((one) => fieldsOf(one, known))
    .map((one) => ({ ...one, required: false }));
  const all = [...own, ...allOf.flatMap((one) => fieldsOf(one, known)), ...choices];
  return [...new Map(all.toReversed().map((field) => [field.name, field])).values()].toReversed();
}

const named = (schema: Property, known: Record<string, Property>): Property =>
  (schema.$ref !== undefined && known[schema.$ref.split('/').at(-1) ?? '']) || schema;

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
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Property[];
  readonly allOf?: readonly Property[];
  readonly const?: unknown;
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

function typeOf(property: Property, known: Record<string, Property> = {}): string {
  const { type, enum: values, const: only, oneOf, anyOf = oneOf, items } = named(property, known);
  if (only !== undefined) return code(String(only));
  if (values) return values.map((value) => code(String(value))).join(', ');
  if (anyOf) return [...new Set(anyOf.map((one) => typeOf(one, known)))].filter((one) => one !== '').join(' or ');
  if (type === 'array') return `list of ${(items && typeOf(items, known)) || 'anything'}`;
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
