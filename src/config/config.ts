import type * as z from 'zod';
import { quotedText } from '../plain-text.ts';
import { ACCESS } from './access.ts';
import { AGENTS } from './agents.ts';
import { BACKUP } from './backup.ts';
import { CACHE } from './cache.ts';
import { CAMERAS } from './cameras.ts';
import { ConfigError } from './config-error.ts';
import { FLEET } from './fleet.ts';
import { GATEWAY } from './gateway.ts';
import { IMAGE } from './image.ts';
import { INFERENCE } from './inference.ts';
import { LANGUAGE } from './language.ts';
import { NOTIFY } from './notify.ts';
import { QUEUE } from './queue.ts';
import { RETENTION } from './retention.ts';
import { RUNPOD } from './runpod.ts';
import { SECRETS } from './secrets.ts';
import { STORAGE } from './storage.ts';
import { TELEMETRY } from './telemetry.ts';
import type { Variable } from './variable.ts';
import { VISION } from './vision.ts';

/** Every variable that some part reads, one file per part. `docs/configuration.md` is generated from these. */
export const VARIABLES = {
  ...STORAGE,
  ...RETENTION,
  ...BACKUP,
  ...CACHE,
  ...QUEUE,
  ...VISION,
  ...INFERENCE,
  ...IMAGE,
  ...GATEWAY,
  ...TELEMETRY,
  ...ACCESS,
  ...LANGUAGE,
  ...SECRETS,
  ...NOTIFY,
  ...AGENTS,
  ...RUNPOD,
  ...FLEET,
  ...CAMERAS,
} as const satisfies Record<string, Variable<z.ZodType>>;

type Variables = Readonly<Record<string, Variable<z.ZodType>>>;
type Environment = Readonly<Record<string, string | undefined>>;
type Read<T extends Variables> = { readonly [K in keyof T]: z.output<T[K]['schema']> };

export type Config = Read<typeof VARIABLES>;

/**
 * Reads and checks the environment. An empty value counts as unset; unknown names are ignored. Secrets that are elsewhere
 * (`gsm://`, `file://`) are read before, by `readSettings`.
 */
export const loadConfig = (env: Environment): Config => readVariables(VARIABLES, env);

/** The same of some variables. Throws ConfigError. */
export function readVariables<T extends Variables>(variables: T, env: Environment): Read<T> {
  const problems: string[] = [];
  const entries = Object.entries(variables).map(([name, one]) => {
    const raw = env[name]?.trim() === '' ? undefined : env[name]?.trim();
    const parsed = one.schema.safeParse(raw);
    const refers = one.secret && raw !== undefined && /^(gsm|file):/i.test(raw);
    if (parsed.success && !refers) return [name, parsed.data];
    const shown = one.secret ? 'its value' : quotedText(raw ?? '', 200);
    const problem = parsed.success ? 'says where the secret is, which is not read here' : problemOf(parsed.error);
    problems.push(`${name}: ${shown} ${problem}`);
    return [name, undefined];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries) as Read<T>;
}

/** What is wrong with the value of a variable, without the value; null: nothing. */
export function valueProblem({ schema }: Variable<z.ZodType>, value: string): string | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? null : problemOf(parsed.error);
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  // Zod's own words are no sentence behind the value.
  if (issue?.code === 'too_small' && /^Too small/.test(issue.message)) return `must be ${issue.minimum} at least`;
  if (issue?.code === 'too_big' && /^Too big/.test(issue.message)) return `must be ${issue.maximum} at most`;
  if (issue?.message === 'Invalid URL') return 'must be an address, such as https://example.com/path';
  return issue?.message ?? 'is not valid';
}
