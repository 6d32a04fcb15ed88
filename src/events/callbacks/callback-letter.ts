import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { CallbackAddress, CallbackMessage } from '../../ports/callbacks.ts';
import type { RegistryEntry } from '../../ports/registry.ts';

/** One message on its way to an address that a caller named. */
export const CallbackLetter = z.strictObject({
  to: z.strictObject({
    name: z.string(),
    owner: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    secret: z.string().nullable(),
  }),
  message: z.strictObject({ id: z.string(), type: z.string(), contentType: z.string(), body: z.string() }),
});
export type CallbackLetter = z.infer<typeof CallbackLetter>;

export function waitingLetter(
  to: CallbackAddress,
  message: CallbackMessage,
  place: string,
  now: Date,
  keptMs: number,
): RegistryEntry {
  const { name, owner, url, headers, secret } = to;
  return {
    id: letterId(to, message),
    lookup: `${name} ${place}`,
    owner,
    created_at: now.toISOString(),
    expires_at: new Date(now.getTime() + keptMs).toISOString(),
    version: 1,
    value: { to: { name, owner, url, headers: { ...headers }, secret }, message } satisfies CallbackLetter,
  };
}

/** The same for the same message to the same address: what is written twice goes once. */
const letterId = ({ name }: CallbackAddress, { id }: CallbackMessage): string =>
  `cb_${createHash('sha256').update(`${name} ${id}`).digest('base64url').slice(0, 32)}`;
