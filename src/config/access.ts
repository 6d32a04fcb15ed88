import * as z from 'zod';
import { variable } from './variable.ts';

export const ACCESS = {
  JWT_SECRET: variable(
    'access',
    z.string().min(32).optional(),
    'unset',
    'At least 32 bytes, the same on every instance: signs what an MCP call keeps between its rounds (a key of this process when unset), and later login tokens.',
    { secret: true },
  ),
} as const;
