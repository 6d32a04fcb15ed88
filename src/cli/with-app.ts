import { type App, createApp } from '../app.ts';
import { loadConfig } from '../config.ts';

/** Builds the parts from the environment, runs, and always closes them. */
export async function withApp<T>(
  run: (app: App) => Promise<T>,
  overrides: Record<string, string | undefined> = {},
): Promise<T> {
  const app = createApp(loadConfig({ ...process.env, ...overrides }));
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}
