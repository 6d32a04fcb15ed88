import { setImmediate as turn } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { commandsFor, DEFAULT_COMMAND } from './cli/commands.ts';
import { OutputError, print, tell, tellLine, watchOutput } from './cli/terminal.ts';
import { UsageError } from './cli/usage-error.ts';
import { ConfigError } from './config/config-error.ts';
import { AppError } from './errors.ts';
import { ListenError } from './gateway/http/listen.ts';
import { surviveStderr } from './telemetry/stderr.ts';
import { VERSION } from './version.ts';

export const EXIT = { done: 0, failed: 1, badInput: 2 } as const;

/** The command line. Resolves with the exit status: 0 done, 1 failed, 2 bad input. */
export async function run(args: readonly string[]): Promise<number> {
  surviveStderr();
  const failure = watchOutput();
  const status = await runCommand(args);
  // What was written last fails in the turn that follows.
  await turn();
  const error = failure();
  // A reader that has gone has what it wanted.
  if (error === undefined || error.code === 'EPIPE') return status;
  tellLine(`h200-mug: ${error.message}`);
  return EXIT.failed;
}

async function runCommand(args: readonly string[]): Promise<number> {
  let status: number = EXIT.done;
  const program = new Command('h200-mug')
    .description('Measures a desk photo in millimetres, checks positioning rules and proposes verified moves.')
    .version(VERSION)
    .enablePositionalOptions()
    .showHelpAfterError('(h200-mug --help shows what is possible)');
  const done = (code: number) => {
    status = code;
  };
  for (const [name, make] of await commandsFor(args))
    program.addCommand(make(done), { isDefault: name === DEFAULT_COMMAND });
  tame(program);
  try {
    refuseUnknownCommand(program, args);
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return report(error);
  }
}

/** commander names no known ones, and gives the default command an unknown name as an argument. */
function refuseUnknownCommand(command: Command, [name, ...rest]: readonly string[]): void {
  if (name === undefined || name.startsWith('-') || name === 'help' || command.commands.length === 0) return;
  const child = command.commands.find((one) => one.name() === name);
  if (child !== undefined) {
    refuseUnknownCommand(child, rest);
    return;
  }
  const words = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  if (words.includes(name)) return;
  const known = [...words, ...command.commands.map((one) => one.name())].join(', ');
  command.error(`error: unknown command ${JSON.stringify(name.slice(0, 60))}; known are ${known}`);
}

/** No command ends the process, and what commander says of arguments obeys nothing in them. */
function tame(command: Command): void {
  command.exitOverride();
  command.configureOutput({ writeOut: print, writeErr: tell, outputError: tellLine });
  for (const child of command.commands) tame(child);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof ConfigError || error instanceof UsageError) {
    tell(`${error.message}\n`);
    return EXIT.badInput;
  }
  if (error instanceof OutputError) return EXIT.done;
  if (error instanceof ListenError) {
    tellLine(error.message);
    return EXIT.failed;
  }
  if (error instanceof AppError) {
    tellLine(`${error.code}: ${error.message}`);
    tellLine(error.advice);
    return error.http >= 500 ? EXIT.failed : EXIT.badInput;
  }
  tell(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failed;
}
