import { basename } from 'node:path';

/** How a client starts the server. */
export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables for an entry that does not set them itself. */
  readonly defaults: Readonly<Record<string, string>>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The program's file, or the package's name with a version. */
const PROGRAM = /^h200-mug(?:\.js|\.cmd|-positioning(?:@[\w.-]+)?)?$/;

/** Whether an entry under our name starts this program, wherever it lies. */
export function isOurs(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { command, args } = value;
  const words = [command, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === 'string');
  return words.some((word) => PROGRAM.test(basename(word.replaceAll('\\', '/'))));
}

/** The entry as it should stand: what else somebody wrote into it, variables above all, stays. */
export function mergedEntry(before: unknown, fields: Readonly<Record<string, string>>, ours: ServerEntry) {
  const kept = isObject(before) ? before : {};
  const env = { ...ours.defaults, ...(isObject(kept.env) ? kept.env : {}), ...ours.env };
  const merged = { ...kept, ...fields, command: ours.command, args: [...ours.args] };
  return Object.keys(env).length > 0 ? { ...merged, env } : merged;
}
