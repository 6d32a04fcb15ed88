import type { ApiKey, AuditLine, User } from '../../contract/account.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import type { Permission, Principal, Role } from '../../contract/principal.ts';
import type { AuditCheck, NotedLine } from './audit.ts';

export interface Login {
  readonly access_token: string;
  readonly token_type: 'bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly user: User & { readonly permissions: readonly Permission[] };
}

export interface GivenLogin {
  readonly username: string;
  readonly password: string;
}

export interface FirstLink {
  readonly token: string;
  readonly expires_at: string;
}

export interface BrowserLogin {
  readonly login: Login;
  /** To be set; null: the one that is there stays. `maxAgeS` null: until the browser ends. */
  readonly cookie: { readonly value: string; readonly maxAgeS: number | null } | null;
}

export interface IssuedTicket {
  readonly ticket: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** Whose ticket it was: `again` says who that is now and throws when the login has ended; `proof` is the server's own. */
export type UsedTicket = { readonly again: () => Promise<Principal> } | { readonly proof: string };

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly must_change_password: boolean;
}

export interface UserPatch {
  readonly role?: Role;
  readonly disabled?: boolean;
  /** Set by an administrator: the user must change it. */
  readonly password?: string;
}

export interface NewKey {
  readonly name: string;
  /** All of the owner's when absent. */
  readonly permissions?: readonly Permission[];
  readonly expires_in_days?: number;
}

/**
 * Users, their logins and keys. Refusals: AUTH_001 none of ours, AUTH_002 expired, AUTH_003 not allowed, AUTH_004 wrong name
 * or password, AUTH_006 not there, AUTH_007 not possible, RATE_001 too many failed logins.
 */
export interface Accounts {
  /** Whether there is any user. Without, everyone who reaches the server is its user. */
  inUse(): Promise<boolean>;
  /** Makes the first administrator, unless a user of that name is there. `mustChange`: the password is good for choosing another one alone. */
  ensureAdmin(username: string, password: string, options?: { readonly mustChange: boolean }): Promise<void>;
  /** A link for the first administrator, good for an hour and once; null: one was made before, unless `again`. AUTH_007 where there are users. */
  firstLink(options: { readonly again: boolean }): Promise<FirstLink | null>;
  /** Uses the link. AUTH_001 for one that is none or was used, AUTH_002 for one that is too old, AUTH_007 where there are users. */
  createFirstAdmin(given: GivenLogin & { readonly token: string }, client: string): Promise<User>;
  /** A line of the audit log, durable when it resolves; where there are no users there is no log. */
  record(
    ctx: CallContext,
    event: AuditLine['event'],
    target: string | null,
    details?: Record<string, string>,
  ): Promise<void>;
  /** Whose login token or key this is. */
  identify(credential: string): Promise<Principal>;

  /** Something that opens one line within half a minute, in place of the credential; `proof` says by what the server itself is known. */
  issueTicket(ctx: CallContext, credential: string, proof: string): Promise<IssuedTicket>;
  /** Once. AUTH_001 for one that is none or was used, AUTH_002 for one that came too late. */
  useTicket(ticket: string): Promise<UsedTicket>;

  login(given: GivenLogin, client: string): Promise<Login>;
  /** A login that goes on with a cookie, which the page never sees. */
  loginBrowser(given: GivenLogin, client: string, remember: boolean): Promise<BrowserLogin>;
  /** A browser's next token and cookie. AUTH_002 where its login has ended; a cookie that was copied ends it. */
  refresh(cookie: string, client: string): Promise<BrowserLogin>;
  /** Ends the login of a cookie. */
  forget(cookie: string): Promise<void>;
  /** Ends one login. */
  logout(ctx: CallContext, token: string): Promise<void>;
  me(ctx: CallContext): Promise<User>;
  /** Ends all logins of the caller. */
  changePassword(ctx: CallContext, given: { current: string; next: string }): Promise<void>;

  /** Whether there is a user of this id. */
  isUser(id: string): Promise<boolean>;
  /** The same, of one who is not disabled. */
  isActiveUser(id: string): Promise<boolean>;
  /** Whether the user of this id may do that now: one who is removed or disabled may nothing. */
  mayUser(id: string, permission: Permission): Promise<boolean>;
  /** The user of this name as this machine's own program acts for one, which the audit log keeps with `what` it does. */
  actFor(ctx: CallContext, username: string, what: string): Promise<Principal>;
  /** For somebody who forgot it, asked by this machine's own program: told this once, and the next login must change it. */
  replacePassword(ctx: CallContext, username: string): Promise<{ readonly user: User; readonly password: string }>;
  users(ctx: CallContext, page: PageRequest): Promise<Page<User>>;
  countUsers(ctx: CallContext): Promise<number>;
  createUser(ctx: CallContext, user: NewUser): Promise<User>;
  updateUser(ctx: CallContext, id: string, patch: UserPatch): Promise<User>;
  removeUser(ctx: CallContext, id: string): Promise<void>;

  /** The caller's own, or everyone's for an administrator. */
  keys(ctx: CallContext, page: PageRequest): Promise<Page<ApiKey>>;
  countKeys(ctx: CallContext): Promise<number>;
  /** `key` is told this once. */
  createKey(ctx: CallContext, key: NewKey): Promise<ApiKey & { readonly key: string }>;
  removeKey(ctx: CallContext, id: string): Promise<void>;

  audit(ctx: CallContext, page: PageRequest): Promise<Page<AuditLine>>;
  countAudit(ctx: CallContext): Promise<number>;
  checkAudit(ctx: CallContext, noted?: NotedLine | null): Promise<AuditCheck>;
}
