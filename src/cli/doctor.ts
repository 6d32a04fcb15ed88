import { Command } from 'commander';
import type { NotedLine } from '../access/accounts/audit.ts';
import type { Config } from '../config/config.ts';
import { oneLine, printableJson } from '../plain-text.ts';
import { call } from './caller.ts';
import { attempt, type Check, failure, notUsed } from './check.ts';
import { examineAudit, notedLine } from './examine-audit.ts';
import { print } from './terminal.ts';

/** Who looks deletes nothing. */
const NOTHING_GOES = {
  H200_RETENTION_DAYS: undefined,
  H200_RETENTION_AUDIT_DAYS: undefined,
  H200_RETENTION_FEEDBACK_DAYS: undefined,
  H200_RETENTION_MESSAGES_DAYS: undefined,
  H200_RETENTION_SERIES_DAYS: undefined,
  H200_RETENTION_TASKS_DAYS: undefined,
  H200_RETENTION_COSTS_DAYS: undefined,
} as const;

/** A model may be compiled for the device first. */
const MODEL_MS = 120_000;

export const doctorCommand = (done: (status: number) => void) =>
  new Command('doctor')
    .description('checks every part and says what is off and how to put it right')
    .option('--json', 'one JSON document on stdout')
    .option(
      '--noted <line>',
      'a line of the audit log as an earlier run named it: whether it is still there',
      notedLine,
    )
    .action(async (options: { json?: boolean; noted?: NotedLine }) => {
      const env = { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'error' };
      const { checkReferences } = await import('./check-secrets.ts');
      const secrets = await checkReferences(env);
      const checks = secrets.some((c) => c.state === 'failed')
        ? secrets
        : [...secrets, ...(await examineAll(env, options.noted ?? null))];
      const text = checks.map((c) => oneLine(`${c.state.padEnd(6)}  ${c.name.padEnd(16)} ${c.detail}`)).join('\n');
      print(options.json ? `${printableJson(checks, 2)}\n` : `${text}\n`);
      if (checks.some((c) => c.state === 'failed')) done(1);
    });

async function examineAll(env: NodeJS.ProcessEnv, noted: NotedLine | null): Promise<Check[]> {
  const { readConfig } = await import('../app/read-settings.ts');
  return examine(await readConfig(env), noted);
}

async function examine(config: Config, noted: NotedLine | null): Promise<Check[]> {
  const { checkNamedModel, checkSettings, DATA_FOLDER } = await import('./settings.ts');
  const set = (name: string) => (process.env[name] ?? '').trim() !== '';
  const checks: Check[] = [{ name: 'node', state: 'ok', detail: `${process.versions.node} at ${process.execPath}` }];
  const { checkCertificate } = await import('./check-certificate.ts');
  const steps = [
    () => checkCertificate(config),
    () => checkSettings(config, set, process.cwd()),
    () => checkNamedModel(config),
    () => examineQuietParts(config),
    () => examineParts(config, noted),
  ];
  for (const step of steps) {
    try {
      checks.push(...(await step()));
    } catch (thrown) {
      checks.push({ name: 'start', state: 'failed', detail: failure(thrown) });
    }
    if (checks.some((c) => c.state === 'failed' && (c.name === 'start' || c.name === DATA_FOLDER))) break;
  }
  return checks;
}

/** Of what was tried besides, the trial says more. */
async function examineQuietParts(config: Config): Promise<Check[]> {
  const [{ quietParts }, { examineOutside }] = await Promise.all([
    import('../app/quiet-parts.ts'),
    import('./examine-outside.ts'),
  ]);
  const [seen, tried] = await Promise.all([quietParts(config), examineOutside(config)]);
  const isTried = ({ name }: Check) =>
    tried.some((one) => one.name === name || (name === 'peers' && one.name.startsWith('peer ')));
  return [...seen.filter((one) => !isTried(one)), ...tried];
}

async function examineParts(config: Config, noted: NotedLine | null): Promise<Check[]> {
  const [
    { createApp },
    { examineBackups },
    { examineCache },
    { examineCameras },
    { examineFleet },
    { examineQueue },
    { examineServer },
    { examineStore },
    { examineMessages },
    { blankImage },
  ] = await Promise.all([
    import('../app/create-app.ts'),
    import('./examine-backups.ts'),
    import('./examine-cache.ts'),
    import('./examine-cameras.ts'),
    import('./examine-fleet.ts'),
    import('./examine-queue.ts'),
    import('./examine-server.ts'),
    import('./examine-store.ts'),
    import('./examine-messages.ts'),
    import('../annotate/blank.ts'),
  ]);
  // Who looks deletes nothing and sends nothing: a retention that was set by mistake is seen here first.
  const app = await createApp({ ...config, ...NOTHING_GOES }, undefined, {
    delivery: 'never',
    queue: 'look',
  });
  try {
    const stored = await examineStore(app, config);
    const others = [
      await examineAudit(app, noted),
      await examineCache(app, config.H200_QUEUE !== undefined),
      await examineQueue(app),
      ...(await examineMessages(app)),
      await examineFleet(app.services),
      ...(await examineCameras(app, config)),
      await examineBackups(config),
    ];
    const model = await attempt(
      'model',
      async () => {
        const bytes = await blankImage(64, 48);
        await app.services.analyses.analyze(call, { bytes, store: false, only_rules: [], use_cache: false });
        const models = app.services.models(call).filter((m) => m.selected);
        return models
          .map((m) => `${m.name} on ${m.provider}, loaded in ${m.load_ms} ms${notUsed(m.provider_attempts)}`)
          .join('; ');
      },
      MODEL_MS,
    );
    const server = examineServer(
      config,
      app.services.models(call).filter((m) => m.selected),
    );
    return [...stored, ...others, model, ...(server.state === 'off' ? [] : [server])];
  } finally {
    await app.close();
  }
}
