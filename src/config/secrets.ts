import * as z from 'zod';
import { url, variable } from './variable.ts';

export const SECRETS = {
  GCP_PROJECT_ID: variable(
    'secrets',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.:-]{0,99}$/i, 'must be the id of a project')
      .optional(),
    'unset',
    'Project whose secrets `h200-mug secrets list` shows where no project is given.',
  ),
  GOOGLE_APPLICATION_CREDENTIALS: variable(
    'secrets',
    z.string().optional(),
    "what Google's library finds",
    'File with the credentials of a service account that may read the secrets named by `gsm://`.',
  ),
  GCP_SECRET_MANAGER_ENDPOINT: variable(
    'secrets',
    url('https', 'http')
      .refine(
        (text) => text.startsWith('https:') || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(text),
        'must be https, or http on this machine',
      )
      .optional(),
    'the global one',
    'Another endpoint of Secret Manager, such as a regional one. With `http://` it is an emulator on this machine, which is given no credentials.',
  ),
} as const;
