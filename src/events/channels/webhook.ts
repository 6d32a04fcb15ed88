import { createHmac, randomUUID } from 'node:crypto';
import type { OutgoingEvent } from '../../contract/notification.ts';
import { DeliveryError, type Target } from '../outbox/target.ts';
import { bodyOf } from './envelope.ts';
import { demandSuccess, Poster, type PostOptions } from './post.ts';

export interface WebhookParts extends PostOptions {
  readonly name: 'webhook' | 'n8n';
  /** As they are now: secrets may be replaced while the program runs. */
  readonly url: () => string | undefined;
  readonly signingSecret: () => string | undefined;
  readonly authorization: () => string | undefined;
  /** Events in one call, at most 100. */
  readonly batch: number;
  readonly now: () => Date;
}

/** Hex of HMAC-SHA256 over the seconds of the timestamp, a dot, and the body as it is sent. */
export const signature = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

/** Every event to an address of the operator's, signed; n8n's Webhook node is one. */
export function webhookTarget(parts: WebhookParts): Target {
  const poster = new Poster(parts);

  async function send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<void> {
    const url = parts.url();
    if (url === undefined) throw new DeliveryError('has no address any more');
    const { id, body } = bodyOf(events);
    const timestamp = String(Math.floor(parts.now().getTime() / 1000));
    const secret = parts.signingSecret();
    const authorization = parts.authorization();
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': id,
      'x-h200-event-id': id,
      'x-h200-event-type': events.length === 1 ? events[0]!.event_type : 'batch',
      'x-h200-timestamp': timestamp,
      ...(secret !== undefined && { 'x-h200-signature': `sha256=${signature(secret, timestamp, body)}` }),
      ...(authorization !== undefined && { authorization }),
    };
    demandSuccess(await poster.call(url, { headers, body }, signal));
  }

  return {
    name: parts.name,
    batch: parts.batch,
    takes: () => true,
    async deliver(events, signal) {
      await send(events, signal);
      return events.length;
    },
    test: (signal) => send([testEvent(parts.now())], signal),
    close: () => poster.close(),
  };
}

const testEvent = (now: Date): OutgoingEvent => ({
  event_id: `evt_${randomUUID()}`,
  event_type: 'test',
  timestamp: now.toISOString(),
  owner: 'system',
  severity: 'info',
  data: { message: 'A test of h200-mug: messages arrive here.' },
});
