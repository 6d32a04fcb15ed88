import type { Command } from 'commander';

/** `done` is told the exit status where it is not 0. */
type MakeCommand = (done: (status: number) => void) => Command;

/** Everything that `h200-mug` can be told to do, in the order of its help. Each is loaded when it is asked for. */
export const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  stdio: async () => (await import('./stdio.ts')).stdioCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  serverless: async () => (await import('./serverless.ts')).serverlessCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  analyze: async () => (await import('./analyze.ts')).analyzeCommand,
  analyses: async () => (await import('./analyses.ts')).analysesCommand,
  rules: async () => (await import('./rules.ts')).rulesCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  marker: async () => (await import('./marker.ts')).markerCommand,
  data: async () => (await import('./data.ts')).dataCommand,
  cache: async () => (await import('./cache.ts')).cacheCommand,
  secrets: async () => (await import('./secrets.ts')).secretsCommand,
  users: async () => (await import('./users.ts')).usersCommand,
  notify: async () => (await import('./notify.ts')).notifyCommand,
  deploy: async () => (await import('./deploy.ts')).deployCommand,
  queue: async () => (await import('./queue.ts')).queueCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

/** What it does when nobody says what. */
export const DEFAULT_COMMAND = 'stdio';

/** Those that `args` can be about, with their names: one where it is named, else all. */
export async function commandsFor([first]: readonly string[]): Promise<[name: string, make: MakeCommand][]> {
  const asked = first ?? DEFAULT_COMMAND;
  const names = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS);
  return Promise.all(
    names.map(async (name) => [name, await (COMMANDS[name] as () => Promise<MakeCommand>)()] as [string, MakeCommand]),
  );
}
