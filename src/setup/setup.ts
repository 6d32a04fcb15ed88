import { existsSync } from 'node:fs';
import { CLIENT_NAMES, type ClientName, clientOf, type Place, type Scope, type Spot } from './clients.ts';
import { readConfigFile, textOf, writeConfigFile } from './config-file.ts';
import { UnfitText, valueIn, withoutValue, withValue } from './config-text.ts';
import { isOurs, mergedEntry, type ServerEntry } from './entry.ts';

export interface Asked {
  readonly client: ClientName;
  readonly scope: Scope;
  readonly name: string;
  readonly place: Place;
  /** Null: take it away. */
  readonly entry: ServerEntry | null;
  /** Nothing is written. */
  readonly dryRun: boolean;
  readonly now: () => Date;
}

export interface SetUp {
  readonly file: string;
  readonly change: 'added' | 'updated' | 'removed' | 'none';
  /** The entry within the objects that hold it, as it stands in the file; null when it was taken away. */
  readonly shown: unknown;
  readonly backup: string | null;
}

/** The client has no such place. */
export class UnknownScope extends Error {
  override readonly name = 'UnknownScope';
}

export function spotOf(client: ClientName, scope: Scope, place: Place): Spot {
  const { spots, title } = clientOf(client);
  const spot = spots[scope];
  if (!spot) throw new UnknownScope(`${title} knows ${Object.keys(spots).join(', ')} and no ${scope}`);
  return spot(place);
}

/** Writes the server into a client's settings, or takes it out. Throws UnfitText, and then nothing was changed. */
export async function setUp(asked: Asked): Promise<SetUp> {
  const { client, scope, name, place, entry, dryRun } = asked;
  const { comments, fields } = clientOf(client);
  const { file, keys } = spotOf(client, scope, place);
  const found = await readConfigFile(file, scope === 'project' ? place.project : undefined);
  const text = textOf(found);
  const where = { keys, name, comments };
  const before = valueIn(text, where);
  if (before !== undefined && !isOurs(before))
    throw new UnfitText(`its ${JSON.stringify(name)} is another server; give --name for this one`);
  const value = entry && mergedEntry(before, fields, entry);
  const after = value ? withValue(text, where, value) : withoutValue(text, where);
  const shown = value && [...keys, name].reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const write = after.change !== 'none' && !dryRun;
  const backup = write ? await writeConfigFile(found, after.text, asked.now()) : null;
  return { file: found.path, change: after.change, shown, backup };
}

export interface FoundClient {
  readonly client: ClientName;
  readonly title: string;
  readonly found: boolean;
  /** Where this program is set up. */
  readonly scopes: readonly Scope[];
  /** Settings that cannot be read, and why. */
  readonly problems: readonly string[];
}

/** Which clients this person has, and which of them know this program under the name. */
export async function findClients(place: Place, name: string): Promise<FoundClient[]> {
  return Promise.all(CLIENT_NAMES.map((client) => look(client, place, name)));
}

async function look(client: ClientName, place: Place, name: string): Promise<FoundClient> {
  const { title, spots, traces, comments } = clientOf(client);
  const scopes: Scope[] = [];
  const problems: string[] = [];
  for (const scope of Object.keys(spots) as Scope[]) {
    const { file, keys } = spotOf(client, scope, place);
    try {
      const text = textOf(await readConfigFile(file, scope === 'project' ? place.project : undefined));
      if (isOurs(valueIn(text, { keys, name, comments }))) scopes.push(scope);
    } catch (cause) {
      if (!(cause instanceof UnfitText)) throw cause;
      problems.push(`${file}: ${cause.message}`);
    }
  }
  const found = traces(place).some((path) => existsSync(path));
  return { client, title, found, scopes, problems: [...new Set(problems)] };
}
