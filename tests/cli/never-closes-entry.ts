import { registerHooks } from 'node:module';

/** The program over an app that never closes. */
const app = new URL('./app-that-never-closes.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => next(specifier.endsWith('/app/create-app.ts') ? app : specifier, context),
});
const { run } = await import('../../src/main.ts');
process.exitCode = await run(process.argv.slice(2));
