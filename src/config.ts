import { delimiter, resolve } from 'node:path';
import envPaths from 'env-paths';
import * as z from 'zod';

/** One environment variable: how it is read, and what it means. `docs/configuration.md` is generated from these. */
interface Variable<T extends z.ZodType> {
  readonly schema: T;
  readonly description: string;
  readonly group: string;
  /** The default in words, for the docs. */
  readonly defaultText: string;
  readonly secret: boolean;
  /** False: the name is accepted and checked, but no part of this version reads it yet. */
  readonly used: boolean;
}

const paths = envPaths('h200-mug', { suffix: '' });

const boolean = z.enum(['true', 'false', '1', '0', 'yes', 'no']).transform((v) => ['true', '1', 'yes'].includes(v));
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
const folder = z.string().transform((v) => resolve(v));
const folders = z.string().transform((v) =>
  v
    .split(delimiter)
    .filter((part) => part !== '')
    .map((part) => resolve(part)),
);
const url = (...schemes: string[]) =>
  z
    .url()
    .refine((v) => schemes.includes(new URL(v).protocol.slice(0, -1)), `must start with ${schemes.join(':// or ')}://`);
const generated = z.string().transform((v) => (v === 'auto_generated' ? undefined : v));

function variable<T extends z.ZodType>(
  group: string,
  schema: T,
  defaultText: string,
  description: string,
  options: { secret?: boolean; used?: boolean } = {},
): Variable<T> {
  return { schema, description, group, defaultText, secret: options.secret ?? false, used: options.used ?? true };
}
const later = { used: false };
const laterSecret = { used: false, secret: true };

