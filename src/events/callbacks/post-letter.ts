import { AppError } from '../../errors.ts';
import type { WebPost } from '../../ports/web-post.ts';
import { signature } from '../channels/webhook.ts';
import { DeliveryError } from '../outbox/target.ts';
import type { CallbackLetter } from './callback-letter.ts';

/** Of the receiver's state, not of the message or the address. */
const AGAIN = new Set([408, 425, 429]);

/** Resolves when it was taken. Throws DeliveryError, final where the receiver will never take it. */
export async function postLetter(
  post: WebPost,
  { to, message }: CallbackLetter,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = {
    'content-type': message.contentType,
    'user-agent': 'h200-mug',
    'idempotency-key': message.id,
    'x-h200-event-id': message.id,
    'x-h200-event-type': message.type,
    'x-h200-timestamp': timestamp,
    ...(to.secret !== null && { 'x-h200-signature': `sha256=${signature(to.secret, timestamp, message.body)}` }),
    ...to.headers,
  };
  const { status, retryAfterS } = await post
    .send(to.url, { headers, body: message.body }, signal)
    .catch((thrown: unknown) => {
      throw new DeliveryError(reasonOf(thrown), { cause: thrown });
    });
  if (status >= 200 && status < 300) return;
  const isFinal = status < 500 && !AGAIN.has(status);
  const redirect = status >= 300 && status < 400 ? ': redirects are not followed' : '';
  throw new DeliveryError(`answered ${status}${redirect}`, {
    isFinal,
    isAnswer: true,
    retryAfterMs: retryAfterS === null ? null : retryAfterS * 1000,
  });
}

const reasonOf = (thrown: unknown): string =>
  thrown instanceof AppError && thrown.code === 'VALIDATION_007'
    ? 'its host cannot be found, or lies in a private network'
    : 'could not be reached, or gave no answer in time';
