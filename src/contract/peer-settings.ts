import * as z from 'zod';
import { HANDED, PeerName } from './delegation.ts';

const webAddress = z
  .url()
  .max(2000)
  .refine((text) => /^https?:$/.test(new URL(text).protocol), 'must be https or http')
  .refine(
    (text) => new URL(text).username === '' && new URL(text).password === '',
    'must hold no user and no password',
  );

/** When something is handed on by itself. */
const Hook = z.strictObject({
  on: z.enum(['analysis', 'rule_triggered']),
  skill: z.string().min(1).max(64).optional(),
  text: z.string().min(1).max(1000).optional(),
  send: z.enum(HANDED).default('analysis'),
});

/** One agent that questions may be handed to. */
export const PeerSettings = z.strictObject({
  name: PeerName,
  card_url: webAddress,
  /** Absent: every skill of its card. */
  skills: z.array(z.string().min(1).max(64)).max(100).optional(),
  /** Where the token is, never the token: gsm:// or file://. */
  credential: z
    .strictObject({
      scheme: z.enum(['bearer', 'api_key']).default('bearer'),
      header: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/)
        .default('X-API-Key'),
      secret: z.string().regex(/^(gsm|file):\/\//i, 'must be gsm:// or file://'),
    })
    .optional(),
  calls_per_day: z.int().min(1).max(1_000_000).default(100),
  /** Of one delegation, seconds: so long it holds one of the places that all callers share. */
  longest_deadline_s: z.int().min(5).max(86_400).default(3600),
  hooks: z.array(Hook).max(4).default([]),
});
export type PeerSettings = z.output<typeof PeerSettings>;

export const PeerList = z
  .array(PeerSettings)
  .max(50)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each name once');
