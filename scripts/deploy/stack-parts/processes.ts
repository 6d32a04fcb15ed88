import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly name: string;
  readonly pid: number;
  /** When it began, in the kernel's ticks: the same number of a process may mean another one later. */
  readonly began: string;
}

/** They are asked to end and have so long, ms. */
const END_MS = 15_000;

/** Null: there is no such process. */
function beganAt(pid: number): string | null {
  try {
    // After the name, which may hold anything in its brackets, the 20th field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

const lives = ({ pid, began }: Running) => beganAt(pid) === began;
const stateFile = (folder: string) => join(folder, 'running.json');

/** A process that goes on when this one ends; what it says is in FOLDER/NAME.log. */
export function launch(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  { folder, cwd, env }: { folder: string; cwd: string; env?: NodeJS.ProcessEnv },
): Running {
  const log = openSync(join(folder, `${name}.log`), 'a', 0o600);
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', log, log], ...(env && { env }) });
  child.on('error', () => undefined);
  child.unref();
  const pid = child.pid ?? -1;
  const began = beganAt(pid);
  if (began === null) throw new Error(`${name} did not start: ${command}`);
  return { name, pid, began };
}

/** Resolves once it says yes; throws where the process ends or the time is over. */
export async function until(
  one: Running,
  folder: string,
  isReady: () => Promise<boolean>,
  ms = 120_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isReady().catch(() => false))) {
    const gone = !lives(one);
    if (gone || Date.now() > end) {
      const said = readFileSync(join(folder, `${one.name}.log`), 'utf8')
        .trim()
        .split('\n')
        .slice(-5)
        .join('\n');
      throw new Error(`${one.name} ${gone ? 'ended' : `was not ready within ${ms / 1000} s`}: ${said}`);
    }
    await sleep(100);
  }
}

/** The last one first. */
export async function endAll(all: readonly Running[], say: (text: string) => void): Promise<void> {
  for (const one of all.toReversed()) {
    if (lives(one)) process.kill(one.pid, 'SIGTERM');
    const end = Date.now() + END_MS;
    while (lives(one) && Date.now() < end) await sleep(50);
    if (lives(one)) process.kill(one.pid, 'SIGKILL');
    say(`${one.name} ended`);
  }
}

export function remember(folder: string, all: readonly Running[]): void {
  writeFileSync(stateFile(folder), JSON.stringify(all), { mode: 0o600 });
}

/** Those of them that live. */
export function remembered(folder: string): readonly Running[] {
  try {
    return (JSON.parse(readFileSync(stateFile(folder), 'utf8')) as Running[]).filter(lives);
  } catch {
    return [];
  }
}
