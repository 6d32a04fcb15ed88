import type { App } from '../app/create-app.ts';
import { withApp } from './with-app.ts';

/** `withApp` of commands that say in words what went wrong: no log lines amid them, unless LOG_LEVEL asks for some. */
export const withFleet = <T>(run: (app: App) => Promise<T>): Promise<T> =>
  withApp(run, process.env.LOG_LEVEL?.trim() ? {} : { LOG_LEVEL: 'error' });
