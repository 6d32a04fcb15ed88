import { AppError } from '../../../errors.ts';
import { renameAliases } from '../../lenient/aliases.ts';
import { fitField } from '../../lenient/fit-to.ts';
import { invalidArguments } from './invalid-arguments.ts';
import type { Tool } from './tool.ts';

/** Lists, objects and what is in them, all together: more would hold up the server before any limit is looked at. */
const MAX_ARGUMENT_VALUES = 20_000;

/** The arguments of a call as the tool takes them: what can mean one thing only is put right, the rest is refused. */
export function readArguments({ input, aliases = {} }: Pick<Tool, 'input' | 'aliases'>, given: unknown): unknown {
  const fitted = (name: string, value: unknown) =>
    Object.hasOwn(input.shape, name) ? fitField(value, input.shape[name]!) : value;
  if (holdsMoreThan(given, MAX_ARGUMENT_VALUES)) throw tooMany();
  const checked = input.safeParse(renameAliases(given ?? {}, aliases, fitted));
  if (checked.success) return checked.data;
  throw invalidArguments(checked.error, input);
}

function tooMany(): AppError {
  return new AppError('VALIDATION_002', {
    message: `The arguments hold more than ${MAX_ARGUMENT_VALUES} values.`,
    advice: 'Send fewer detections, zones or rules in one call.',
    details: { max_values: MAX_ARGUMENT_VALUES },
  });
}

function holdsMoreThan(given: unknown, most: number): boolean {
  const waiting = [given];
  for (let seen = 0; waiting.length > 0; seen += 1) {
    const value = waiting.pop();
    const inner = value !== null && typeof value === 'object' ? Object.values(value) : [];
    if (seen + waiting.length + inner.length >= most) return true;
    for (const one of inner) waiting.push(one);
  }
  return false;
}
