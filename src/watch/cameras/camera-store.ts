import { Camera } from '../../contract/camera.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import { AppError } from '../../errors.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';

const KIND = 'camera';
const PAGE = 200;
/** Of one owner. */
export const MOST_CAMERAS = 32;

export interface KeptCamera {
  readonly owner: string;
  readonly camera: Camera;
  /** Another one after every change. */
  readonly version: number;
}

const lookupOf = (owner: string, name: string) => `${encodeURIComponent(owner)} ${name.toLowerCase()}`;

/** Cameras as their owners described them. Names are the owner's own, large and small letters alike. */
export class CameraStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** False: the owner has one of this name. */
  add(owner: string, camera: Camera): Promise<boolean> {
    return this.registry.add(KIND, entryOf(owner, camera, 1));
  }

  /** False where it was changed meanwhile, or the name is taken. */
  replace({ owner, version }: KeptCamera, camera: Camera): Promise<boolean> {
    return this.registry.replace(KIND, entryOf(owner, camera, version + 1));
  }

  remove(id: string): Promise<boolean> {
    return this.registry.remove(KIND, id);
  }

  async get(id: string): Promise<KeptCamera | null> {
    const found = await this.registry.get(KIND, id);
    return found && keptOf(found);
  }

  async named(owner: string, name: string): Promise<KeptCamera | null> {
    const found = await this.registry.find(KIND, lookupOf(owner, name));
    return found && keptOf(found);
  }

  count(owner: string): Promise<number> {
    return this.registry.count(KIND, owner);
  }

  /** Newest first. */
  async list(owner: string, page: PageRequest): Promise<Page<KeptCamera>> {
    const { items, ...rest } = await this.registry.list(KIND, owner, page);
    return { ...rest, items: items.map(keptOf) };
  }

  /** Of everybody. Those that cannot be read are left out. */
  async all(): Promise<KeptCamera[]> {
    const found: KeptCamera[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<RegistryEntry> = await this.registry.list(KIND, null, {
        limit: PAGE,
        ...(cursor && { cursor }),
      });
      for (const entry of page.items) {
        const read = Camera.safeParse(entry.value);
        if (read.success) found.push({ owner: entry.owner, camera: read.data, version: entry.version });
      }
      cursor = page.nextCursor;
    }
    return found;
  }
}

function entryOf(owner: string, camera: Camera, version: number): RegistryEntry {
  const { camera_id: id, created_at } = camera;
  return { id, lookup: lookupOf(owner, camera.name), owner, created_at, expires_at: null, version, value: camera };
}

function keptOf({ id, owner, version, value }: RegistryEntry): KeptCamera {
  const read = Camera.safeParse(value);
  if (read.success) return { owner, camera: read.data, version };
  throw new AppError('DB_003', { message: 'A stored camera is damaged.', details: { camera_id: id } });
}
