import * as z from 'zod';
import { ServerId } from './server.ts';

/** Where analyses are computed: this process, the workers of the queue, or a rented server in one of three ways. */
export const BACKEND_KINDS = ['here', 'queue', 'endpoint_jobs', 'endpoint_http', 'pod'] as const;
export const BackendKind = z.enum(BACKEND_KINDS);
export type BackendKind = z.infer<typeof BackendKind>;

export const RoutingEntry = z
  .strictObject({
    id: z.union([z.literal(['here', 'queue']), ServerId]).describe('"here", "queue" or the id of a server'),
    kind: BackendKind.describe('endpoint_jobs: jobs of an endpoint; endpoint_http: its load balancer'),
    server_id: ServerId.nullable(),
    weight: z.int().min(0).max(100).describe('percent of the analyses'),
  })
  .refine(
    ({ id, kind, server_id }) =>
      id === 'here' || id === 'queue' ? kind === id && server_id === null : id === server_id && !isOwn(kind),
    'must name a server by its id and by server_id, or be of the kind that its id says',
  );
export type RoutingEntry = z.infer<typeof RoutingEntry>;

/** Over 16 nobody weighs them by hand, and their measurements are labels of metrics. */
export const MOST_BACKENDS = 16;

export const RoutingEntries = z
  .array(RoutingEntry)
  .min(1)
  .max(MOST_BACKENDS)
  .refine((all) => all.reduce((sum, { weight }) => sum + weight, 0) === 100, 'must have weights that sum to 100')
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'must name each backend once');

/** Who computes how much. Where nothing is stored: this process, or the queue where there is one, at 100, revision 0. */
export const Routing = z.strictObject({
  revision: z.int().min(0),
  entries: RoutingEntries,
  changed_at: z.iso.datetime().nullable().describe('null: never changed'),
  rollout_id: z.string().max(100).nullable().describe('of the rollout that set it; null: somebody did'),
});
export type Routing = z.infer<typeof Routing>;

function isOwn(kind: BackendKind): boolean {
  return kind === 'here' || kind === 'queue';
}

const Measured = z.strictObject({
  ...RoutingEntry.shape,
  requests: z.int().min(0).describe('sent there'),
  errors: z.int().min(0).describe('of these: brought no answer, and went elsewhere'),
  p50_ms: z.number().nullable().describe('of those that were answered; null: none was'),
  p95_ms: z.number().nullable(),
});

/** The same as it comes out. */
export const RoutingReport = z.strictObject({
  ...Routing.omit({ entries: true }).shape,
  window_seconds: z.int().describe('of the measurements, up to now, over all our processes'),
  backends: z.array(Measured),
});
export type RoutingReport = z.infer<typeof RoutingReport>;

/** Whoever is not named gets nothing. */
export const SetRouting = z.strictObject({
  weights: z
    .record(z.union([z.literal(['here', 'queue']), ServerId]), z.int().min(0).max(100))
    .refine((all) => Object.keys(all).length <= MOST_BACKENDS, `at most ${MOST_BACKENDS}`)
    .refine((all) => Object.values(all).reduce((sum, weight) => sum + weight, 0) === 100, 'must sum to 100')
    .describe('percent by "here", "queue" or the id of a server; together 100'),
  revision: z.int().min(0).optional().describe('only if it is still this one'),
  force: z.boolean().default(false).describe('also while a rollout sets them'),
});
export type SetRouting = z.infer<typeof SetRouting>;
