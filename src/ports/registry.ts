import type { Page, PageRequest } from '../contract/page.ts';

/** Lists of small things that have an owner: each kind is one list. */
export type RegistryKind =
  | 'user'
  | 'api_key'
  | 'revoked_token'
  | 'audit'
  /** What was said of an analysis, which its lookup begins with; it goes with it. */
  | 'feedback'
  /** What was measured over time, by one start of one server. */
  | 'series'
  /** Requests that are done once, for a day. */
  | 'idempotency_key'
  /** A browser's login, which goes on with each new cookie. */
  | 'refresh'
  /** What may be used once, and was. */
  | 'used_ticket'
  /** The link by which the first administrator is made. */
  | 'first_admin'
  /** Ids that are counted: changed in one step, whichever server does it. */
  | 'counted'
  /** Messages that wait to leave, one for each target; the lookup is the target and its place in the order. */
  | 'outgoing'
  /** Versions of rules that are about to be written, until the others were told of them. */
  | 'rule_news'
  /** Messages to addresses that callers named; the lookup is the queue and the place in it. */
  | 'callback_letter'
  /** When each queue of those is to be looked at; the lookup is that time. */
  | 'callback_queue'
  /** Who is to be told of the end of a job. */
  | 'job_callback'
  /** Messages that could not be delivered. */
  | 'dead_letter'
  /** Which server delivers to a target, or looks after the fleet. */
  | 'delivery_lease'
  /** How the last tries at a target came out. */
  | 'delivery_state'
  /** What people were last told of a rule, in one place. */
  | 'notice_state'
  /** Notices that wait for the end of somebody's quiet hours. */
  | 'held_notice'
  /** What somebody wants to be told, and when not. */
  | 'notification_preferences'
  /** Pictures that Templated.io made of analyses. */
  | 'render'
  /** What was handed to an agent of somebody else. */
  | 'delegation'
  /** How often each peer was asked on a day. */
  | 'delegation_budget'
  /** What this agent is called where questions are handed on. */
  | 'agent_identity'
  /** Which model looked at images last. */
  | 'model_in_use'
  /** What other agents asked for, with what came of it; for a week after its last change. */
  | 'a2a_task'
  /** Where they want to hear of it. */
  | 'a2a_push'
  /** GPU servers; the lookup is the name at the provider. Terminated ones stay as long as their cost is told. */
  | 'server'
  /** What they did in one hour, and what it cost; the lookup is the server and the hour. */
  | 'server_hour'
  /** What the provider billed; the lookup is its id of the server and the time. */
  | 'server_bill'
  /** When they were last used, and how often. */
  | 'server_use'
  /** Of all of them: what was last seen at the provider, and settings of new ones. */
  | 'fleet'
  /** Cameras that are watched; the lookup is the owner and the name. */
  | 'camera'
  /** What a camera remembers from one picture to the next, and events that are not told yet. */
  | 'camera_state'
  /** The view that a camera's calibration belongs to. */
  | 'camera_view'
  /** What changed before a camera; the lookup is the camera and the day, and the time. */
  | 'camera_event'
  /** Where things stood on one day; the lookup is the camera and the day. */
  | 'camera_day'
  /** Pictures that were kept; the lookup is the camera and the day, and the time. */
  | 'camera_picture'
  /** A backup that is being taken in, until all of it is there. */
  | 'restore'
  /** When this store of records was first looked after. */
  | 'store_birth'
  /** How a server is replaced by another one, step by step; the lookup is its type while it goes on. */
  | 'rollout'
  /** Which backend gets how many of the analyses. */
  | 'routing'
  /** What one process sent to one backend in ten seconds; the lookup is the backend, the ten minutes, the time and the process. */
  | 'backend_traffic';

export interface RegistryEntry {
  readonly id: string;
  /** What it is found by besides its id, one of its kind; null: by nothing. */
  readonly lookup: string | null;
  readonly owner: string;
  readonly created_at: string;
  /** From then on it may be removed; null: never by itself. */
  readonly expires_at: string | null;
  /** 1 when it is added, one more with every change. */
  readonly version: number;
  /** Plain JSON; whoever reads it checks it. */
  readonly value: unknown;
}

/** Users, keys and the like. A write is durable when it resolves; any call may throw what those of `Records` do. */
export interface Registry {
  /** False, and nothing is done, where its id or its lookup is taken. */
  add(kind: RegistryKind, entry: RegistryEntry): Promise<boolean>;
  /** In the place of that with the version before; false, and nothing is done, where there is none or the lookup is taken. */
  replace(kind: RegistryKind, entry: RegistryEntry): Promise<boolean>;
  get(kind: RegistryKind, id: string): Promise<RegistryEntry | null>;
  find(kind: RegistryKind, lookup: string): Promise<RegistryEntry | null>;
  /** Newest first; null: of all owners. */
  list(kind: RegistryKind, owner: string | null, page: PageRequest): Promise<Page<RegistryEntry>>;
  /** null: of all owners. */
  count(kind: RegistryKind, owner: string | null): Promise<number>;
  /** Whose lookup begins with `name` and a space, in the order of their lookups; `after`: only those behind this one, which begins so too. */
  under(kind: RegistryKind, name: string, limit: number, after?: string): Promise<RegistryEntry[]>;
  /** In their order; one whose id is taken stays as it is. Where it fails, the first ones may have been added. */
  addAll(kind: RegistryKind, entries: readonly RegistryEntry[]): Promise<void>;
  /** How many `under` would find. */
  countUnder(kind: RegistryKind, name: string): Promise<number>;
  /** False where there was none. */
  remove(kind: RegistryKind, id: string): Promise<boolean>;
  /** Removes `limit` at most of those that were made before `time`, the oldest first; how many. */
  removeOlder(kind: RegistryKind, time: string, limit: number): Promise<number>;
  /** Removes what had expired by then. */
  removeExpired(now: string): Promise<number>;
}
