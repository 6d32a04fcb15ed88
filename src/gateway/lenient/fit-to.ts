import * as z from 'zod';
import { numberText } from '../../contract/number-text.ts';
import { nameTwice, repeatedName } from '../repeated-name.ts';

type Schema = z.core.$ZodType;
type Fields = Readonly<Record<string, unknown>>;

/** No argument nests half as deep; the transports limit the nesting of messages, not of texts in them. */
const MAX_LEVELS = 16;
/** The longest list of detections, zones or conditions is a twentieth of it. */
const LONGEST_TEXT = 1_000_000;

/**
 * What was sent, as the schema wants it, where it can mean nothing else: null for something optional is nothing, and
 * objects, lists, numbers and booleans may come as JSON text. Text stays text where the schema wants text. What is left
 * over is the schema's to refuse.
 */
export function fitTo(value: unknown, schema: Schema): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
      return fitTo(value, def.innerType);
    case 'pipe':
      return fitTo(spelling(def, parsed(value)), def.out);
    case 'object':
      return withFields(value, parsed(value), (given) => fitFields(given, def.shape));
    case 'record':
      return withFields(value, parsed(value), (given) => given);
    case 'array':
      return fitList(value, def.element);
    case 'tuple': {
      const list = parsed(value);
      if (!Array.isArray(list)) return value;
      return list.map((item, i) => (def.items[i] === undefined ? item : fitTo(item, def.items[i])));
    }
    case 'union':
      return fitUnion(value, def.options);
    case 'number':
      return typeof value === 'string' ? (numberText(value) ?? value) : value;
    case 'boolean':
      return typeof value === 'string' ? (booleanText(value) ?? value) : value;
    default:
      return value;
  }
}

/** Text that is a JSON object or list, read; anything else as it came. VALIDATION_002 where a name stands twice in one object. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT || !/^\s*[[{]/.test(value)) return value;
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    return value;
  }
  const twice = repeatedName(value);
  if (twice !== null) throw nameTwice(twice);
  return deeper(read, MAX_LEVELS) ? value : read;
}

const deeper = (value: unknown, levels: number): boolean =>
  value !== null &&
  typeof value === 'object' &&
  (levels === 0 || Object.values(value).some((inner) => deeper(inner, levels - 1)));

/** `True` and `False` are how Python writes them. */
function booleanText(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** The other spellings that a schema takes before it checks. */
function spelling({ in: first }: { readonly in: Schema }, value: unknown): unknown {
  const { def } = (first as z.core.$ZodTypes)._zod;
  return def.type === 'transform' ? def.transform(value, { value, issues: [] }) : value;
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const withFields = (value: unknown, read: unknown, change: (given: Fields) => unknown) =>
  isFields(read) ? change(read) : value;

function fitFields(given: Fields, shape: Readonly<Record<string, Schema>>): Fields {
  const entries = Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (schema === undefined) return [[name, value]];
    const fitted = fitField(value, schema);
    return fitted === undefined ? [] : [[name, fitted]];
  });
  return Object.fromEntries(entries);
}

/** The same for a field of an object; undefined: it counts as absent. */
export function fitField(value: unknown, schema: Schema): unknown {
  return value === null && maybeAbsent(schema) ? undefined : fitTo(value, schema);
}

const takes = (schema: Schema, value: unknown) => z.core.safeParse(schema, value).success;
const maybeAbsent = (schema: Schema) => takes(schema, undefined) && !takes(schema, null);

/** One object in place of a list of objects is the list of it. */
function fitList(value: unknown, element: Schema): unknown {
  const list = parsed(value);
  if (Array.isArray(list)) return list.map((item) => fitTo(item, element));
  return isFields(list) && wantsFields(element) ? [fitTo(list, element)] : value;
}

function wantsFields(schema: Schema): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'pipe' ? wantsFields(def.out) : def.type === 'object' || def.type === 'record';
}

/** Some clients fill in the fields of every form, null where it is not meant. */
function fitUnion(value: unknown, options: readonly Schema[]): unknown {
  if (options.some((option) => takes(option, value))) return value;
  const sent = parsed(value);
  const read = withFields(sent, sent, (given) =>
    Object.fromEntries(Object.entries(given).filter(([name, v]) => v !== null || !options.some(knows(name)))),
  );
  for (const option of options) {
    const fitting = fitTo(read, option);
    if (takes(option, fitting)) return fitting;
  }
  return read;
}

const knows = (name: string) => (schema: Schema) => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' && Object.hasOwn(def.shape, name);
};
