import { computed, ref, shallowRef } from 'vue';
import { ApiError, errorOf, Offline } from '../api/api-error.ts';
import type { components, paths } from '../api/schema.d.ts';
import { addressOf, transport } from '../api/transport.ts';
import { hearTabs, type LoginChange, tellTabs } from './tabs.ts';

type Login = paths['/api/v1/auth/login']['post']['responses'][200]['content']['application/json'];
type Me = paths['/api/v1/auth/me']['get']['responses'][200]['content']['application/json'];
export type Permission = Me['permissions'][number];
export type { components };

/**
 * starting: nobody knows yet · out: somebody must log in · in · expired: somebody was in and must log in again, over what is on
 * the page · password: nothing may be done before it is changed · unreachable: the server did not answer at the start.
 */
export type SessionState = 'starting' | 'out' | 'in' | 'expired' | 'password' | 'unreachable';

export const state = ref<SessionState>('starting');
export const me = shallowRef<Me | null>(null);
/** Lives in this page alone: neither in the browser's store nor in an address. */
export const token = ref<string | null>(null);
/** Where there are no accounts, nobody logs out. */
export const hasLogin = computed(() => token.value !== null);
export const may = (permission: Permission): boolean => me.value?.permissions.includes(permission) ?? false;

const AUTH = 'api/v1/auth';
/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;

let renewing: Promise<void> | undefined;
let renewal: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => void)[] = [];
/** A token of the configuration or an API key, which no cookie brings again. */
let pasted = false;

/** Of the user before, until the page of the next one has said so. */
const LEFT = 'h200-left';
/** Loads the page anew: nothing of what one user saw or typed stays in it for the next. */
export const page = { startAnew: () => location.reload() };

/** Who is here: a cookie may bring the login of an earlier page, or the server asks nobody. */
export async function start(): Promise<void> {
  state.value = 'starting';
  try {
    const whoAmI = await call('GET', 'me');
    if (whoAmI.ok) return await enter((await whoAmI.json()) as Me);
    const refreshed = await call('POST', 'refresh');
    if (refreshed.ok) return await take((await refreshed.json()) as Login);
    state.value = refreshed.status < 500 ? 'out' : 'unreachable';
  } catch (thrown) {
    if (!(thrown instanceof Offline)) throw thrown;
    state.value = 'unreachable';
  }
}

/** Throws ApiError with the words to show. */
export async function logIn(given: { username: string; password: string; remember: boolean }): Promise<void> {
  const response = await call('POST', 'login', { ...given, browser: true });
  if (!response.ok) throw await errorOf(response);
  pasted = false;
  const login = (await response.json()) as Login;
  // Before: where somebody else was here, `take` never ends.
  tellTabs({ kind: 'in', id: login.user.user_id });
  await take(login);
}

/** With the token of the configuration or an API key; it is forgotten when the page is closed or loaded anew. */
export async function useToken(given: string): Promise<void> {
  const response = await call('GET', 'me', undefined, given);
  if (!response.ok) throw await errorOf(response);
  pasted = true;
  token.value = given;
  await enter((await response.json()) as Me);
}

/** Changes the password and logs in with the new one. Throws ApiError. */
export async function changePassword(current: string, next: string): Promise<void> {
  const username = me.value?.user?.username;
  const response = await call('POST', 'password', { current_password: current, new_password: next }, token.value);
  if (!response.ok) throw await errorOf(response);
  if (username !== undefined) await logIn({ username, password: next, remember: false });
}

export async function logOut(): Promise<void> {
  if (!pasted) {
    await call('POST', 'logout', undefined, token.value).catch(() => undefined);
    if (me.value !== null) tellTabs({ kind: 'out', id: me.value.id });
  }
  leave();
}

/** What another tab did with the login that all share. */
function hearTab({ kind, id }: LoginChange): void {
  const isShared = !pasted && me.value !== null && (token.value !== null || state.value === 'expired');
  if (!isShared) return;
  if (id !== me.value?.id && kind === 'in') leaveToAnother();
  else if (kind === 'out') leave();
  else if (state.value === 'expired') void refresh().catch(() => undefined);
}
hearTabs(hearTab);

function leave(): void {
  clearTimeout(renewal);
  token.value = null;
  me.value = null;
  pasted = false;
  waiting = [];
  state.value = 'starting';
  page.startAnew();
}

function leaveToAnother(): void {
  sessionStorage.setItem(LEFT, me.value?.user?.username ?? '');
  leave();
}

/** The name of who was here before, once, where the page began anew because somebody else is here now. */
export function leftUser(): string | null {
  const left = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  return left;
}

/**
 * A token that holds, in place of one that was refused: by the cookie, or, where that has ended too, once somebody has logged in
 * again. Throws Offline where the server cannot be reached.
 */
export async function renew(refused: string | null): Promise<void> {
  if (token.value !== refused) return;
  if (state.value === 'expired') return untilBack();
  renewing ??= refresh().finally(() => {
    renewing = undefined;
  });
  await renewing;
}

async function refresh(): Promise<void> {
  if (!pasted) {
    // Tabs share the cookie, which each use replaces: one after another.
    const response = await oneAtATime(() => call('POST', 'refresh'));
    if (response.ok) return take((await response.json()) as Login);
    if (response.status >= 500 || response.status === 429) throw await errorOf(response);
  }
  token.value = null;
  state.value = me.value === null ? 'out' : 'expired';
  return untilBack();
}

const untilBack = () => new Promise<void>((resolve) => waiting.push(resolve));

async function oneAtATime(work: () => Promise<Response>): Promise<Response> {
  return 'locks' in navigator ? await navigator.locks.request('h200-refresh', work) : work();
}

async function take(login: Login): Promise<void> {
  const { user } = login;
  token.value = login.access_token;
  scheduleRenewal(login.expires_in);
  const { permissions, ...rest } = user;
  await enter({ id: rest.user_id, kind: 'user', role: rest.role, permissions, user: rest });
}

/**
 * Where somebody else was here before, the page begins anew and this never ends: what the one before had asked for or typed is not
 * sent in the name of the other.
 */
async function enter(who: Me): Promise<void> {
  if (me.value !== null && me.value.id !== who.id) {
    leaveToAnother();
    return new Promise(() => undefined);
  }
  me.value = who;
  state.value = who.user?.must_change_password === true ? 'password' : 'in';
  if (state.value !== 'in') return;
  const resumed = waiting;
  waiting = [];
  for (const resume of resumed) resume();
}

function scheduleRenewal(lifeS: number): void {
  clearTimeout(renewal);
  const refused = token.value;
  renewal = setTimeout(() => void renew(refused).catch(() => undefined), lifeS * 1000 * RENEW_AT);
}

async function call(method: 'GET' | 'POST', path: string, body?: unknown, bearer: string | null = null) {
  const request = new Request(addressOf(`${AUTH}/${path}`), {
    method,
    credentials: 'same-origin',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  try {
    return await transport.fetch(request);
  } catch {
    throw new Offline(method === 'GET');
  }
}

export const isWrongPassword = (thrown: unknown) => thrown instanceof ApiError && thrown.code === 'AUTH_004';
