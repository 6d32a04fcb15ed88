import type * as z from 'zod';
import { AppError } from '../../errors.ts';
import { type Aliases, renameAliases } from './aliases.ts';
import { fitField } from './fit-to.ts';
import { invalidArguments } from './invalid-arguments.ts';

/** Lists, objects and what is in them, all together: more would hold up the server before any limit is looked at. */
const MAX_ARGUMENT_VALUES = 20_000;

/** What a call takes, and under which other names. */
export interface Accepted<I extends z.ZodObject> {
  readonly input: I;
  readonly aliases?: Aliases;
}

/** The arguments of a call as it takes them: what can mean one thing only is put right, the rest is refused. */
export function readArguments<I extends z.ZodObject>(
  { input, aliases = {} }: Accepted<I>,
  given: unknown,
): z.output<I> {
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
