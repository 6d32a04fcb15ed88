import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../errors.ts';
import { plainText } from '../../plain-text.ts';

/** Another name of an argument: the real one, or that with how its values are read (undefined: as if absent). */
export type Alias = string | { readonly name: string; readonly read: (value: unknown) => unknown };
export type Aliases = Readonly<Record<string, Alias>>;

interface Given {
  readonly name: string;
  readonly value: unknown;
}

/**
 * The arguments under their real names. Two names of one argument may both be given where they agree once `fitted`;
 * VALIDATION_002 with both where they do not.
 */
export function renameAliases(
  args: unknown,
  aliases: Aliases,
  fitted: (name: string, value: unknown) => unknown = (_, value) => value,
): unknown {
  if (args === null || typeof args !== 'object' || Array.isArray(args)) return args;
  const given = new Map<string, Given>();
  for (const [name, sent] of Object.entries(args)) {
    const alias = Object.hasOwn(aliases, name) ? aliases[name]! : name;
    const { name: real, read } = typeof alias === 'string' ? { name: alias, read: (v: unknown) => v } : alias;
    const value = read(fitted(real, sent));
    if (value === undefined || (value === null && (name !== real || given.has(real)))) continue;
    const before = given.get(real);
    if (before !== undefined && before.value !== null && !isDeepStrictEqual(before.value, value)) {
      throw contradiction(real, before, { name, value });
    }
    given.set(real, { name, value });
  }
  return Object.fromEntries([...given].map(([real, { value }]) => [real, value]));
}

function contradiction(real: string, first: Given, second: Given): AppError {
  const fields = [first.name, second.name];
  const said = [first, second].map(({ name, value }) => `"${name}" says ${shown(value)}`).join(', ');
  return new AppError('VALIDATION_002', {
    message: `Both are the argument "${real}", and they differ: ${said}.`,
    advice: `Give "${real}" alone.`,
    details: { field: real, fields },
  });
}

const shown = (value: unknown) => JSON.stringify(plainText(typeof value === 'string' ? value : JSON.stringify(value)));
