import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ApiKey, AuditLine, KeyId, NewPassword, RoleName, User, UserId, Username } from '../../contract/account.ts';
import { PERMISSIONS } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import { defined } from '../lenient/defined.ts';
import { bodyOf, paramsOf, queryOf } from './accept.ts';
import { pageOf, paging, sendPageHeaders } from './page.ts';
import { routeCall } from './route-call.ts';
import { describe } from './route-docs.ts';

const tag = 'administration';
const List = z.strictObject({ ...paging });
const OneUser = z.strictObject({ user_id: UserId });
const OneKey = z.strictObject({ key_id: KeyId });
const NEW_USER = {
  input: z.strictObject({
    username: Username,
    password: NewPassword,
    role: RoleName.default('viewer'),
    must_change_password: z.boolean().default(true),
  }),
};
const PATCH_USER = {
  input: z.strictObject({
    role: RoleName.optional(),
    disabled: z.boolean().optional(),
    password: NewPassword.optional().describe('the user must change it'),
  }),
};
const NEW_KEY = {
  input: z.strictObject({
    name: ApiKey.shape.name,
    permissions: z
      .array(z.enum(PERMISSIONS))
      .min(1)
      .max(PERMISSIONS.length)
      .optional()
      .describe('all of the caller when absent'),
    expires_in_days: z.int().min(1).max(3650).optional().describe('never when absent'),
  }),
};
const NewKey = ApiKey.extend({ key: z.string().describe('told this once') });
const RemovedUser = z.strictObject({ user_id: z.string(), deleted: z.literal(true) });
const RemovedKey = z.strictObject({ key_id: z.string(), deleted: z.literal(true) });
const Check = z.strictObject({
  lines: z.int(),
  broken_at: z
    .int()
    .nullable()
    .describe('newest line that does not fit the one before, or the noted one that is not there; null: all fit'),
  newest: z
    .strictObject({ number: z.int(), hash: z.string() })
    .nullable()
    .describe('note it elsewhere: a chain does not show that its end was cut off or that all of it was made anew'),
});
const Noted = z.strictObject({
  number: z.int().min(1).optional().describe('of a line that was noted as "newest"; with its hash'),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
});

/** Users, keys and the audit log. */
export function routeAdministration(app: FastifyInstance, { accounts, capabilities }: Services): void {
  app.get(
    '/users',
    {
      schema: describe({
        tag,
        id: 'listUsers',
        permission: 'admin:users',
        title: 'Users, newest first',
        query: List,
        answer: z.array(User),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => accounts.users(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page, await accounts.countUsers(call));
      return page.items;
    },
  );

  app.get(
    '/api-keys',
    {
      schema: describe({
        tag,
        id: 'listApiKeys',
        permission: null,
        title: 'API keys, newest first',
        about: "The caller's own; an administrator sees all.",
        query: List,
        answer: z.array(ApiKey),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => accounts.keys(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page, await accounts.countKeys(call));
      return page.items;
    },
  );

  app.get(
    '/audit',
    {
      schema: describe({
        tag,
        id: 'listAudit',
        permission: 'admin:audit',
        title: 'The audit log, newest first',
        query: List,
        answer: z.array(AuditLine),
      }),
    },
    async (request, reply) => {
      const call = routeCall(request, reply);
      const page = await pageOf((asked) => accounts.audit(call, asked), queryOf(request, { input: List }));
      sendPageHeaders(reply, page, await accounts.countAudit(call));
      return page.items;
    },
  );

  app.get(
    '/audit/check',
    {
      schema: describe({
        tag,
        id: 'checkAudit',
        permission: 'admin:audit',
        title: 'Whether the audit log is whole',
        about: 'With number and hash of a line that was noted before: whether that is still there, too.',
        query: Noted,
        answer: Check,
      }),
    },
    async (request, reply) => {
      const { number, hash } = queryOf(request, { input: Noted });
      if ((number === undefined) !== (hash === undefined)) {
        throw new AppError('VALIDATION_001', {
          message: 'Give both "number" and "hash", or none.',
          advice: 'Send both of the line that was noted.',
          details: { field: number === undefined ? 'number' : 'hash' },
        });
      }
      const noted = number === undefined || hash === undefined ? null : { number, hash };
      return accounts.checkAudit(routeCall(request, reply), noted);
    },
  );

  if (capabilities.readOnly) return;

  app.post(
    '/users',
    {
      schema: describe({
        tag,
        id: 'createUser',
        permission: 'admin:users',
        title: 'Make a user',
        body: NEW_USER.input,
        answer: User,
        status: 201,
      }),
    },
    async (request, reply) => {
      const made = await accounts.createUser(routeCall(request, reply), bodyOf(request, NEW_USER));
      reply.code(201);
      return made;
    },
  );

  app.patch(
    '/users/:user_id',
    {
      schema: describe({
        tag,
        id: 'updateUser',
        permission: 'admin:users',
        title: 'Change a user',
        about: 'Ends all logins of the user.',
        params: OneUser,
        body: PATCH_USER.input,
        answer: User,
      }),
    },
    (request, reply) => {
      const { user_id: id } = paramsOf(request, OneUser);
      return accounts.updateUser(routeCall(request, reply), id, defined(bodyOf(request, PATCH_USER)));
    },
  );

  app.delete(
    '/users/:user_id',
    {
      schema: describe({
        tag,
        id: 'deleteUser',
        permission: 'admin:users',
        title: 'Remove a user and its keys',
        params: OneUser,
        answer: RemovedUser,
      }),
    },
    async (request, reply) => {
      const { user_id } = paramsOf(request, OneUser);
      await accounts.removeUser(routeCall(request, reply), user_id);
      return { user_id, deleted: true };
    },
  );

  app.post(
    '/api-keys',
    {
      schema: describe({
        tag,
        id: 'createApiKey',
        permission: null,
        title: 'Make an API key',
        body: NEW_KEY.input,
        answer: NewKey,
        status: 201,
      }),
    },
    async (request, reply) => {
      const made = await accounts.createKey(routeCall(request, reply), {
        ...defined(bodyOf(request, NEW_KEY)),
        name: bodyOf(request, NEW_KEY).name,
      });
      reply.code(201).header('cache-control', 'no-store');
      return made;
    },
  );

  app.delete(
    '/api-keys/:key_id',
    {
      schema: describe({
        tag,
        id: 'deleteApiKey',
        permission: null,
        title: 'Remove an API key',
        params: OneKey,
        answer: RemovedKey,
      }),
    },
    async (request, reply) => {
      const { key_id } = paramsOf(request, OneKey);
      await accounts.removeKey(routeCall(request, reply), key_id);
      return { key_id, deleted: true };
    },
  );
}
