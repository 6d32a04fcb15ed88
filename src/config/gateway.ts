import * as z from 'zod';
import { boolean, integer, list, variable } from './variable.ts';

export const GATEWAY = {
  H200_API_TOKEN: variable(
    'gateway',
    z.string().min(16).optional(),
    'unset',
    'Bearer token of `serve`, at least 16 characters; required when it listens on another address than loopback.',
    { secret: true },
  ),
  H200_ALLOWED_HOSTS: variable(
    'gateway',
    list.default([]),
    'loopback names',
    'Further Host names that `serve` answers to, separated by commas.',
  ),
  H200_ALLOWED_ORIGINS: variable(
    'gateway',
    list.default([]),
    'loopback origins',
    'Further browser origins that may call, separated by commas.',
  ),
  H200_READ_ONLY: variable('gateway', boolean.default(false), '`false`', 'Offer only tools that change nothing.'),
  H200_TIMEOUT_MS: variable(
    'gateway',
    integer(100, 600_000).default(30_000),
    '30000',
    'Longest time for one analysis.',
  ),
} as const;
