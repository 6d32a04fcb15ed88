import { mayKnow } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { TargetState } from '../../contract/notification.ts';
import type { Part } from '../../contract/part.ts';
import { LOCAL, type Principal } from '../../contract/principal.ts';
import { toAppError } from '../../errors.ts';
import type { BlobsStatus } from '../../ports/blobs.ts';
import type { SharedCacheStatus } from '../../ports/cache.ts';
import type { StoreStatus } from '../../ports/records.ts';
import type { QueueHealth } from '../../queue/service.ts';
import type { Services } from '../../services.ts';

export interface Health {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly version: string;
  readonly uptime_s: number;
  readonly checks: {
    readonly store: {
      readonly ok: boolean;
      readonly backend: StoreStatus['backend'];
      readonly state: StoreStatus['state'];
      readonly latency_ms: number;
      /** Code; of a store that can be read but not written, why. */
      readonly error: string | null;
      readonly damaged: boolean;
      /** Records that cannot be read; null: nobody has looked yet. */
      readonly unreadable_records: number | null;
    };
    readonly photos: {
      readonly ok: boolean;
      readonly backend: BlobsStatus['backend'];
      readonly state: BlobsStatus['state'];
    };
    /** Answers come without Redis too, so that its loss makes nothing ill; `redis` null: none is configured. */
    readonly cache: { readonly ok: boolean; readonly redis: SharedCacheStatus['state'] | null };
    /** Of the workers on other machines that compute; null: this server computes itself. */
    readonly queue: QueueHealth | null;
    /** Messages that leave; a target that does not take them makes nothing here ill. Empty: none is configured, or the reader may not know which are. */
    readonly messages: readonly TargetState[];
    readonly model: {
      readonly ok: boolean;
      readonly name: string | null;
      readonly state: string | null;
      /** `remote`: the inference server; where it is configured and this is another, this machine runs the model itself. */
      readonly provider: string | null;
      readonly error: string | null;
    };
  };
  /** What the doctor would say of each configured part; only for those who may know. */
  readonly parts?: readonly Part[];
}

/** The program itself asks, whoever reads the answer: nothing in it belongs to anybody. */
const SELF: CallContext = { principal: LOCAL };

/** In place of what an error says of this machine. */
const HIDDEN = 'the log says why, and so does this answer to a caller with the access token';

/**
 * Asks the store something and looks at the model; a model that is not loaded yet is fine, it loads on demand. `reader`: null
 * for somebody who has not said who it is.
 */
export const checkHealth = async (services: Services, reader: Principal | null): Promise<Health> =>
  (await examineHealth(services, reader)).health;

/**
 * The same, and whether requests may be sent here. Where workers compute, this server needs no model. Without its bucket, its
 * database once it was there, or with a queue that stands still, a server still answers, as all others would that have the
 * same ones.
 */
export async function examineHealth(
  services: Services,
  reader: Principal | null,
): Promise<{ readonly health: Health; readonly isReady: boolean }> {
  const started = performance.now();
  const failure = await services.ping().then(
    () => null,
    (thrown: unknown) => toAppError(thrown).code,
  );
  const latency = Math.round(performance.now() - started);
  const { backend, state, answered, writable, damage, unreadable } = await services.storeHealth();
  const storeWhole = writable === null && damage === null && (unreadable ?? 0) === 0;
  const photos = services.blobStatus();
  const photosOk = photos.state === 'connected' || photos.state === 'connecting';
  const models = services.models(SELF);
  const selected = models.find((model) => model.selected && model.installed);
  // Of what is there and cannot be used; that says nothing of this machine.
  const damaged = selected ? null : (models.find(({ error }) => error !== null)?.error ?? null);
  const queue = services.queue.health();
  const redis = services.cacheStatistics(SELF).shared?.state ?? null;
  const mayKnowParts = reader !== null && mayKnow(reader, 'faults');
  const modelOk = selected !== undefined && selected.state !== 'ERROR';
  const computes = queue === null || queue.fallback ? modelOk || queue?.ok === true : queue.ok;
  const storeOk = failure === null && storeWhole;
  const health: Health = {
    // Without its MongoDB the server still analyses; without its own file something is broken here.
    status:
      failure !== null && backend === 'embedded'
        ? 'down'
        : failure === null && computes && storeWhole && photosOk
          ? 'ok'
          : 'degraded',
    version: services.version,
    uptime_s: Math.round(process.uptime()),
    checks: {
      store: {
        ok: storeOk,
        backend,
        state,
        latency_ms: latency,
        error: failure ?? writable,
        damaged: damage !== null,
        unreadable_records: unreadable,
      },
      photos: { ok: photosOk, ...photos },
      queue,
      cache: { ok: redis === null || redis === 'connected', redis },
      messages: mayKnowParts ? services.notifications.states(SELF) : [],
      model: {
        ok: modelOk,
        name: selected?.name ?? null,
        state: selected?.state ?? null,
        provider: selected?.provider ?? null,
        error: selected ? shown(selected.error, reader) : (damaged ?? 'no model is installed'),
      },
    },
    ...(mayKnowParts && { parts: await services.parts(SELF) }),
  };
  const isReady = (modelOk || queue !== null) && (storeOk || (answered && backend === 'mongodb'));
  return { health, isReady };
}

const shown = (error: string | null, reader: Principal | null) =>
  error === null || (reader !== null && mayKnow(reader, 'faults')) ? error : HIDDEN;
