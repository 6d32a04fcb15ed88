import * as z from 'zod';

/**
 * A schema that also takes other spellings of the same thing: `read` turns them into the one that is advertised, and
 * hands back untouched what it does not know.
 */
export function spelled<S extends z.ZodType>(
  schema: S,
  read: (given: unknown) => unknown,
): z.ZodType<z.output<S>, z.input<S>> {
  return z.preprocess(read, schema) as unknown as z.ZodType<z.output<S>, z.input<S>>;
}
