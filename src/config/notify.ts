import * as z from 'zod';
import { Severity } from '../contract/notification.ts';
import { boolean, integer, list, serverAddress, url, variable } from './variable.ts';

const optionalUrl = url('https', 'http').optional();
const header = z
  .string()
  .max(4096)
  .regex(/^[\x20-\x7e]+$/, 'must be one line of ASCII')
  .optional();

const address = z
  .string()
  .max(320)
  .regex(/^[^\s@<>",;:]+@[^\s@<>",;:]+$/, 'must be an address such as desk@example.com');
const addresses = list.pipe(z.array(address).min(1).max(50));
const severities = (usual: Severity[]) => list.pipe(z.array(Severity)).default(usual);

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
  SLACK_WEBHOOK_URL: variable(
    'messages',
    optionalUrl,
    'unset',
    'Incoming webhook of Slack: people are told there what changed.',
    { secret: true },
  ),
  DISCORD_WEBHOOK_URL: variable('messages', optionalUrl, 'unset', 'Webhook of a Discord channel, likewise.', {
    secret: true,
  }),
  EMAIL_TO: variable(
    'messages',
    addresses.optional(),
    'unset',
    'Addresses, separated by commas, to which mail is sent likewise; EMAIL_FROM belongs to it.',
  ),
  EMAIL_FROM: variable('messages', address.optional(), 'unset', 'Sender of the mails.'),
  SMTP_HOST: variable(
    'messages',
    z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be the name of a host')
      .default('smtp.gmail.com'),
    '`smtp.gmail.com`',
    'Mail server. Nothing is sent without TLS.',
  ),
  SMTP_PORT: variable(
    'messages',
    integer(1, 65_535).default(587),
    '587',
    '465 is TLS from the first byte, on any other port STARTTLS is demanded.',
  ),
  SMTP_USERNAME: variable('messages', z.string().max(320).optional(), 'unset', 'Login of the mail server.'),
  SMTP_PASSWORD: variable('messages', z.string().max(1000).optional(), 'unset', 'Its password.', { secret: true }),
  H200_SLACK_SEVERITIES: variable(
    'messages',
    severities(['critical', 'error']),
    '`critical,error`',
    'What people are told in Slack where the owner of an analysis said nothing else: critical, error, warning, info, success. Broken rules are critical at priority 10, warnings from 7 on, else info.',
  ),
  H200_DISCORD_SEVERITIES: variable(
    'messages',
    severities(['critical', 'warning', 'info', 'success']),
    '`critical,warning,info,success`',
    'The same for Discord.',
  ),
  H200_EMAIL_SEVERITIES: variable(
    'messages',
    severities(['critical', 'error']),
    '`critical,error`',
    'The same for mail.',
  ),
  TEMPLATED_API_KEY: variable('messages', header, 'unset', 'Templated.io makes a picture of every analysis.', {
    secret: true,
  }),
  TEMPLATED_TEMPLATE_ID: variable(
    'messages',
    z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the id of a template')
      .default('d4cdaf91-f652-4e7d-8579-b32a52d0aca3'),
    '`d4cdaf91-f652-4e7d-8579-b32a52d0aca3`',
    'Its template; docs/notifications.md lists the names of the layers.',
  ),
  TEMPLATED_API_URL: variable(
    'messages',
    serverAddress.default('https://api.templated.io'),
    '`https://api.templated.io`',
    'Another address of it.',
  ),
  TEMPLATED_CALLBACK_URL: variable(
    'messages',
    serverAddress.optional(),
    'unset',
    'Address at which Templated.io reaches this server: renders are told there and not waited for.',
  ),
  H200_PUBLIC_URL: variable(
    'messages',
    serverAddress.optional(),
    'unset',
    'Address at which people reach `serve`, such as `https://desk.example.com`: what they are told of an analysis then has a link to its picture, for a day and without a login.',
  ),
  H200_NOTIFY_PRIVATE: variable(
    'messages',
    boolean.default(false),
    'false',
    'Targets may lie in the own network, and without TLS: n8n on this machine.',
  ),
  H200_CALLBACK_HOSTS: variable(
    'messages',
    list
      .pipe(
        z
          .array(
            z
              .string()
              .max(260)
              .regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$/, 'must be a host, or host:port'),
          )
          .max(100),
      )
      .default([]),
    'none',
    'Hosts in the own network that callers may name for push notifications and the ends of jobs, such as `agents.internal:8443`; also without TLS. Others must be public https addresses on port 443.',
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
