#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Native modules of this package crash on older Node versions, so this file must parse and run on any of them.
const [major, minor] = process.versions.node.split('.').map(Number);
const supported = major > 22 || (major === 22 && minor >= 18);
const main = new URL('../dist/src/main.js', import.meta.url);

if (!supported) {
  const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(bundled) && process.execPath !== bundled) {
    const [{ spawn }, { once }] = await Promise.all([import('node:child_process'), import('node:events')]);
    // The channel ends with this process, also where it is killed: the child must not outlive it.
    const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, H200_MUG_LAUNCHED: '1' },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    const [status] = await once(child, 'exit');
    process.exit(status ?? 1);
  }
  process.stderr.write(
    `h200-mug needs Node 22.18 or newer; this is ${process.versions.node} at ${process.execPath}.\n`,
  );
  process.exit(1);
}
if (process.env.H200_MUG_LAUNCHED === '1' && process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
delete process.env.H200_MUG_LAUNCHED;
// What photos leave in glibc's heap goes back to the system: 534 MB were 420 after the same analyses (docs/performance.md). It is
// read when a process begins, which takes 40 ms once more: for what serves for long, and where nobody said otherwise.
const serves = ['serve', 'worker', 'serverless', 'watch'].includes(process.argv[2] ?? '');
const says = Object.keys(process.env).some((name) => /^(MALLOC_|GLIBC_TUNABLES$|LD_PRELOAD$)/.test(name));
if (serves && !says && process.platform === 'linux' && process.execve && !process.channel && existsSync(main)) {
  const heap = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '131072' };
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...process.env, ...heap });
}
if (!existsSync(main)) {
  process.stderr.write('h200-mug is not built: run "npm run build" in its folder first.\n');
  process.exit(1);
}
// Compiled code is kept for the next start, in the user's own cache folder: a start takes about half the time then.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'h200-mug');
module.enableCompileCache?.(cache);
// For threads, which begin without one and look here.
if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined) process.env.NODE_COMPILE_CACHE ??= cache;
const { run } = await import(main.href);
process.exitCode = await run(process.argv.slice(2));
