import type { RegistryKind } from '../ports/registry.ts';

/**
 * What of the registry comes back. `store`: as it was. `logins`: unless they are to end. `not`: what was to be done once and has been
 * done since, or belongs to processes that have ended.
 */
export const RESTORED: Readonly<Record<RegistryKind, 'store' | 'logins' | 'not'>> = {
  user: 'store',
  api_key: 'store',
  revoked_token: 'store',
  audit: 'store',
  feedback: 'store',
  series: 'store',
  idempotency_key: 'store',
  refresh: 'logins',
  used_ticket: 'store',
  first_admin: 'not',
  counted: 'store',
  // They were delivered after the backup was made: nobody is told the same twice.
  outgoing: 'not',
  rule_news: 'not',
  callback_letter: 'not',
  callback_queue: 'not',
  job_callback: 'not',
  held_notice: 'not',
  dead_letter: 'store',
  delivery_lease: 'not',
  delivery_state: 'store',
  notice_state: 'store',
  notification_preferences: 'store',
  render: 'store',
  delegation: 'store',
  delegation_budget: 'store',
  agent_identity: 'store',
  model_in_use: 'store',
  a2a_task: 'store',
  a2a_push: 'store',
  server: 'store',
  server_hour: 'store',
  server_bill: 'store',
  server_use: 'store',
  fleet: 'store',
  rollout: 'store',
  routing: 'store',
  backend_traffic: 'not',
  camera: 'store',
  camera_state: 'store',
  camera_view: 'store',
  camera_event: 'store',
  camera_day: 'store',
  camera_picture: 'store',
  restore: 'not',
  store_birth: 'store',
};

export const ALL_KINDS = Object.keys(RESTORED) as RegistryKind[];

export const kindsLeftOut = (endLogins: boolean): RegistryKind[] =>
  ALL_KINDS.filter((kind) => RESTORED[kind] === 'not' || (endLogins && RESTORED[kind] === 'logins'));
