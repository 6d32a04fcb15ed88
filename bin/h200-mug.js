#!/usr/bin/env node
import { existsSync, mkdirSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

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
// See src/keep-wasm-code.ts; here because compiled code is kept for the same flags only.
if (process.versions.v8.startsWith('13.')) setFlagsFromString('--no-wasm-code-gc');
// Compiled code is kept for the next start, in the user's own cache folder: a start takes about half the time then.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'h200-mug');
if (canHave(cache)) {
  module.enableCompileCache?.(cache);
  // For threads, which begin without one and look here.
  if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined) process.env.NODE_COMPILE_CACHE ??= cache;
}
const { run } = await import(main.href).catch(notWhole);
process.exitCode = await run(process.argv.slice(2));

// Node makes folders above by itself, and never ends where one exists and what is made in it "does not exist", as in /proc (24.21).
function canHave(folder) {
  if (existsSync(folder)) return true;
  if (!canHave(dirname(folder))) return false;
  try {
    mkdirSync(folder);
  } catch {
    return existsSync(folder);
  }
  return true;
}

// A disk that was full while it was written, or a copy that was broken off.
function notWhole(thrown) {
  const isPart =
    thrown instanceof SyntaxError || /^ERR_(MODULE_NOT_FOUND|PACKAGE_PATH|UNKNOWN_FILE)/.test(thrown?.code);
  if (!isPart) throw thrown;
  const why = String(thrown.message).split('\n', 1)[0];
  process.stderr.write(
    `A part of h200-mug is damaged or missing (${why}). Install it again; in a clone: "npm ci", then "npm run build".\n`,
  );
  process.exit(1);
}
