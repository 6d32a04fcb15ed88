import * as z from 'zod';
import { WatchEvent } from '../../contract/watch.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { localTime } from '../core/local-time.ts';
import { Counts } from './camera-memory.ts';
import { Heat } from './heat.ts';

const DAY_MS = 86_400_000;
/** Events and pictures of one day that are read. */
const MOST_OF_DAY = 2000;

export const CameraDay = z.strictObject({ day: z.string(), counts: Counts, heat: Heat });
export type CameraDay = z.infer<typeof CameraDay>;

export const KeptPicture = z.strictObject({ at: z.string(), key: z.string(), bytes: z.int() });
export type KeptPicture = z.infer<typeof KeptPicture>;

interface Whose {
  readonly owner: string;
  readonly cameraId: string;
  readonly timeZone: string;
  readonly retentionDays: number;
}

/** What a camera has seen, day by day. Each entry has an id of its own content: written twice it is the same. */
export class CameraLog {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** Whether it is new. */
  async addEvent(whose: Whose, event: WatchEvent): Promise<boolean> {
    return this.registry.add('camera_event', entryOf(whose, event.event_id, new Date(event.at), event));
  }

  /** In their order. */
  async events(cameraId: string, day: string): Promise<WatchEvent[]> {
    const entries = await this.registry.under('camera_event', `${cameraId}/${day}`, MOST_OF_DAY);
    return entries.flatMap(({ value }) => WatchEvent.safeParse(value).data ?? []);
  }

  async addDay(whose: Whose, day: CameraDay, at: Date): Promise<void> {
    const entry = entryOf(whose, `${whose.cameraId} ${day.day}`, at, day);
    await this.registry.add('camera_day', { ...entry, lookup: `${whose.cameraId} ${day.day}` });
  }

  async day(cameraId: string, day: string): Promise<CameraDay | null> {
    const found = await this.registry.find('camera_day', `${cameraId} ${day}`);
    return CameraDay.safeParse(found?.value).data ?? null;
  }

  async addPicture(whose: Whose, picture: KeptPicture): Promise<void> {
    const { key, at } = picture;
    await this.registry.add('camera_picture', entryOf(whose, key, new Date(at), picture));
  }

  /** In their order. */
  async pictures(cameraId: string, day: string, limit = MOST_OF_DAY): Promise<KeptPicture[]> {
    const entries = await this.registry.under('camera_picture', `${cameraId}/${day}`, limit);
    return entries.flatMap(({ value }) => KeptPicture.safeParse(value).data ?? []);
  }

  async forgetDay(cameraId: string, day: string): Promise<void> {
    for (const kind of ['camera_event', 'camera_picture'] as const) {
      const entries = await this.registry.under(kind, `${cameraId}/${day}`, MOST_OF_DAY);
      for (const { id } of entries) await this.registry.remove(kind, id);
    }
    await this.registry.remove('camera_day', `${cameraId} ${day}`);
  }
}

function entryOf(
  { owner, cameraId, timeZone, retentionDays }: Whose,
  id: string,
  at: Date,
  value: unknown,
): RegistryEntry {
  const { date } = localTime(at, timeZone);
  return {
    id,
    lookup: `${cameraId}/${date} ${at.toISOString()} ${id}`,
    owner,
    created_at: at.toISOString(),
    expires_at: new Date(at.getTime() + retentionDays * DAY_MS).toISOString(),
    version: 1,
    value,
  };
}
