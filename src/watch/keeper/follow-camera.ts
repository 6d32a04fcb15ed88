import { setTimeout as sleep } from 'node:timers/promises';
import type { Camera } from '../../contract/camera.ts';
import { Lease } from '../../lease.ts';
import type { Registry, RegistryEntry, RegistryKind } from '../../ports/registry.ts';
import { CameraLog } from '../cameras/camera-log.ts';
import { MemoryStore } from '../cameras/camera-memory.ts';
import type { CameraStore } from '../cameras/camera-store.ts';
import { ViewStore } from '../cameras/camera-view.ts';
import { TIMES } from './keeper.ts';
import type { WatchParts } from './watch-parts.ts';
import { Watcher } from './watcher.ts';

export interface Following {
  readonly owner: string;
  readonly camera: Camera;
  /** False: nothing of it is kept beyond this process, but for the analyses of its events. */
  readonly isStored: boolean;
  readonly looks: number;
  readonly signal: AbortSignal;
  readonly waiting: () => void;
  readonly trouble: (reason: string) => void;
}

/** Looks until the signal, or so many times. */
export async function followCamera(
  { watch, store, registry }: { readonly watch: WatchParts; readonly store: CameraStore; readonly registry: Registry },
  { owner, camera, isStored, looks, signal, waiting, trouble }: Following,
): Promise<void> {
  const kept = (isStored ? await store.get(camera.camera_id) : null) ?? { owner, camera, version: 1 };
  const watcher = new Watcher(isStored ? watch : unstored(watch), kept);
  const lease = isStored ? new Lease(registry, `camera ${camera.camera_id}`, { leaseMs: TIMES.leaseMs }) : null;
  const intervalMs = 1000 * camera.interval_s;
  let [isTold, said] = [false, null as string | null];
  try {
    for (let done = 0; done < looks && !signal.aborted; ) {
      const begun = performance.now();
      if (lease !== null && !(await lease.holds(TIMES.leaseMs / 2))) {
        if (!isTold) waiting();
        isTold = true;
        await pause(1000, signal);
        continue;
      }
      const { pauseMs, trouble: reason } = await watcher.look(
        AbortSignal.any([signal, AbortSignal.timeout(TIMES.lookMs)]),
      );
      if (reason !== null && reason !== said) trouble(reason);
      said = reason;
      done += 1;
      if (done < looks) await pause(Math.max(0, intervalMs + pauseMs - (performance.now() - begun)), signal);
    }
  } finally {
    await watcher.close();
    await lease?.release().catch(() => undefined);
  }
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

/** The same parts over a registry that ends with the process. */
function unstored(parts: WatchParts): WatchParts {
  const registry = memoryRegistry();
  const memories = new MemoryStore(registry);
  return { ...parts, memories, log: new CameraLog(registry), views: new ViewStore(registry), blobs: NOWHERE(parts) };
}

/** No picture of a camera is kept that is not stored. */
const NOWHERE = ({ blobs }: WatchParts): WatchParts['blobs'] => ({ ...blobs, put: async () => 0 });

/** What a camera's memory needs of one. */
function memoryRegistry(): Registry {
  const entries = new Map<string, RegistryEntry>();
  const key = (kind: RegistryKind, id: string) => `${kind} ${id}`;
  const none = async () => ({ items: [], nextCursor: null });
  return {
    async add(kind, entry) {
      // Of what happened, only what it stands at is remembered: it does not grow.
      if (kind !== 'camera_state' && kind !== 'camera_view') return true;
      if (entries.has(key(kind, entry.id))) return false;
      entries.set(key(kind, entry.id), entry);
      return true;
    },
    async replace(kind, entry) {
      if (entries.get(key(kind, entry.id))?.version !== entry.version - 1) return false;
      entries.set(key(kind, entry.id), entry);
      return true;
    },
    get: async (kind, id) => entries.get(key(kind, id)) ?? null,
    find: async () => null,
    list: none,
    count: async () => 0,
    under: async () => [],
    addAll: async () => {},
    countUnder: async () => 0,
    remove: async (kind, id) => entries.delete(key(kind, id)),
    removeExpired: async () => 0,
    removeOlder: async () => 0,
  };
}
