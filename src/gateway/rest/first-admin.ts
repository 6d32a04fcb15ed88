import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { NewPassword, User, Username } from '../../contract/account.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import { bodyOf } from './accept.ts';
import { describe } from './route-docs.ts';

const FIRST = {
  input: z.strictObject({
    token: z.string().min(20).max(100).describe('what stands behind the # of the link'),
    username: Username,
    password: NewPassword,
  }),
};

/** The first administrator, by the link that the server printed. */
export function routeFirstAdmin(app: FastifyInstance, { accounts, capabilities }: Services): void {
  if (capabilities.readOnly) return;
  app.post(
    '/auth/first-admin',
    {
      config: { open: true },
      schema: describe({
        tag: 'access',
        id: 'createFirstAdmin',
        permission: null,
        title: 'Make the first administrator',
        about:
          'By the link that the server printed on its first start, or "h200-mug users link": once, within an hour.',
        body: FIRST.input,
        answer: User,
        status: 201,
        open: true,
      }),
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const made = await accounts.createFirstAdmin(bodyOf(request, FIRST), clientOf(request));
      reply.code(201);
      return made;
    },
  );
}
