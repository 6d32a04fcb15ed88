import * as z from 'zod';
import { url, variable } from './variable.ts';

export const LANGUAGE = {
  OPENAI_API_KEY: variable(
    'language',
    z.string().optional(),
    'unset',
    'Language model behind the grammar, for sentences that the grammar cannot read. Its rule must read back as the same rule.',
    { secret: true },
  ),
  OPENAI_BASE_URL: variable(
    'language',
    url('https', 'http').optional(),
    'OpenAI',
    'An OpenAI-compatible server instead, ending in `/v1`; then the key may be any text.',
  ),
  OPENAI_MODEL: variable('language', z.string().default('gpt-4o-mini'), '`gpt-4o-mini`', 'Name of the language model.'),
} as const;
