import { renameAliases } from '../../lenient/aliases.ts';
import { fitField } from '../../lenient/fit-to.ts';
import { invalidArguments } from './invalid-arguments.ts';
import type { Tool } from './tool.ts';

/** The arguments of a call as the tool takes them: what can mean one thing only is put right, the rest is refused. */
export function readArguments({ input, aliases = {} }: Pick<Tool, 'input' | 'aliases'>, given: unknown): unknown {
  const fitted = (name: string, value: unknown) =>
    Object.hasOwn(input.shape, name) ? fitField(value, input.shape[name]!) : value;
  const checked = input.safeParse(renameAliases(given ?? {}, aliases, fitted));
  if (checked.success) return checked.data;
  throw invalidArguments(checked.error, input);
}
