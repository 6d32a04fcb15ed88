import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ports, workerMetrics } from './ports.ts';
import type { Stack } from './stack.ts';

/** A hook that does not end is stopped, ms. */
const HOOK_MS = 120_000;

/**
 * Calls what is executable in scripts/deploy/stack.d, by name, backwards for "down", with STACK_FOLDER (what it writes belongs there
 * and goes at the end), STACK_ROOT, one STACK_PORT_… for each port and
 * STACK_WORKER_METRICS with those of the workers' metrics. A hook starts its own processes and ends them at "down",
 * also where only some of them came up. One that fails at "up" ends the start.
 */
export async function runHooks(what: 'up' | 'down', { root, folder, ports, workers, say }: Stack): Promise<void> {
  const hooks = join(root, 'scripts/deploy/stack.d');
  if (!existsSync(hooks) || !existsSync(folder)) return;
  const known = join(folder, 'ports.json');
  const used = existsSync(known) ? (JSON.parse(readFileSync(known, 'utf8')) as Ports) : ports;
  const named = Object.entries(used).map(([name, port]) => [`STACK_PORT_${name.toUpperCase()}`, `${port}`]);
  const env = {
    ...process.env,
    STACK_FOLDER: folder,
    STACK_ROOT: root,
    STACK_WORKER_METRICS: Array.from({ length: workers }, (_, i) => workerMetrics(used, i + 1)).join(),
    ...Object.fromEntries(named),
  };
  const names = readdirSync(hooks).filter((name) => isExecutable(join(hooks, name)));
  for (const name of what === 'up' ? names.sort() : names.sort().reverse()) {
    try {
      execFileSync(join(hooks, name), [what], { env, cwd: folder, stdio: ['ignore', 2, 2], timeout: HOOK_MS });
    } catch (thrown) {
      if (what === 'up') throw thrown;
      say(`${name} did not end well: ${(thrown as Error).message}`);
    }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
