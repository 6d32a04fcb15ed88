import * as z from 'zod';
import { CameraCounts, CameraDaySummary } from '../../contract/camera-day.ts';
import { WatchEvent } from '../../contract/watch.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { CameraState, newCamera } from '../core/state.ts';
import { Heat } from './heat.ts';

const KIND = 'camera_state';

export const Counts = CameraCounts;
export type Counts = CameraCounts;

export const NO_COUNTS: Counts = { pictures: 0, analysed: 0, unchanged: 0, unusable: 0, missed: 0, failed: 0 };

export type DaySummary = CameraDaySummary;

/** Decided together with the state, and told afterwards. */
export const Pending = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('event'),
    event: WatchEvent,
    rule: z.string().nullable(),
    /** Of the rule; absent in what an older version decided. */
    priority: z.int().nullable().optional(),
    text: z.string().nullable(),
  }),
  z.strictObject({ what: z.literal('summary'), summary: CameraDaySummary }),
]);
export type Pending = z.infer<typeof Pending>;

export const ViewState = z.enum(['unknown', 'same', 'moved', 'unclear']);

/** All that a camera remembers, in one entry: what was seen and what is still to be told change in one write. */
export const Memory = z.strictObject({
  core: CameraState,
  pending: z.array(Pending).max(500),
  day: z.string(),
  counts: Counts,
  heat: Heat,
  /** Local day whose summary was decided last. */
  summed: z.string().nullable(),
  view: ViewState,
  /** How far the view is off, share of the long side; null: not known. */
  shift: z.number().nullable(),
  last_at: z.string().nullable(),
  /** Why there is no picture; null: there is one. */
  trouble: z.string().nullable(),
  trouble_since: z.string().nullable(),
  failures: z.int(),
  picture_at: z.string().nullable(),
});
export type Memory = z.infer<typeof Memory>;

export const newMemory = (camera: string, day: string): Memory => ({
  core: newCamera(camera),
  pending: [],
  day,
  counts: NO_COUNTS,
  heat: {},
  summed: null,
  view: 'unknown',
  shift: null,
  last_at: null,
  trouble: null,
  trouble_since: null,
  failures: 0,
  picture_at: null,
});

export interface KeptMemory {
  readonly memory: Memory;
  /** 0: it is not stored yet. */
  readonly version: number;
}

export class MemoryStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** Null: there is none, or one that cannot be read any more, which the next write replaces. */
  async read(cameraId: string): Promise<{ readonly memory: Memory | null; readonly version: number }> {
    const found = await this.registry.get(KIND, cameraId);
    if (found === null) return { memory: null, version: 0 };
    return { memory: Memory.safeParse(found.value).data ?? null, version: found.version };
  }

  /** Durable when it resolves with true; false, and nothing is done, where another process wrote since. */
  write(owner: string, cameraId: string, memory: Memory, version: number, now: Date): Promise<boolean> {
    const entry: RegistryEntry = {
      id: cameraId,
      lookup: null,
      owner,
      created_at: now.toISOString(),
      expires_at: null,
      version: version + 1,
      value: memory,
    };
    return version === 0 ? this.registry.add(KIND, entry) : this.registry.replace(KIND, entry);
  }

  async remove(cameraId: string): Promise<void> {
    await this.registry.remove(KIND, cameraId);
  }
}
