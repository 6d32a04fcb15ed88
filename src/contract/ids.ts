import * as z from 'zod';
import { isOneLine, ONE_LINE } from './one-line.ts';

/** 25 MB as base64 in a data URL, with room for its head, line breaks and percent codes. */
const MAX_IMAGE_TEXT = 42_000_000;

const IMAGE_WORDS = 'must be text: a file path, file://, https:// or data: URL, or the id ana_… of an earlier analysis';

export const ImageSource = z
  .string({ error: ({ input }) => (input === undefined ? undefined : IMAGE_WORDS) })
  .min(1)
  .max(MAX_IMAGE_TEXT)
  .describe('file path, file://, https:// or data: URL, or the id ana_… of an earlier analysis');

export const AnalysisId = z
  .string()
  .regex(/^ana_[A-Za-z0-9_-]{1,60}$/, 'must look like ana_…')
  .describe('ana_…');
export const RuleId = z
  .string()
  .regex(/^rule_[A-Za-z0-9_-]{1,40}$/, 'must look like rule_…')
  .describe('rule_…');
export const CalibrationId = z.string().min(1).max(64);
export const Context = z
  .string()
  .min(1)
  .max(64)
  .refine(isOneLine, ONE_LINE)
  .describe('office, kitchen, …: rules for other contexts do not apply');
export const Cursor = z.string().describe('next_cursor of the page before');
export const NextCursor = z.string().nullable().describe('null: last page');
export const Limit = (most: number, usual: number) => z.int().min(1).max(most).default(usual);

/** Not described: it is there only in need, and then its name and the text say it. */
export const Unreadable = z.array(z.string()).optional();
