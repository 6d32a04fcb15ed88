import type { Command } from 'commander';
import { COMMANDS } from '../../src/cli/commands.ts';
import { VARIABLES } from '../../src/config/config.ts';
import { RUNPOD_WORKER } from '../../src/config/runpod-worker.ts';

/** What is wrong with the arguments of the program; null: nothing. */
export async function wrongArguments([name = '', ...rest]: readonly string[]): Promise<string | null> {
  const load = COMMANDS[name];
  if (load === undefined) return `no command ${name}`;
  const command: Command = (await load())(() => {});
  const known = command.options.map(({ long }) => long);
  const unknown = rest.filter((word) => word.startsWith('--') && !known.includes(word));
  return unknown.length === 0 ? null : `${name} has no ${unknown.join(', ')}`;
}

/** Read by Node.js or by the launcher, not by our configuration. */
const OTHERS = ['NODE_ENV', 'HOME', 'XDG_CACHE_HOME'];

/** Names that no part of the program reads. */
export const unknownVariables = (names: readonly string[]): string[] =>
  names.filter((name) => !(name in VARIABLES) && !(name in RUNPOD_WORKER) && !OTHERS.includes(name));
