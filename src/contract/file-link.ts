import * as z from 'zod';

export const FileLinkRequest = z.strictObject({
  of: z
    .enum(['photo', 'annotated'])
    .default('annotated')
    .describe('as it was stored, or with what was found drawn on it'),
  expires_in_s: z.coerce.number().int().min(10).max(86_400).default(900),
});
export type FileLinkRequest = z.output<typeof FileLinkRequest>;

export const FileLink = z.strictObject({
  url: z.string().describe('whoever has it needs no login'),
  expires_at: z.iso.datetime(),
  content_type: z.string(),
  size_bytes: z.int(),
});
export type FileLink = z.output<typeof FileLink>;
