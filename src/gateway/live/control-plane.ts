import * as z from 'zod';
import { type AppError, toAppError } from '../../errors.ts';
import { TOPICS, type Topic } from '../../ports/bus.ts';
import { repeatedName } from '../repeated-name.ts';
import { writtenOnce } from './written-once.ts';

const TopicName = z.enum(TOPICS);

/** What a client may say: the manual's forms, and the shorter ones that other clients use. */
const ClientMessage = z.union([
  z.object({ type: z.literal('auth'), token: z.string().max(8192) }),
  z.object({ type: z.literal('auth'), ticket: z.string().max(8192) }),
  z.object({ type: z.enum(['subscribe', 'unsubscribe']), topics: z.array(TopicName).min(1).max(TOPICS.length) }),
  z.object({ action: z.enum(['subscribe', 'unsubscribe']), topic: TopicName }),
  z.object({ type: z.literal('ping') }),
  z.object({ action: z.literal('ping') }),
]);

export type Asked =
  | { readonly what: 'auth'; readonly by: 'token' | 'ticket'; readonly credential: string }
  | { readonly what: 'subscribe' | 'unsubscribe'; readonly topics: readonly Topic[] }
  | { readonly what: 'ping' };

/** What a frame asks for; null where it is none of the messages. */
export function readFrame(text: string): Asked | null {
  let sent: unknown;
  try {
    sent = JSON.parse(text);
  } catch {
    return null;
  }
  if (repeatedName(text) !== null) return null;
  const read = ClientMessage.safeParse(sent);
  if (!read.success) return null;
  const message = read.data;
  if ('token' in message) return { what: 'auth', by: 'token', credential: message.token };
  if ('ticket' in message) return { what: 'auth', by: 'ticket', credential: message.ticket };
  if ('topics' in message) return { what: message.type, topics: message.topics };
  if ('topic' in message) return { what: message.action, topics: [message.topic] };
  return { what: 'ping' };
}

const stamped = (message: object) => JSON.stringify({ ...message, timestamp: new Date().toISOString() });

/** What the server says; `/ws/control-plane` of the manual. */
export const said = {
  connection: (clientId: string) => stamped({ type: 'connection', status: 'connected', client_id: clientId }),
  auth: () => stamped({ type: 'auth', status: 'ok' }),
  subscription: (status: 'subscribed' | 'unsubscribed', topics: readonly Topic[]) =>
    stamped({ type: 'subscription', status, topics, ...(topics.length === 1 && { topic: topics[0] }) }),
  pong: () => stamped({ type: 'pong' }),
  dropped: (count: number) => stamped({ type: 'dropped', count }),
  error(thrown: unknown) {
    const { code, message, advice, details }: AppError = toAppError(thrown);
    return stamped({ type: 'error', code, message, advice, ...(Object.keys(details).length > 0 && { details }) });
  },
  pushed: writtenOnce(({ number: _, ...message }) => JSON.stringify(message)),
} as const;
