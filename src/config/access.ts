import * as z from 'zod';
import { NewPassword, Username } from '../contract/account.ts';
import { boolean, variable } from './variable.ts';

export const ACCESS = {
  JWT_SECRET: variable(
    'access',
    z.string().min(32, 'must have at least 32 characters').optional(),
    'unset',
    'At least 32 bytes, the same on every instance: signs login tokens and what an MCP call keeps between its rounds. Unset, a key of this process does, and logins end with it.',
    { secret: true },
  ),
  JWT_SECRET_PREVIOUS: variable(
    'access',
    z.string().min(32, 'must have at least 32 characters').optional(),
    'unset',
    'The secret before: login tokens that it signed are still believed, so that JWT_SECRET can be replaced without logging everyone out.',
    { secret: true },
  ),
  H200_ADMIN_USERNAME: variable(
    'access',
    Username.optional(),
    'unset',
    'Together with H200_ADMIN_PASSWORD: `serve` makes this administrator at its start, unless a user of that name exists. From the first user on, everyone who calls over HTTP must log in or have a key.',
  ),
  H200_ADMIN_PASSWORD: variable(
    'access',
    NewPassword.optional(),
    'unset',
    'At least 12 characters. Is read when the administrator is made, and changes no password afterwards.',
    { secret: true },
  ),
  H200_ADMIN_CHANGE_PASSWORD: variable(
    'access',
    boolean.default(false),
    '`false`',
    'Whether this administrator must choose another password at the first login, before anything else: for one that a program made, as `scripts/deploy/first-passwords` does. Who has no browser posts both to /api/v1/auth/password.',
  ),
} as const;
