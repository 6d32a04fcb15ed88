import * as z from 'zod';
import { User } from '../../contract/account.ts';
import { PERMISSIONS } from '../../contract/principal.ts';

/** What who logs in is told. */
export const Login = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.int().describe('seconds'),
  user: User.extend({ permissions: z.array(z.enum(PERMISSIONS)) }),
});

export const Ticket = z.strictObject({ ticket: z.string(), expires_in: z.int().describe('seconds') });
