import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';

type Json = Record<string, unknown>;

/**
 * A zod schema as the SDK wants it: the JSON Schema is made once, when a client first asks for it, and arguments pass unchecked
 * because the tool wrapper checks them itself and answers in the words of the error catalogue.
 */
export function advertised(schema: z.ZodObject, io: 'input' | 'output'): StandardSchemaWithJSON<unknown, unknown> {
  let made: Json | undefined;
  const json = () => {
    made ??= toPortableJsonSchema(schema, io);
    return made;
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'h200-mug',
      validate: (value) => ({ value }),
      jsonSchema: { input: json, output: json },
    },
  };
}

/**
 * JSON Schema in the subset that all MCP clients take: no `$schema`, no tuples. Output schemas describe and do not
 * restrict (only the outermost fields are `required`): that is shorter, and a later version may add or leave out a
 * field without breaking a client that validates.
 */
export function toPortableJsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io, reused: io === 'output' ? 'ref' : 'inline' });
  const { $schema: _, ...root } = json as Json;
  const out = simplify(inlineReferences(root), io) as Json;
  return io === 'output' && json.required ? { ...out, required: json.required } : out;
}

/** A list that is advertised in full and whose members the tool hands on unchecked, for a service to check. */
export function listFor(member: z.ZodObject) {
  let made: Json | undefined;
  return z.array(z.record(z.string(), z.unknown())).meta({
    /** Read when the schema is shown. */
    get items() {
      if (made === undefined) {
        const { $schema: _, ...items } = z.toJSONSchema(member, { target: 'draft-2020-12', io: 'input' });
        made = items;
      }
      return made;
    },
  });
}

/** zod's `reused: 'ref'` also moves out what is tiny or used once; there a reference costs more than it saves. */
function inlineReferences(root: Json): Json {
  const definitions = (root.$defs ?? {}) as Record<string, Json>;
  const text = JSON.stringify(root);
  const worthIt = (name: string) =>
    JSON.stringify(definitions[name]).length >= 80 && text.split(`"#/$defs/${name}"`).length > 2;
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (node === null || typeof node !== 'object') return node;
    const { $ref, ...rest } = node as Json;
    const name = typeof $ref === 'string' ? $ref.slice('#/$defs/'.length) : null;
    // A definition may be nothing but a reference to another one.
    if (name !== null && !worthIt(name)) return visit({ ...definitions[name], ...rest });
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
  };
  const out = visit(root) as Json;
  const kept = Object.entries((out.$defs ?? {}) as Json).filter(([name]) => worthIt(name));
  const { $defs: _, ...rest } = out;
  return kept.length > 0 ? { ...rest, $defs: Object.fromEntries(kept) } : rest;
}

/** What the tools check themselves and say clearly when it is broken; a model needs none of it to write a call. */
const DROPPED_KEYWORDS = [
  'propertyNames',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'exclusiveMinimum',
  'additionalProperties',
  'pattern',
];
/** Who reads an answer sees the name that it has; the whole list of names is in the input. */
const MOST_NAMES = 8;
const DROPPED_IN_OUTPUT = ['minimum', 'maximum', 'exclusiveMaximum', 'format', 'required'];

function simplify(node: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(node)) return node.map((child) => simplify(child, io));
  if (node === null || typeof node !== 'object') return node;
  const out: Json = {};
  for (const [key, value] of Object.entries(node)) {
    const named = key === 'properties' || key === '$defs';
    if (named) out[key] = mapValues(value as Json, (child) => simplify(child, io));
    else if (key === 'enum' && io === 'output' && (value as unknown[]).length > MOST_NAMES) continue;
    else if (key === 'enum' || key === 'default') out[key] = value;
    else if (key === 'additionalProperties' && typeof value === 'object') out[key] = simplify(value, io);
    else if (!DROPPED_KEYWORDS.includes(key) && (io === 'input' || !DROPPED_IN_OUTPUT.includes(key)))
      out[key] = simplify(value, io);
  }
  const items = out.prefixItems;
  if (Array.isArray(items) && items.every((item) => JSON.stringify(item) === JSON.stringify(items[0]))) {
    const { prefixItems: _, ...rest } = out;
    return { ...rest, items: items[0] };
  }
  return io === 'output' ? nullable(out) : out;
}

/** `anyOf [X, null]` with a plain X as `type: [x, "null"]`. */
function nullable(node: Json): Json {
  const { anyOf, ...rest } = node;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return node;
  const [first, second] = anyOf as [Json, Json];
  if (second.type !== 'null' || typeof first.type !== 'string' || first.enum !== undefined) return node;
  return { ...first, ...rest, type: [first.type, 'null'] };
}

function mapValues(object: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
