import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { AnalyzeRequest } from '../contract/analyze-request.ts';
import { fitTo } from '../gateway/lenient/fit-to.ts';
import { describeIssues } from '../gateway/lenient/invalid-arguments.ts';

const { shape } = AnalyzeRequest;

/** Fields of a request that have an option of the same name. What is no plain word is written as JSON, as the tools take it. */
const FIELDS = {
  calibration: { value: 'json', example: '{"mm_per_pixel":0.5}' },
  calibration_id: { value: 'id', example: null },
  table_corners: { value: 'json', example: '[[0,0],[640,0],[640,480],[0,480]]' },
  zones: { value: 'json', example: '[{"name":"mat","kind":"desk_mat","polygon_px":[[0,0],[300,0],[300,200]]}]' },
  strategy: { value: 'name', example: null },
  movable: { value: 'json', example: '["mug","bottle"]' },
  detections: { value: 'json', example: '[{"class":"mug","bbox":[100,260,160,330]}]' },
  size: { value: 'json', example: '{"width":640,"height":480}' },
  box_noise: { value: 'json', example: '0.02' },
} as const satisfies { readonly [K in keyof typeof shape]?: { value: string; example: string | null } };

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
    const { value, example } = FIELDS[field];
    const such = example === null ? '' : `; e.g. '${example}'`;
    const said = `${described(schema) ?? `as "${field}" of analyze_image`}${values}${such}`;
    command.option(`--${optionName(field)} <${value}>`, said, (text: string) => read(text, schema, such));
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

function read(text: string, schema: z.ZodType, such: string): unknown {
  const fitted = fitTo(text, schema);
  const checked = schema.safeParse(fitted);
  // What was read is handed on as it was written: the service checks the whole request, spellings included.
  if (checked.success) return fitted;
  const readable = fitted !== text || !/^\s*[[{]/.test(text);
  const problem = readable ? problems(checked.error) : 'is not valid JSON';
  throw new InvalidArgumentError(`${problem}${such}`);
}

const problems = ({ issues }: z.ZodError): string =>
  describeIssues(issues)
    .map(({ field, problem }) => (field === 'arguments' ? problem : `${field}: ${problem}`))
    .join('; ');
