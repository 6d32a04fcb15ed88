import * as z from 'zod';
import { ServerId, ServerOffer, ServerQuote, ServerType } from './server.ts';

/** Where prices come from. */
export const PRICE_SOURCES = ['RunPod catalog', 'simulated catalog'] as const;
export const priceSource = ({ simulated }: { readonly simulated: boolean }) => PRICE_SOURCES[simulated ? 1 : 0];

/** What something would begin to cost, before it is done. Amounts are US dollars; null: not known. */
export const ServerPlan = z.strictObject({
  action: z.enum(['create', 'start', 'scale']),
  type: ServerType,
  server_id: ServerId.nullable().describe('null: it would be made'),
  candidates: z
    .array(ServerOffer)
    .describe('GPUs in the order in which they would be tried; of one that exists: its own'),
  refused: ServerQuote.shape.refused,
  image: ServerQuote.shape.image,
  env: ServerQuote.shape.env,
  price_per_hour: z.number().nullable().describe('of one instance of the first candidate, while it runs'),
  highest_price_per_hour: z.number().nullable().describe('if all instances of the dearest candidate run'),
  always_per_hour: z.number().nullable().describe('of those that run all the time, also unused'),
  idle_timeout_seconds: z.int().describe('it is stopped after so long without a request'),
  price_source: z.enum(PRICE_SOURCES),
  quoted_at: z.iso.datetime(),
});
export type ServerPlan = z.infer<typeof ServerPlan>;
