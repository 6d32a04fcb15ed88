import * as z from 'zod';
import { boolean, integer, url, variable } from './variable.ts';

const optionalUrl = url('https', 'http').optional();
const header = z
  .string()
  .max(4096)
  .regex(/^[\x20-\x7e]+$/, 'must be one line of ASCII')
  .optional();

export const NOTIFY = {
  WEBHOOK_URL: variable(
    'messages',
    optionalUrl,
    'unset',
    'Every event is sent here as JSON ([docs/notifications.md](notifications.md)). Unset, as each of the others below, it is off.',
    { secret: true },
  ),
  N8N_WEBHOOK_URL: variable(
    'messages',
    optionalUrl,
    'unset',
    'The same for a Webhook node of n8n, set to POST: `https://…/webhook/…`.',
    { secret: true },
  ),
  H200_WEBHOOK_SECRET: variable(
    'messages',
    z.string().min(16, 'must have at least 16 characters').optional(),
    'unset',
    'Signs what is sent to both: `X-H200-Signature: sha256=…` over `X-H200-Timestamp`, a dot and the body.',
    { secret: true },
  ),
  WEBHOOK_AUTHORIZATION: variable('messages', header, 'unset', 'Sent to WEBHOOK_URL as `Authorization`.', {
    secret: true,
  }),
  N8N_WEBHOOK_AUTHORIZATION: variable(
    'messages',
    header,
    'unset',
    'Sent to N8N_WEBHOOK_URL as `Authorization`: `Basic …` or `Bearer …`, as the node asks for.',
    { secret: true },
  ),
  H200_WEBHOOK_BATCH: variable(
    'messages',
    integer(1, 100).default(1),
    '1',
    'Events that wait are sent to both so many at once, as `{"batch": true, "batch_id", "events"}`.',
  ),
  H200_NOTIFY_PRIVATE: variable(
    'messages',
    boolean.default(false),
    'false',
    'Targets may lie in the own network, and without TLS: n8n on this machine.',
  ),
  H200_OUTBOX_LIMIT: variable(
    'messages',
    integer(1, 1_000_000).default(10_000),
    '10000',
    'Messages that may wait for one target; the oldest beyond them become dead letters.',
  ),
  H200_OUTBOX_HOURS: variable(
    'messages',
    integer(1, 240).default(24),
    '24',
    'A message that could not be delivered for so long becomes a dead letter.',
  ),
} as const;
