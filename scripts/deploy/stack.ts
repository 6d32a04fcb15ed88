import { writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runHooks } from './stack-parts/hooks.ts';
import { assertOwnFolder, makeOwnFolder, removeOwnFolder } from './stack-parts/own-folder.ts';
import { NotHere } from './stack-parts/packages.ts';
import { startParts } from './stack-parts/parts.ts';
import { portsFrom } from './stack-parts/ports.ts';
import { endAll, type Running, remember, remembered } from './stack-parts/processes.ts';

/**
 * The whole stack on one machine without Docker: Redis and nginx from Debian, the program as a process, or two with a worker.
 *
 *   scripts/deploy/stack up [--workers N] [--offset N] [--folder DIR]    starts it; every port is N higher with --offset
 *   scripts/deploy/stack down [--folder DIR]                             ends it; nothing of it is left but the packages
 *   scripts/deploy/stack status [--folder DIR]
 *
 * Passwords are made at the start (FOLDER/.env). What is executable in scripts/deploy/stack.d is called with "up" at the end of the
 * start and with "down" at the beginning of the end: see stack-parts/hooks.ts. Status 3: this machine cannot have a part of it.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (text: string) => process.stderr.write(`stack: ${text}\n`);

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { workers: { type: 'string' }, offset: { type: 'string' }, folder: { type: 'string' } },
    });
  } catch (thrown) {
    say((thrown as Error).message);
    process.exit(1);
  }
}
const { values, positionals } = read();
const folder = resolve(values.folder ?? join(tmpdir(), `h200-stack-${userInfo().uid}`));
const whole = (text: string | undefined, most: number) => {
  const value = Number(text ?? 0);
  if (!Number.isInteger(value) || value < 0 || value > most) throw new Error(`${text}: must be a number, 0 to ${most}`);
  return value;
};

async function up(): Promise<void> {
  const ports = portsFrom(whole(values.offset, 50_000));
  const workers = whole(values.workers, 64);
  if (remembered(folder).length > 0) throw new Error(`a stack runs already in ${folder}: scripts/deploy/stack down`);
  makeOwnFolder(folder);
  const all: Running[] = [];
  try {
    await startParts({ root, folder, ports, workers, say }, (one) => {
      all.push(one);
      remember(folder, all);
    });
    writeFileSync(join(folder, 'ports.json'), JSON.stringify(ports));
    await runHooks('up', { root, folder, ports, workers, say });
  } catch (thrown) {
    await runHooks('down', { root, folder, ports, workers, say }).catch(() => undefined);
    await endAll(all, say);
    say(`what they wrote is in ${folder}`);
    remember(folder, []);
    throw thrown;
  }
  say(`dashboard http://localhost:${ports.proxy} (log in as in ${join(folder, '.env')})`);
  say(
    `REST and MCP http://localhost:${ports.api}, MCP ${ports.mcp}, control plane ${ports.controlPlane}, metrics ${ports.metrics}`,
  );
  say('this is for trying: "stack down", or another "stack up", removes its records and photos with the folder');
}

async function down(): Promise<void> {
  assertOwnFolder(folder);
  const all = remembered(folder);
  await runHooks('down', { root, folder, ports: portsFrom(0), workers: 0, say });
  await endAll(all, say);
  removeOwnFolder(folder);
}

function status(): void {
  const all = remembered(folder);
  for (const { name, pid } of all) console.log(`${name} ${pid}`);
  if (all.length === 0) {
    say(`nothing runs in ${folder}`);
    process.exitCode = 1;
  }
}

const COMMANDS: Readonly<Record<string, () => Promise<void> | void>> = { up, down, status };
try {
  const [name = '', ...more] = positionals;
  const command = more.length === 0 ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new Error('usage: stack up [--workers N] [--offset N] | down | status, each with [--folder DIR]');
  await command();
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = thrown instanceof NotHere ? 3 : 1;
}
