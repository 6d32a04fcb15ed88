import * as z from 'zod';

/** What of the caller's may be taken along. */
export const EXPORTS = ['analyses', 'rules', 'history', 'feedback'] as const;
export const ExportName = z.enum(EXPORTS);
export type ExportName = z.infer<typeof ExportName>;

export const EXPORT_FORMATS = ['json', 'csv'] as const;
export const ExportFormat = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof ExportFormat>;
