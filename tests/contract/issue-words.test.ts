import { expect, it } from 'vitest';
import * as z from 'zod';
import { issueWords } from '../../src/contract/issue-words.ts';

const words = (schema: z.ZodType, value: unknown) =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) => issueWords(issue));

it.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, 'is missing'],
  [z.string(), 5, 'must be text, not a number'],
  [z.number(), 'x', 'must be a number, not text'],
  [z.number(), Number.NaN, 'must be a number, not a number that is none (NaN)'],
  [z.int(), 1.5, 'must be a whole number, not a number'],
  [z.boolean(), null, 'must be true or false, not null'],
  [z.array(z.string()), 'a', 'must be a list, not text'],
  [z.object({}), [], 'must be an object, not a list'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().max(3), 'abcd', 'must have at most 3 characters'],
  [z.array(z.number()).min(3), [1], 'must have at least 3 items'],
  [z.array(z.number()).max(1), [1, 2], 'must have at most 1 item'],
  [z.number().min(2), 1, 'must be at least 2'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.number().lt(3), 3, 'must be less than 3'],
  [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal(1), 2, 'must be 1'],
  [z.iso.datetime(), 'yesterday', 'must be a time such as 2026-11-28T12:00:00Z'],
  [z.string().regex(/^a$/), 'b', 'is not written as it must be'],
  [z.string().regex(/^a$/, 'must be the letter a'), 'b', 'must be the letter a'],
  [z.union([z.string(), z.number()]), null, 'fits none of the allowed forms'],
])('case %#: %j is refused in plain words', (schema, value, expected) => {
  expect(words(schema, value)).toEqual([expected]);
});