export const VARIABLES = {
  H200_DATA_DIR: variable(
    'storage',
    folder.default(paths.data),
    "the platform's user data folder",
    'Embedded store and stored images.',
  ),
  H200_MODELS_DIR: variable(
    'vision',
    folder.default(resolve(paths.data, 'models')),
    '`models` in the user data folder',
    "Model files besides the package's own `models/`; `models fetch` writes here.",
  ),
  H200_ALLOWED_ROOTS: variable(
    'image',
    folders.default(() => [process.cwd()]),
    'the working directory',
    'Folders whose image files may be read, separated by `:` (`;` on Windows).',
  ),
  H200_MODEL: variable(
    'vision',
    z.string().optional(),
    'best installed',
    'Name of the one model of `models/manifest.json` to use; unset, ours adds coasters and desk mats.',
  ),
  H200_PROVIDER: variable(
    'vision',
    z.enum(['auto', 'tensorrt', 'cuda', 'webgpu', 'cpu']).default('auto'),
    '`auto`',
    'Execution provider; `auto` tries tensorrt, cuda, webgpu, cpu in that order.',
  ),
  H200_WORKERS: variable(
    'vision',
    integer(1, 64).optional(),
    'one for each core',
    'Most inference workers, one session each; they start as they are needed.',
  ),
  H200_THREADS: variable('vision', integer(1, 64).default(1), '1', 'Threads inside one session.'),
  H200_QUEUE_LIMIT: variable(
    'vision',
    integer(1, 100_000).default(256),
    '256',
    'Analyses that may wait before new ones are refused as overloaded.',
  ),
  MAX_BATCH_SIZE: variable(
    'vision',
    integer(1, 256).default(32),
    '32',
    'Most images in one model run on providers that profit from batches.',
  ),
  H200_API_TOKEN: variable(
    'gateway',
    z.string().min(16).optional(),
    'unset',
    'Bearer token of `serve`; required when it listens on another address than loopback.',
    { secret: true },
  ),
  H200_ALLOWED_HOSTS: variable(
    'gateway',
    z
      .string()
      .transform((v) =>
        v
          .split(',')
          .map((h) => h.trim())
          .filter(Boolean),
      )
      .default([]),
    'loopback names',
    'Further Host names that `serve` answers to, separated by commas.',
  ),
  H200_ALLOWED_ORIGINS: variable(
    'gateway',
    z
      .string()
      .transform((v) =>
        v
          .split(',')
          .map((h) => h.trim())
          .filter(Boolean),
      )
      .default([]),
    'loopback origins',
    'Further browser origins that may call, separated by commas.',
  ),
  H200_READ_ONLY: variable('gateway', boolean.default(false), '`false`', 'Offer only tools that change nothing.'),
  H200_TIMEOUT_MS: variable(
    'gateway',
    integer(100, 600_000).default(30_000),
    '30000',
    'Longest time for one analysis.',
  ),
  LOG_LEVEL: variable(
    'telemetry',
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'critical', 'silent']))
      .transform((v) => (v === 'warning' ? 'warn' : v === 'critical' ? 'fatal' : v))
      .default('info'),
    '`info`',
    'trace, debug, info, warn, error, fatal or silent. Logs go to stderr.',
  ),
  MONGODB_ATLAS_URI: variable(
    'storage',
    url('mongodb', 'mongodb+srv').optional(),
    'unset',
    'MongoDB record store.',
    laterSecret,
  ),
  REDIS_HOST: variable('storage', z.string().optional(), 'unset', 'Redis cache.', later),
  REDIS_PORT: variable('storage', integer(1, 65_535).default(6379), '6379', 'Redis port.', later),
  REDIS_PASSWORD: variable('storage', z.string().optional(), 'unset', 'Redis password.', laterSecret),
  REDIS_DB: variable('storage', integer(0, 1024).default(0), '0', 'Redis database number.', later),
  R2_ENDPOINT_URL: variable('storage', url('https', 'http').optional(), 'unset', 'S3-compatible endpoint.', later),
  R2_ACCESS_KEY_ID: variable('storage', z.string().optional(), 'unset', 'S3 access key.', laterSecret),
  R2_SECRET_ACCESS_KEY: variable('storage', z.string().optional(), 'unset', 'S3 secret key.', laterSecret),
  R2_BUCKET_NAME: variable('storage', z.string().default('h200-backup'), '`h200-backup`', 'S3 bucket.', later),
  JWT_SECRET: variable(
    'access',
    z.string().min(32).optional(),
    'unset',
    'At least 32 bytes, the same on every instance: signs what an MCP call keeps between its rounds (a key of this process when unset), and later login tokens.',
    { secret: true },
  ),
  OPENAI_API_KEY: variable(
    'rules',
    z.string().optional(),
    'unset',
    'Language model behind the grammar, for sentences that the grammar cannot read. Its rule must read back as the same rule.',
    { secret: true },
  ),
  OPENAI_BASE_URL: variable(
    'rules',
    url('https', 'http').optional(),
    'OpenAI',
    'An OpenAI-compatible server instead, ending in `/v1`; then the key may be any text.',
  ),
  OPENAI_MODEL: variable('rules', z.string().default('gpt-4o-mini'), '`gpt-4o-mini`', 'Name of the language model.'),
  RUNPOD_API_KEY: variable('fleet', z.string().optional(), 'unset', 'RunPod account.', laterSecret),
  RUNPOD_SERVERLESS_ENDPOINT_ID: variable(
    'fleet',
    generated.optional(),
    'unset',
    'Serverless endpoint; `auto_generated` counts as unset.',
    later,
  ),
  RUNPOD_TIMED_POD_ID: variable(
    'fleet',
    generated.optional(),
    'unset',
    'Timed pod; `auto_generated` counts as unset.',
    later,
  ),
  RUNPOD_NETWORK_VOLUME_ID: variable(
    'fleet',
    generated.optional(),
    'unset',
    'Network volume; `auto_generated` counts as unset.',
    later,
  ),
  FLASHBOOT_ENABLED: variable('fleet', boolean.default(true), '`true`', 'RunPod FlashBoot.', later),
  DOCKER_USERNAME: variable('fleet', z.string().optional(), 'unset', 'Image registry account.', later),
  DOCKER_PASSWORD: variable('fleet', z.string().optional(), 'unset', 'Image registry password.', laterSecret),
  GCP_PROJECT_ID: variable('fleet', z.string().optional(), 'unset', 'Google Secret Manager project.', later),
  GOOGLE_APPLICATION_CREDENTIALS: variable('fleet', z.string().optional(), 'unset', 'Google credentials file.', later),
  WEBHOOK_URL: variable('events', url('https', 'http').optional(), 'unset', 'Events as webhooks.', laterSecret),
  N8N_WEBHOOK_URL: variable('events', url('https', 'http').optional(), 'unset', 'Events to n8n.', laterSecret),
  TEMPLATED_API_KEY: variable('events', z.string().optional(), 'unset', 'Templated.io account.', laterSecret),
  SLACK_WEBHOOK_URL: variable('events', url('https', 'http').optional(), 'unset', 'Alerts to Slack.', laterSecret),
  DISCORD_WEBHOOK_URL: variable('events', url('https', 'http').optional(), 'unset', 'Alerts to Discord.', laterSecret),
} as const satisfies Record<string, Variable<z.ZodType>>;

export type Config = { readonly [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };

/** Names every bad variable; the values of secrets are never shown. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Bad configuration:\n${problems.map((p) => `  ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads and checks the environment. An empty value counts as unset; unknown names are ignored. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const entries = Object.entries(VARIABLES).map(([name, { schema, secret }]) => {
    const raw = env[name]?.trim() === '' ? undefined : env[name]?.trim();
    const parsed = schema.safeParse(raw);
    if (parsed.success) return [name, parsed.data];
    const shown = secret ? 'its value' : JSON.stringify(raw);
    problems.push(`${name}: ${shown} ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
    return [name, undefined];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries) as Config;
}
