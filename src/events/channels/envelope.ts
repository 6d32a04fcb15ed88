import { createHash } from 'node:crypto';
import type { OutgoingEvent, Severity } from '../../contract/notification.ts';

const PRIORITY: Readonly<Record<Severity, 'low' | 'normal' | 'high'>> = {
  critical: 'high',
  error: 'high',
  warning: 'normal',
  info: 'low',
  success: 'low',
};

/** What a receiver gets of one event; `event_id` is the same however often it comes. */
export function envelope({ event_id, event_type, timestamp, owner, severity, data }: OutgoingEvent) {
  return {
    event_id,
    event_type,
    timestamp,
    source: 'h200-mug-positioning',
    version: '1.0',
    priority: PRIORITY[severity],
    severity,
    owner,
    data,
  };
}

/** One body for several; `id` is the same for the same events. */
export function bodyOf(events: readonly OutgoingEvent[]): { readonly id: string; readonly body: string } {
  const [first] = events;
  if (events.length === 1 && first !== undefined) return { id: first.event_id, body: JSON.stringify(envelope(first)) };
  const hash = createHash('sha256').update(events.map(({ event_id }) => event_id).join(' '));
  const batch_id = `batch_${hash.digest('hex').slice(0, 24)}`;
  return { id: batch_id, body: JSON.stringify({ batch: true, batch_id, events: events.map(envelope) }) };
}
