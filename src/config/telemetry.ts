import * as z from 'zod';
import { variable } from './variable.ts';

export const TELEMETRY = {
  LOG_LEVEL: variable(
    'telemetry',
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'critical', 'silent']))
      .transform((v) => (v === 'warning' ? 'warn' : v === 'critical' ? 'fatal' : v))
      .default('info'),
    '`info`',
    'trace, debug, info, warn, error, fatal or silent. Logs go to stderr, 30 lines a minute of one kind at most for each client; the rest is counted.',
  ),
} as const;
