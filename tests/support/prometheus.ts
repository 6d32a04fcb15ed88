import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const named = process.env.TEST_PROMETHEUS?.trim() || null;
const folders = [...(named === null ? [] : [named]), ...(process.env.PATH ?? '').split(delimiter)];
const found = (...names: string[]) =>
  folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));

export interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
}

/**
 * Prometheus and Alertmanager, from TEST_PROMETHEUS (`npm run services`) or PATH; null where one is missing: the tests that
 * need them are skipped, and say so; REQUIRE_SERVICES=1 makes that a failure.
 */
export const PROMETHEUS: Programs | null = programs();

function programs(): Programs | null {
  const prometheus = found('prometheus');
  const promtool = found('promtool');
  const alertmanager = found('prometheus-alertmanager', 'alertmanager');
  const amtool = found('amtool');
  if (prometheus && promtool && alertmanager && amtool) return { prometheus, promtool, alertmanager, amtool };
  const text = 'TEST_PROMETHEUS is unset: THE TESTS WITH PROMETHEUS ARE SKIPPED (npm run services fetches it)';
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${text}`);
  process.stderr.write(`\n${text}\n`);
  return null;
}

/** What it wrote, both streams; fails with that where it fails. */
export async function runTool(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout, stderr } = await run(program, [...args], { maxBuffer: 2 ** 24, ...(env && { env }) });
    return `${stdout}${stderr}`;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause });
  }
}
