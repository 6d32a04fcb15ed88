import type { App } from '../app/create-app.ts';

/** Builds the parts from the environment, runs, and always closes them. */
export async function withApp<T>(
  run: (app: App) => Promise<T>,
  overrides: Record<string, string | undefined> = {},
): Promise<T> {
  const [{ createApp }, { loadConfig }] = await Promise.all([
    import('../app/create-app.ts'),
    import('../config/config.ts'),
  ]);
  const app = await createApp(loadConfig({ ...process.env, ...overrides }));
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}
