import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { AnalyzeRequest } from '../contract/analyze-request.ts';
import { fitTo } from '../gateway/lenient/fit-to.ts';

const { shape } = AnalyzeRequest;

/** Fields of a request that have an option of the same name. What is no plain word is written as JSON, as the tools take it. */
const FIELDS = {
  calibration: 'json',
  calibration_id: 'id',
  table_corners: 'json',
  zones: 'json',
  strategy: 'name',
  movable: 'json',
  detections: 'json',
  size: 'json',
  box_noise: 'json',
} as const satisfies { readonly [K in keyof typeof shape]?: string };

type Field = keyof typeof FIELDS;
/** By the names that commander gives to options. */
export type RequestOptions = Readonly<Record<string, unknown>>;

const NAMES = Object.keys(FIELDS) as Field[];
const optionName = (field: Field) => field.replace(/_/g, '-');
const key = (field: Field) => field.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

export function addRequestOptions(command: Command): Command {
  for (const field of NAMES) {
    const schema = shape[field];
    const values = field === 'strategy' ? `: ${shape.strategy.unwrap().options.join(', ')}` : '';
    const said = `${described(schema) ?? `as "${field}" of analyze_image`}${values}`;
    command.option(`--${optionName(field)} <${FIELDS[field]}>`, said, (text: string) => read(text, schema));
  }
  return command;
}

/** The fields that were given. */
export function requestFields(options: RequestOptions): Partial<AnalyzeRequest> {
  const given = NAMES.flatMap((field) => (options[key(field)] === undefined ? [] : [[field, options[key(field)]]]));
  return Object.fromEntries(given) as Partial<AnalyzeRequest>;
}

const described = (schema: z.ZodType): string | undefined =>
  schema.description ?? (schema instanceof z.ZodOptional ? described(schema.unwrap() as z.ZodType) : undefined);

function read(text: string, schema: z.ZodType): unknown {
  const fitted = fitTo(text, schema);
  const checked = schema.safeParse(fitted);
  // What was read is handed on as it was written: the service checks the whole request, spellings included.
  if (checked.success) return fitted;
  const readable = fitted !== text || !/^\s*[[{]/.test(text);
  throw new InvalidArgumentError(readable ? z.prettifyError(checked.error) : 'is not valid JSON');
}
