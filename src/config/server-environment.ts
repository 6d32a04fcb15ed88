import * as z from 'zod';
import { Environment } from '../contract/server.ts';

const Text = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
  })
  .pipe(Environment);

/** What H200_SERVER_ENV holds. */
export const readServerEnvironment = (text: string): Readonly<Record<string, string>> => Text.parse(text);

export const isServerEnvironment = (text: string): boolean => Text.safeParse(text).success;
