import { access, constants, mkdir } from 'node:fs/promises';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { toAppError } from '../errors.ts';
import { call } from './caller.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'off' | 'failed';
  readonly detail: string;
}

export const doctorCommand = (done: (status: number) => void) =>
  new Command('doctor')
    .description('checks every part and says what is off and how to mend it')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { json?: boolean }) => {
      const { loadConfig } = await import('../config/config.ts');
      const checks = await examine(loadConfig({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'error' }));
      const text = checks.map((c) => `${c.state.padEnd(6)}  ${c.name.padEnd(16)} ${c.detail}`).join('\n');
      process.stdout.write(options.json ? `${JSON.stringify(checks, null, 2)}\n` : `${text}\n`);
      if (checks.some((c) => c.state === 'failed')) done(1);
    });

async function examine(config: Config): Promise<Check[]> {
  const checks: Check[] = [
    { name: 'node', state: 'ok', detail: `${process.versions.node} at ${process.execPath}` },
    await attempt('data folder', async () => {
      await mkdir(config.H200_DATA_DIR, { recursive: true });
      await access(config.H200_DATA_DIR, constants.W_OK);
      return config.H200_DATA_DIR;
    }),
  ];
  if (checks.some((c) => c.state === 'failed')) return checks;
  const [{ createApp }, { blankPicture }, { NOT_YET }] = await Promise.all([
    import('../app/create-app.ts'),
    import('../annotate/blank.ts'),
    import('../config/not-yet.ts'),
  ]);
  const app = await createApp(config);
  try {
    checks.push(
      await attempt('record store', async () => {
        const { total } = await app.services.analyses.list(call, { limit: 1, offset: 0 });
        return `embedded, ${total} analyses`;
      }),
      await attempt('model', async () => {
        const bytes = await blankPicture(64, 48);
        await app.services.analyses.analyze(call, { bytes, store: false, only_rules: [], use_cache: false });
        const models = app.services.models(call).filter((m) => m.selected);
        return models
          .map((m) => `${m.name} on ${m.provider}, loaded in ${m.load_ms} ms${notUsed(m.provider_attempts)}`)
          .join('; ');
      }),
    );
  } finally {
    await app.close();
  }
  for (const name of NOT_YET.filter((one) => (process.env[one] ?? '').trim() !== '')) {
    checks.push({ name, state: 'off', detail: 'is set, but no part of this version reads it yet' });
  }
  return checks;
}

/** A check that failed says why no provider could be used, where that is the reason. */
export async function attempt(name: string, run: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await run() };
  } catch (thrown) {
    const error = toAppError(thrown);
    const cause = error.code === 'SYSTEM_003' && error.cause instanceof Error ? `${error.cause.message}. ` : '';
    return {
      name,
      state: 'failed',
      detail: `${error.code}: ${error.message} ${cause}${error.advice}${notUsed(error.details.attempts)}`,
    };
  }
}

/** Providers that were tried and why they were not used; nothing when there were none. */
function notUsed(attempts: unknown): string {
  const tried = (Array.isArray(attempts) ? attempts : []) as { provider: string; error: string }[];
  return tried.length === 0 ? '' : ` (not used: ${tried.map((a) => `${a.provider}: ${a.error}`).join('; ')})`;
}
