import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { GivenPassword, NewPassword, User } from '../../contract/account.ts';
import { PERMISSIONS } from '../../contract/principal.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import { credentialOf } from '../http/identify.ts';
import { bodyOf } from './accept.ts';
import { BROWSER_FIELDS, clearCookie, cookieOf, sendLogin } from './browser-logins.ts';
import { Login, Ticket } from './login-shapes.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'access';
const LOGIN = {
  input: z.strictObject({ username: z.string().min(1).max(64), password: GivenPassword, ...BROWSER_FIELDS }),
};
const CHANGE = { input: z.strictObject({ current_password: GivenPassword, new_password: NewPassword }) };
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
      schema: describe({
        tag,
        id: 'login',
        permission: null,
        title: 'Log in',
        body: LOGIN.input,
        answer: Login,
        headers: ['Set-Cookie'],
        open: true,
      }),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { browser, remember, ...given } = bodyOf(request, LOGIN);
      if (!browser) return accounts.login(given, clientOf(request));
      return sendLogin(request, reply, await accounts.loginBrowser(given, clientOf(request), remember));
    },
  );

  app.get(
    '/auth/me',
    {
      config: { beforePasswordChange: true },
      schema: describe({ tag, id: 'whoAmI', permission: null, title: 'Who calls', answer: Me }),
    },
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
      schema: describe({
        tag,
        id: 'logout',
        permission: null,
        title: 'End this login',
        answer: Done,
        headers: ['Set-Cookie'],
      }),
    },
    async (request, reply) => {
      const cookie = cookieOf(request);
      await accounts.logout(routeCall(request, reply), credentialOf(request.headers.authorization));
      if (cookie !== null) await accounts.forget(cookie);
      clearCookie(request, reply);
      return { done: true };
    },
  );

  app.post(
    '/auth/ws-ticket',
    {
      schema: describe({
        tag,
        id: 'issueTicket',
        permission: null,
        title: 'A ticket for one WebSocket',
        about: 'For browsers, which can send no header there: /ws/control-plane?ticket=… within 30 seconds, once.',
        answer: Ticket,
      }),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return app.tickets.issue(routeCall(request, reply), request.headers.authorization);
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
        permission: null,
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
