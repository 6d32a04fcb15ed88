import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import * as z from 'zod';

/** A JSON Schema, or any part of the document that holds some. */
export type Node = Readonly<Record<string, unknown>>;

const REF = '#/components/schemas/';
/** Of one use, beside the reference. */
const ANNOTATIONS = ['description', 'default'];
/** Marks what a schema takes, where that is something else than what it answers. */
const INPUT = ' input';

export interface Named {
  readonly paths: Node;
  readonly schemas: Readonly<Record<string, Node>>;
}

/**
 * Wherever one of the known schemas stands it becomes a reference, so that clients that are made of the document have a type of that
 * name. They are known by their looks: one that got a description of its own on the way into a route is still the same.
 */
export function nameSchemas(paths: Node, known: Readonly<Record<string, unknown>>): Named {
  const looks = new Looks();
  const names = new Map<number, string>();
  const schemas = new Map<string, Node>();

  /** With what its parts are called, and how it looks then. */
  function refer(node: unknown): { readonly node: unknown; readonly looks: number } {
    if (typeof node !== 'object' || node === null) return { node, looks: looks.of(JSON.stringify(node)) };
    const parts = Object.entries(node).map(([key, value]) => [key, refer(value)] as const);
    if (Array.isArray(node)) return { node: parts.map(([, part]) => part.node), looks: looks.ofParts(parts) };
    const inner = Object.fromEntries(parts.map(([key, part]) => [key, part.node]));
    const name = names.get(looks.ofParts(parts.filter(([key]) => !ANNOTATIONS.includes(key))));
    if (name === undefined) return { node: inner, looks: looks.ofParts(parts) };
    const reference = { $ref: REF + name, ...besides(inner, schemas.get(name)!) };
    return { node: reference, looks: looks.of(JSON.stringify(reference)) };
  }

  // The small ones first, as the large are made of them.
  for (const [name, schema] of candidates(known)) {
    const { description, default: _, ...bare } = schema;
    const { node, looks: own } = refer(bare);
    if ('$ref' in (node as Node)) continue;
    names.set(own, name);
    schemas.set(name, { ...(node as Node), ...(description !== undefined && { description }) });
  }
  const referred = refer(paths).node;
  const used = reached(referred, schemas);
  const final = new Map([...used].map((name) => [name, finalName(name, used)]));
  if (new Set(final.values()).size < final.size) throw new Error('two schemas of the document have one name');
  const told = ([name, schema]: [string, Node]): [string, Node][] =>
    used.has(name) ? [[final.get(name)!, renamed(schema, final) as Node]] : [];
  const all = [...schemas].flatMap(told).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { paths: renamed(referred, final) as Node, schemas: Object.fromEntries(all) };
}

function candidates(known: Readonly<Record<string, unknown>>): [string, Node][] {
  const all = Object.entries(known).flatMap(([name, schema]): [string, Node][] => {
    if (!(schema instanceof z.ZodType)) return [];
    const { answered, taken } = bothWays(schema);
    return [
      [name, answered],
      [name + INPUT, taken],
    ];
  });
  const isAlone = (schema: Node) => !/"\$(?:ref|defs)":/.test(JSON.stringify(schema));
  const sized = all.filter(([, schema]) => isType(schema) && isAlone(schema));
  // Where both are alike the first is kept.
  return sized.toSorted(([, a], [, b]) => JSON.stringify(a).length - JSON.stringify(b).length);
}

/** As the routes are told, so that they look alike. */
function bothWays(schema: z.ZodType): { readonly answered: Node; readonly taken: Node } {
  const told = jsonSchemaTransform({
    schema: { body: schema, response: { 200: schema } },
    url: '/',
    openapiObject: { openapi: '3.1.0' },
  } as never).schema as unknown as { body: Node; response: { 200: Node } };
  return { answered: withoutConst(told.response[200]) as Node, taken: withoutConst(told.body) as Node };
}

/** As @fastify/swagger writes it. */
function withoutConst(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutConst);
  if (!isNode(node)) return node;
  const { const: only, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withoutConst(value)]),
  );
  return only === undefined || isNode(only)
    ? { ...rest, ...(only !== undefined && { const: only }) }
    : { ...rest, enum: [only] };
}

/** Worth a name: what has fields, or several values or kinds. */
function isType({ properties, enum: values, anyOf, oneOf }: Node): boolean {
  const kinds = ((anyOf ?? oneOf) as Node[] | undefined) ?? [];
  const hasFields = (node: Node) => isNode(node.properties) && Object.keys(node.properties).length > 0;
  return (
    hasFields({ properties }) ||
    ((values as unknown[] | undefined) ?? []).length > 1 ||
    kinds.filter(hasFields).length > 1
  );
}

/** The names that are referred to, and those that these refer to. */
function reached(from: unknown, schemas: ReadonlyMap<string, Node>): Set<string> {
  const used = new Set<string>();
  const waiting = [from];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(REF)) {
        waiting.push(value);
        continue;
      }
      const name = value.slice(REF.length);
      if (!used.has(name)) waiting.push(schemas.get(name));
      used.add(name);
    }
  }
  return used;
}

/** What is only taken needs no other name. */
function finalName(name: string, used: ReadonlySet<string>): string {
  if (!name.endsWith(INPUT)) return name;
  const bare = name.slice(0, -INPUT.length);
  return used.has(bare) ? `${bare}Input` : bare;
}

const renamed = (node: unknown, final: ReadonlyMap<string, string>): unknown =>
  JSON.parse(JSON.stringify(node), (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(REF)
      ? REF + final.get(value.slice(REF.length))
      : value,
  );

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number for each look: two parts of one look have one number, whatever the order of their keys. */
class Looks {
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }

  ofParts(parts: readonly (readonly [string, { readonly looks: number }])[]): number {
    const said = parts.map(([key, part]) => `${key} ${part.looks}`);
    return this.of(`parts ${said.toSorted().join(' ')}`);
  }
}

/** Annotations that are of this place. */
const besides = (node: Node, schema: Node): Node =>
  Object.fromEntries(
    ANNOTATIONS.filter((key) => key in node && node[key] !== schema[key]).map((key) => [key, node[key]]),
  );
