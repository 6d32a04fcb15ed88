import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Accounts, IssuedTicket } from '../../access/accounts/accounts.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { LOCAL, type Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { whenClosed } from '../when-closed.ts';
import { clientOf } from './client-of.ts';
import { WrongTokens } from './wrong-tokens.ts';

/**
 * Who sends this Authorization header. Throws AUTH_001 where one is wanted and is missing or wrong, AUTH_002 where it has
 * expired, RATE_001 for a client that sent too many wrong ones.
 */
export type Identify = (authorization: string | undefined, client: string) => Promise<Principal>;

/** What opens one line in place of an Authorization header. */
export interface Tickets {
  issue(ctx: CallContext, authorization: string | undefined): Promise<IssuedTicket>;
  /** Once. Who it is from then on; throws as `Identify`. */
  use(ticket: string, client: string): Promise<() => Promise<Principal>>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a route that is open to everyone, for somebody who did not say who it is. */
    principal: Principal | null;
  }
  interface FastifyInstance {
    identify: Identify;
    tickets: Tickets;
  }
}

/** Who calls a route that is not open. */
export function callerOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (principal === null) throw new AppError('AUTH_001');
  return principal;
}

/** The same for the same caller with the same rights: what was opened by one is for no other. */
export const identityOf = ({ id, kind, permissions }: Principal): string => [kind, id, ...permissions].join(' ');

/** Whether who was somebody still is, with the same rights. A store that does not answer for a moment ends nobody's login. */
export async function stillHolds(principal: Principal, again: () => Promise<Principal>): Promise<boolean> {
  try {
    return identityOf(await again()) === identityOf(principal);
  } catch (thrown) {
    return !(thrown instanceof AppError && thrown.code.startsWith('AUTH_'));
  }
}

/** A login is looked at again this often while an answer goes on, ms: streams may last for hours. */
const LOOK_AGAIN_MS = 30_000;

/** Cuts answers that still go on when the login that asked for them has ended, or may do less than it did. */
export class LoginWatch {
  private readonly open = new Map<ServerResponse, FastifyRequest>();
  private readonly identify: Identify;
  private readonly timer: NodeJS.Timeout;

  constructor(identify: Identify, everyMs = LOOK_AGAIN_MS) {
    this.identify = identify;
    this.timer = setInterval(() => this.look(), everyMs).unref();
  }

  watch(request: FastifyRequest, raw: ServerResponse): void {
    if (request.principal === null) return;
    this.open.set(raw, request);
    whenClosed(raw, () => this.open.delete(raw));
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const [raw, request] of this.open) void this.lookAt(raw, request);
  }

  private async lookAt(raw: ServerResponse, request: FastifyRequest): Promise<void> {
    const { principal, headers } = request;
    if (principal === null) return;
    const again = () => this.identify(headers.authorization, clientOf(request));
    if (!(await stillHolds(principal, again))) raw.destroy();
  }
}

/** Of an Authorization header; '' for another kind of it. */
export const credentialOf = (authorization: string | undefined): string =>
  /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? '';

/**
 * Without a token and without users everyone who reaches the server is its user. Else it takes the token of the configuration
 * (compared in constant time), a login token or an API key. `usersComing`: there will be users, whoever is there now.
 */
export function createIdentify(
  token: () => string | undefined,
  accounts: Pick<Accounts, 'inUse' | 'identify' | 'issueTicket' | 'useTicket'>,
  log: Log,
  usersComing = false,
): { readonly identify: Identify; readonly tickets: Tickets } {
  const wrong = new WrongTokens();
  const open = async () => token() === undefined && !usersComing && !(await accounts.inUse());

  /** AUTH_001 becomes the wrong token that it is. */
  async function known<T>(given: string, client: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'AUTH_001') throw thrown;
    }
    log.warn({ client }, 'a client sent a wrong access token');
    throw wrong.failed(client, digest(given).toString('base64'));
  }

  const identify: Identify = async (authorization, client) => {
    if (await open()) return LOCAL;
    if (authorization === undefined) throw new AppError('AUTH_001');
    wrong.refuseGuessing(client);
    const credential = credentialOf(authorization);
    const expected = token();
    if (expected !== undefined && timingSafeEqual(digest(credential), digest(expected))) return LOCAL;
    return known(credential, client, async () => {
      if (await accounts.inUse()) return accounts.identify(credential);
      throw new AppError('AUTH_001');
    });
  };

  /** What the server itself is known by: who has a ticket of it is it for as long as this is the same. */
  const proof = () => digest(`proof of ${token() ?? ''}`).toString('base64url');
  const asServer = async (given: string) => {
    const same = timingSafeEqual(digest(given), digest(proof()));
    if (same && (token() !== undefined || (await open()))) return LOCAL;
    throw new AppError('AUTH_002');
  };

  return {
    identify,
    tickets: {
      issue: (ctx, authorization) => accounts.issueTicket(ctx, credentialOf(authorization), proof()),
      async use(ticket, client) {
        wrong.refuseGuessing(client);
        const used = await known(ticket, client, () => accounts.useTicket(ticket));
        const again = 'again' in used ? used.again : () => asServer(used.proof);
        await again();
        return again;
      },
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
