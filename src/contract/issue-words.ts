import type * as z from 'zod';

/** What a field is to be, in words that name no library: "must be a number, not a string", "must not be empty". */
export function issueWords(issue: z.core.$ZodIssue): string {
  // A schema's own message is said as it is.
  if (!LIBRARY_WORDS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type': {
      const received = /received (.+)$/.exec(issue.message)?.[1];
      if (received === 'undefined') return 'is missing';
      return `must be ${kind(issue.expected)}${received === undefined ? '' : `, not ${kind(received)}`}`;
    }
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most');
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return (
        FORMATS[issue.format] ?? `is not written as ${issue.format === 'regex' ? 'it must be' : issue.format} asks`
      );
    case 'invalid_union':
      return 'fits none of the allowed forms';
    default:
      return 'is not valid';
  }
}

const LIBRARY_WORDS = /^(Invalid|Too small|Too big|Unrecognized)/;

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be a time such as 2026-11-28T12:00:00Z',
  email: 'must be an e-mail address',
  url: 'must be a URL',
  regex: 'is not written as it must be',
};

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'text',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  nan: 'a number that is none (NaN)',
  NaN: 'a number that is none (NaN)',
};

const kind = (name: string): string => KINDS[name] ?? (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);

function bound(origin: string, limit: number, how: string): string {
  const things = origin === 'string' ? 'character' : origin === 'array' || origin === 'set' ? 'item' : null;
  if (things === null) return `must be ${how} ${limit}`;
  if (limit === 1 && how === 'at least') return 'must not be empty';
  return `must have ${how} ${limit} ${things}${limit === 1 ? '' : 's'}`;
}
