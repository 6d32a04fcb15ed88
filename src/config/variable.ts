import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, parse, resolve, sep } from 'node:path';
import envPaths from 'env-paths';
import * as z from 'zod';

/** One environment variable: how it is read, and what it means. `docs/configuration.md` is generated from these. */
export interface Variable<T extends z.ZodType> {
  readonly schema: T;
  readonly description: string;
  readonly group: string;
  /** The default in words, for the docs. */
  readonly defaultText: string;
  readonly secret: boolean;
}

export const paths = envPaths('h200-mug', { suffix: '' });

export const boolean = z
  .enum(['true', 'false', '1', '0', 'yes', 'no'])
  .transform((v) => ['true', '1', 'yes'].includes(v));
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
export const folder = z.string().transform((v) => resolve(v));
/** Of one file. */
export const path = folder;
export const folders = z.string().transform((v) =>
  v
    .split(delimiter)
    .filter((part) => part !== '')
    .map((part) => resolve(/^~(?=$|[/\\])/.test(part) ? join(homedir(), part.slice(1)) : part)),
);
/**
 * The working directory, where a person chose it. Desktop apps and service managers start their servers in the root of the disk
 * or in a home folder: that must not open all of it.
 */
export const workingFolder = () => {
  const current = process.cwd();
  return holdsAHome(current) ? [] : [current];
};
/** The root of a disk, the home folder of this user, and what lies above it. */
export function holdsAHome(folder: string): boolean {
  if (parse(folder).root === folder) return true;
  const homes = [homedir(), real(homedir())];
  return homes.some((home) => home === folder || home.startsWith(folder + sep));
}
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
/** Texts separated by commas. */
export const list = z.string().transform((v) =>
  v
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
export const url = (...schemes: string[]) =>
  z
    .url({ abort: true })
    .refine((v) => schemes.includes(new URL(v).protocol.slice(0, -1)), `must start with ${schemes.join(':// or ')}://`);
/** Several hosts in one address are no URL that others know. */
export const mongoAddress = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/\S+$/i, 'must start with mongodb:// or mongodb+srv://');
/** Of a server: a key in it would be shown wherever the address is. */
export const serverAddress = url('https', 'http')
  .refine((v) => new URL(v).username === '' && new URL(v).password === '', 'must have no user and no password in it')
  .refine((v) => new URL(v).search === '' && new URL(v).hash === '', 'must end with the host, the port or a path');
export function variable<T extends z.ZodType>(
  group: string,
  schema: T,
  defaultText: string,
  description: string,
  options: { secret?: boolean } = {},
): Variable<T> {
  return { schema, description, group, defaultText, secret: options.secret ?? false };
}
