import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { GivenPassword, NewPassword, User } from '../../contract/account.ts';
import { PERMISSIONS } from '../../contract/principal.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import { credentialOf } from '../http/identify.ts';
import { bodyOf } from './accept.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'access';
const LOGIN = { input: z.strictObject({ username: z.string().min(1).max(64), password: GivenPassword }) };
const CHANGE = { input: z.strictObject({ current_password: GivenPassword, new_password: NewPassword }) };
const Login = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.int().describe('seconds'),
  user: User.extend({ permissions: z.array(z.enum(PERMISSIONS)) }),
});
const Me = z.strictObject({
  id: z.string(),
  kind: z.enum(['user', 'key', 'agent', 'local']),
  role: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  user: User.nullable().describe('null: a token of the configuration, or this machine without accounts'),
});
const Done = z.strictObject({ done: z.literal(true) });

/** Who is it, and its password. */
export function routeAuth(app: FastifyInstance, { accounts, capabilities }: Services): void {
  app.post(
    '/auth/login',
    {
      config: { open: true, beforePasswordChange: true },
      schema: describe({ tag, id: 'login', title: 'Log in', body: LOGIN.input, answer: Login, open: true }),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return accounts.login(bodyOf(request, LOGIN), clientOf(request));
    },
  );

  app.get(
    '/auth/me',
    { config: { beforePasswordChange: true }, schema: describe({ tag, id: 'whoAmI', title: 'Who calls', answer: Me }) },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const { id, kind, role, permissions } = call.principal;
      return { id, kind, role, permissions, user: kind === 'local' ? null : await accounts.me(call) };
    },
  );

  app.post(
    '/auth/logout',
    {
      config: { beforePasswordChange: true },
      schema: describe({ tag, id: 'logout', title: 'End this login', answer: Done }),
    },
    async (request, reply) => {
      await accounts.logout(routeCall(request, reply), credentialOf(request.headers.authorization));
      return { done: true };
    },
  );

  if (capabilities.readOnly) return;

  app.post(
    '/auth/password',
    {
      config: { beforePasswordChange: true },
      schema: describe({
        tag,
        id: 'changePassword',
        title: 'Change the own password',
        about: 'Ends all logins of the caller.',
        body: CHANGE.input,
        answer: Done,
      }),
    },
    async (request, reply) => {
      const { current_password: current, new_password: next } = bodyOf(request, CHANGE);
      await accounts.changePassword(routeCall(request, reply), { current, next });
      return { done: true };
    },
  );
}
