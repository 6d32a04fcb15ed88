import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Argument, Command, Option } from 'commander';
import { printableJson } from '../plain-text.ts';
import { CLIENT_NAMES, type ClientName, clientOf, type Place, SCOPES, type Scope } from '../setup/clients.ts';
import { UnfitText } from '../setup/config-text.ts';
import type { ServerEntry } from '../setup/entry.ts';
import { hasRoots, picturesFolder, rootsOf, unfitFolder } from '../setup/photo-folders.ts';
import { findClients, type SetUp, setUp, spotOf, UnknownScope } from '../setup/setup.ts';
import { PACKAGE_ROOT } from '../version.ts';
import { print, tellLine } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  scope: Scope;
  name: string;
  photos: string[];
  dryRun?: boolean;
  remove?: boolean;
  offline?: boolean;
  json?: boolean;
}

export const setupCommand = (done: (status: number) => void) =>
  new Command('setup')
    .description('writes this server into the settings of an MCP client; without a client: which ones are here')
    .addArgument(new Argument('[client]', 'whose settings').choices(CLIENT_NAMES))
    .addOption(new Option('--scope <scope>', 'for you, or for this folder').choices(SCOPES).default('user'))
    .option('--photos <folder>', 'a folder whose photos it may read (default: Pictures); again for more', collect, [])
    .option('--name <name>', 'what the client calls it', 'h200-mug')
    .option('--dry-run', 'show what would be written')
    .option('--remove', 'take it out again')
    .option('--offline', 'fetch no stronger model')
    .option('--json', 'one JSON document on stdout')
    .action(async (client: ClientName | undefined, options: Options) => {
      if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(options.name))
        throw new UsageError('setup', ['--name: at most 64 letters, digits, "-" and "_"']);
      const place: Place = {
        platform: process.platform,
        home: homedir(),
        env: process.env,
        project: process.cwd(),
        namesIn,
      };
      done(client === undefined ? await list(place, options) : await change(client, place, options));
    });

const collect = (value: string, before: string[]): string[] => [...before, value];

async function change(client: ClientName, place: Place, options: Options): Promise<number> {
  const { scope, name, dryRun = false, remove = false, json = false } = options;
  const { title, hint } = clientOf(client);
  try {
    const { file } = spotOf(client, scope, place);
    const entry = remove ? null : serverEntry(options.photos, place);
    const result = await setUp({ client, scope, name, place, entry, dryRun, now: () => new Date() }).catch((cause) => {
      if (!(cause instanceof UnfitText)) throw cause;
      tellLine(`${file} is left as it is: ${cause.message}.`);
    });
    if (!result) return 2;
    print(json ? `${printableJson({ client, scope, dry_run: dryRun, ...result }, 2)}\n` : told(title, result, dryRun));
    if (!remove && !hasRoots(result.shown))
      tellLine('No photo may be read: there is no folder for pictures here. Run it again with --photos FOLDER.');
    if (dryRun || remove) return 0;
    if (result.change !== 'none') tellLine(hint);
  } catch (cause) {
    if (!(cause instanceof UnknownScope)) throw cause;
    throw new UsageError('setup', [`--scope: ${cause.message}`]);
  }
  await offer(options.offline ?? false);
  return 0;
}

function told(title: string, { change, file, backup, shown }: SetUp, dryRun: boolean): string {
  const would = dryRun ? 'would be ' : '';
  const lines = {
    added: `${title}: ${would}added to ${file}`,
    updated: `${title}: ${would}updated in ${file}`,
    removed: `${title}: ${would}removed from ${file}`,
    none: shown === null ? `${title}: not in ${file}` : `${title}: already in ${file}`,
  };
  const more = [
    ...(backup === null ? [] : [`What was there: ${backup}`]),
    ...(dryRun && shown !== null ? [printableJson(shown, 2)] : []),
  ];
  return [lines[change], ...more, ''].join('\n');
}

/** By full paths: a client that was not started from a terminal may know no `node`, or an older one. */
function serverEntry(photos: readonly string[], place: Place): ServerEntry {
  const wrong = unfitFolder(photos);
  if (wrong !== null) throw new UsageError('setup', [`--photos: ${wrong}`]);
  const pictures = picturesFolder(place);
  return {
    command: process.execPath,
    args: [fileURLToPath(new URL('bin/h200-mug.js', PACKAGE_ROOT))],
    env: photos.length > 0 ? rootsOf(photos) : {},
    defaults: pictures === null ? {} : rootsOf([pictures]),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function offer(offline: boolean): Promise<void> {
  const [{ readVariables }, { VISION }, { endAnyway, offerModel }] = await Promise.all([
    import('../config/config.ts'),
    import('../config/vision.ts'),
    import('./offer-model.ts'),
  ]);
  const config = readVariables(VISION, process.env);
  if ((await untilInterrupted((signal) => offerModel(config, { offline, signal }))) === 'no answer') endAnyway();
}

async function list(place: Place, { name, json = false }: Options): Promise<number> {
  const clients = await findClients(place, name);
  if (json) {
    print(`${printableJson(clients, 2)}\n`);
    return 0;
  }
  for (const { client, title, found, scopes, problems } of clients) {
    const state = scopes.length > 0 ? `set up (${scopes.join(', ')})` : found ? 'found' : 'not found';
    print(`${client.padEnd(16)} ${title.padEnd(16)} ${state}\n`);
    for (const problem of problems) tellLine(problem);
  }
  const next = clients.find(({ found, scopes }) => found && scopes.length === 0);
  print(`"h200-mug setup ${next?.client ?? 'CLIENT'}" sets one up; with --dry-run it shows what it would write.\n`);
  return 0;
}
