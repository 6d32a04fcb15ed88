import type { App, AppOptions } from '../app/create-app.ts';

/** Builds the parts from the environment, runs, and always closes them. */
export async function withApp<T>(
  run: (app: App) => Promise<T>,
  overrides: Record<string, string | undefined> = {},
  options: AppOptions = {},
): Promise<T> {
  const [{ createApp }, { readSettings }] = await Promise.all([
    import('../app/create-app.ts'),
    import('../app/read-settings.ts'),
  ]);
  const { config, secrets } = await readSettings({ ...process.env, ...overrides });
  const app = await createApp(config, secrets, options);
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}
