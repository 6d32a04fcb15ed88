import type * as z from 'zod';
import { quotedText } from '../plain-text.ts';
import { ACCESS } from './access.ts';
import { CACHE } from './cache.ts';
import { ConfigError } from './config-error.ts';
import { GATEWAY } from './gateway.ts';
import { IMAGE } from './image.ts';
import { LANGUAGE } from './language.ts';
import { STORAGE } from './storage.ts';
import { TELEMETRY } from './telemetry.ts';
import type { Variable } from './variable.ts';
import { VISION } from './vision.ts';

/** Every variable that some part reads, one file per part. `docs/configuration.md` is generated from these. */
export const VARIABLES = {
  ...STORAGE,
  ...CACHE,
  ...VISION,
  ...IMAGE,
  ...GATEWAY,
  ...TELEMETRY,
  ...ACCESS,
  ...LANGUAGE,
} as const satisfies Record<string, Variable<z.ZodType>>;

export type Config = { readonly [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };

/** Reads and checks the environment. An empty value counts as unset; unknown names are ignored. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const entries = Object.entries(VARIABLES).map(([name, { schema, secret }]) => {
    const raw = env[name]?.trim() === '' ? undefined : env[name]?.trim();
    const parsed = schema.safeParse(raw);
    if (parsed.success) return [name, parsed.data];
    const shown = secret ? 'its value' : quotedText(raw ?? '', 200);
    problems.push(`${name}: ${shown} ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
    return [name, undefined];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries) as Config;
}
