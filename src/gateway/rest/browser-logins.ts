import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { BrowserLogin } from '../../access/accounts/accounts.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import { clientOf } from '../http/client-of.ts';
import { schemeOf } from '../http/origin-of.ts';
import { Login } from './login-shapes.ts';
import { describe } from './route-docs.ts';

const NAME = 'h200_refresh';
const MAX_COOKIE = 200;

/**
 * A browser keeps its login in a cookie that no script sees and no other site makes it send; the token that it gets for it lives in
 * the page. Cookies are read here alone.
 */
export function routeBrowserLogins(app: FastifyInstance, { accounts }: Services): void {
  app.post(
    '/auth/refresh',
    {
      config: { open: true, beforePasswordChange: true },
      schema: describe({
        tag: 'access',
        id: 'refreshLogin',
        permission: null,
        title: "A browser's next token",
        about: `For the cookie that logging in with "browser": true has set (${NAME}), which is replaced by it.`,
        answer: Login,
        headers: ['Set-Cookie'],
        open: true,
      }),
    },
    async (request, reply) => {
      refuseOtherSites(request);
      const cookie = cookieOf(request);
      if (cookie === null) throw new AppError('AUTH_001', { message: 'There is no login.', advice: 'Log in.' });
      reply.header('cache-control', 'no-store');
      try {
        return sendLogin(request, reply, await accounts.refresh(cookie, clientOf(request)));
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code.startsWith('AUTH_')) clearCookie(request, reply);
        throw thrown;
      }
    },
  );
}

/** What a page may have of a login: all but its cookie. */
export function sendLogin(request: FastifyRequest, reply: FastifyReply, { login, cookie }: BrowserLogin) {
  if (cookie !== null) setCookie(request, reply, cookie.value, cookie.maxAgeS);
  return login;
}

/** The login of the cookie that came with it; null: none. */
export function cookieOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=');
    if (name === NAME && /^[A-Za-z0-9._-]+$/.test(value) && value.length <= MAX_COOKIE) return value;
  }
  return null;
}

export const clearCookie = (request: FastifyRequest, reply: FastifyReply) => setCookie(request, reply, '', 0);

/** Without a path of its own it goes back to the folder that it came from, `/api/v1/auth` behind whatever prefix, and nowhere else. */
function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeS: number | null): void {
  const parts = [`${NAME}=${value}`, 'HttpOnly', 'SameSite=Strict'];
  // A trusted proxy says how it was asked.
  if (schemeOf(request) === 'https') parts.push('Secure');
  if (maxAgeS !== null) parts.push(`Max-Age=${maxAgeS}`);
  reply.header('set-cookie', parts.join('; '));
}

/** A second lock beside SameSite and the check of Origin: of pages, only those of this site may use the cookie. */
function refuseOtherSites({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'same-site' || site === 'none') return;
  throw new AppError('AUTH_003', {
    message: 'Pages of other sites may not use this login.',
    details: { header: 'Sec-Fetch-Site' },
  });
}

/** Whether the page asks for a login that goes on. */
export const BROWSER_FIELDS = {
  browser: z
    .boolean()
    .default(false)
    .describe('sets a cookie with which the page gets its next token from /auth/refresh; tokens then last 15 minutes'),
  remember: z.boolean().default(false).describe('30 days in place of one, also when the browser is closed'),
};
