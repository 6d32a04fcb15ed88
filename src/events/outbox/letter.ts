import * as z from 'zod';
import { OutgoingEvent, SenderName, type TargetName } from '../../contract/notification.ts';
import type { RegistryEntry } from '../../ports/registry.ts';
import { CallbackLetter } from '../callbacks/callback-letter.ts';

/** One event on its way to one target. */
export const Letter = z.strictObject({
  target: SenderName,
  event: OutgoingEvent,
  /** Of one that could not be delivered. */
  died_at: z.string().optional(),
  reason: z.string().optional(),
  /** Of one to an address that a caller named; `event` is what may be shown of it. */
  callback: CallbackLetter.optional(),
});
export type Letter = z.infer<typeof Letter>;

const DAY_MS = 86_400_000;
/** What nobody delivers any more, because its target is not configured, goes after this. */
const FORGOTTEN_MS = 14 * DAY_MS;
/** Of dead letters. */
const KEPT_MS = 30 * DAY_MS;

export const letterId = (target: TargetName, event: OutgoingEvent): string => `${event.event_id}.${target}`;

export function waiting(target: TargetName, event: OutgoingEvent, place: string, now: Date): RegistryEntry {
  return {
    id: letterId(target, event),
    lookup: `${target} ${place}`,
    owner: event.owner,
    created_at: now.toISOString(),
    expires_at: new Date(now.getTime() + FORGOTTEN_MS).toISOString(),
    version: 1,
    value: { target, event } satisfies Letter,
  };
}

export function dead(entry: RegistryEntry, letter: Letter, reason: string, now: Date): RegistryEntry {
  return {
    ...entry,
    created_at: now.toISOString(),
    expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
    version: 1,
    value: { ...letter, died_at: now.toISOString(), reason } satisfies Letter,
  };
}

/** Neither the address, which may hold a secret, nor what was said is shown. */
export function deadCallback(entry: RegistryEntry, letter: CallbackLetter, reason: string, now: Date): RegistryEntry {
  const { to, message } = letter;
  const event: OutgoingEvent = {
    event_id: message.id,
    event_type: message.type,
    timestamp: entry.created_at,
    owner: to.owner,
    severity: 'info',
    data: { host: URL.parse(to.url)?.host ?? '', queue: to.name },
  };
  const [, place = ''] = entry.lookup?.split(' ') ?? [];
  return {
    ...entry,
    lookup: `callback ${place} ${entry.id}`,
    created_at: now.toISOString(),
    expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
    version: 1,
    value: { target: 'callback', event, callback: letter, died_at: now.toISOString(), reason } satisfies Letter,
  };
}
