import { can, demand } from '../../access/can.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { type Camera, CameraSettings, type CameraSource } from '../../contract/camera.ts';
import type { CameraTest } from '../../contract/camera-answers.ts';
import type { Permission } from '../../contract/principal.ts';
import { AppError, toAppError } from '../../errors.ts';
import { turnsOf } from '../../one-after-another.ts';
import { AtOnce } from '../at-once.ts';
import type { CameraParts } from './camera-parts.ts';
import { listed } from './camera-state.ts';
import { type KeptCamera, MOST_CAMERAS } from './camera-store.ts';
import { changesOf } from './changes.ts';
import { forgetCamera } from './forget-camera.ts';
import { history } from './history.ts';
import { lastKey } from './picture-keys.ts';
import type { CameraService } from './service.ts';
import { statusOf } from './status.ts';
import { timeLapse } from './time-lapse.ts';

/** Longest wait for a picture of a source that is tried, ms. */
const TEST_MS = 20_000;
/** Of this process. */
const MOST_TESTS = 8;
const MOST_TIME_LAPSES = 2;

export function createCameras(parts: CameraParts): CameraService {
  const { store, memories, views, blobs, sources, bus, now } = parts;
  const tests = new AtOnce(MOST_TESTS);
  const lapses = new AtOnce(MOST_TIME_LAPSES);

  async function own({ principal }: CallContext, named: string, permission: Permission): Promise<KeptCamera> {
    demand(principal, permission);
    const byId = named.startsWith('cam_') ? await store.get(named) : null;
    const kept = byId ?? (await store.named(principal.id, named));
    if (kept !== null && can(principal, permission, { owner: kept.owner })) return kept;
    throw new AppError('CAMERA_001', { details: { camera: named } });
  }

  async function checkSettings(ctx: CallContext, settings: Partial<CameraSettings>): Promise<void> {
    if (settings.source) await sources.check(settings.source);
    if (settings.source) demandWholePath(settings.source);
    if (settings.calibration_id) await parts.demandCalibration(ctx, settings.calibration_id);
    for (const id of settings.rule_ids ?? []) await parts.demandRule(ctx, id);
  }

  const changed = ({ owner, camera }: Pick<KeptCamera, 'owner' | 'camera'>) =>
    bus.relay({ type: 'camera_changed', camera_id: camera.camera_id, camera: camera.name, owner });

  const taken = (name: string) =>
    new AppError('CAMERA_003', {
      message: `You have a camera called "${name}".`,
      advice: 'Give it another name.',
      details: { field: 'name' },
    });

  async function tried(source: CameraSource, signal: AbortSignal | undefined): Promise<CameraTest> {
    const started = performance.now();
    const tookMs = () => Math.round(performance.now() - started);
    const late = AbortSignal.timeout(TEST_MS);
    const opened = await sources.open(source);
    try {
      const grabbed = await opened.grab(signal ? AbortSignal.any([signal, late]) : late);
      if (grabbed === null) return { ...NOTHING, reason: 'There is no picture yet.', took_ms: tookMs() };
      const { width, height } = await parts.openPicture(grabbed.bytes, 'camera');
      return { ok: true, reason: null, width, height, taken_at: grabbed.takenAt.toISOString(), took_ms: tookMs() };
    } catch (thrown) {
      const { message, advice } = toAppError(thrown);
      return { ...NOTHING, reason: `${message} ${advice}`, took_ms: tookMs() };
    } finally {
      await opened.close();
    }
  }

  const past = history(parts, own);
  const status: CameraService['status'] = async (ctx, named) =>
    statusOf(parts, ctx, await own(ctx, named, 'analysis:read'));

  return {
    ...past,
    status,
    changes: (ctx, asked) => changesOf({ status, events: past.events }, ctx, asked, now()),
    async create(ctx, given) {
      demand(ctx.principal, 'analysis:write');
      const settings = CameraSettings.parse(given);
      await checkSettings(ctx, settings);
      const owner = ctx.principal.id;
      const at = now().toISOString();
      const camera: Camera = { camera_id: parts.newId(), ...settings, created_at: at, updated_at: at };
      await turnsOf(store).take(owner, async () => {
        if ((await store.count(owner)) >= MOST_CAMERAS) throw tooMany();
        if (!(await store.add(owner, camera))) throw taken(settings.name);
        // Another process may have added one meanwhile.
        if ((await store.count(owner)) <= MOST_CAMERAS) return;
        await store.remove(camera.camera_id);
        throw tooMany();
      });
      changed({ owner, camera });
      return camera;
    },
    async update(ctx, named, patch) {
      await checkSettings(ctx, patch as Partial<CameraSettings>);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const kept = await own(ctx, named, 'analysis:write');
        const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        const camera: Camera = { ...kept.camera, ...given, updated_at: now().toISOString() };
        if (await store.replace(kept, camera)) {
          changed({ owner: kept.owner, camera });
          return camera;
        }
        const other = await store.named(kept.owner, camera.name);
        if (other !== null && other.camera.camera_id !== camera.camera_id) throw taken(camera.name);
      }
      throw new AppError('CAMERA_003', { message: 'Others change this camera just now.', advice: 'Try again.' });
    },
    async delete(ctx, named) {
      const kept = await own(ctx, named, 'analysis:delete');
      const { camera_id: id } = kept.camera;
      if (!(await store.remove(id))) throw new AppError('CAMERA_001', { details: { camera: named } });
      changed(kept);
      await Promise.all([memories.remove(id), views.remove(id), forgetCamera(parts, kept)]);
    },
    async list({ principal }, page) {
      demand(principal, 'analysis:read');
      const { items, ...rest } = await store.list(principal.id, page);
      const at = now();
      const withState = async ({ camera }: KeptCamera) =>
        listed(camera, (await memories.read(camera.camera_id)).memory, at);
      return { ...rest, items: await Promise.all(items.map(withState)) };
    },
    async count({ principal }) {
      demand(principal, 'analysis:read');
      return store.count(principal.id);
    },
    async names({ principal }, prefix, limit) {
      demand(principal, 'analysis:read');
      const { items } = await store.list(principal.id, { limit: MOST_CAMERAS });
      const names = items.map(({ camera }) => camera.name).filter((name) => name.startsWith(prefix));
      return names.slice(0, limit);
    },
    get: async (ctx, named) => (await own(ctx, named, 'analysis:read')).camera,
    async snapshot(ctx, named) {
      const { camera } = await own(ctx, named, 'analysis:read');
      const blob = await blobs.get(lastKey(camera.camera_id), { signal: ctx.signal });
      if (blob !== undefined) return blob;
      throw new AppError('STORAGE_002', {
        message: 'No picture of this camera was kept yet.',
        details: { camera: named },
      });
    },
    async timeLapse(ctx, named, span) {
      const kept = await own(ctx, named, 'analysis:read');
      return lapses.run(ctx.principal.id, () => timeLapse(parts, ctx, kept, span));
    },
    async confirm(ctx, named) {
      const kept = await own(ctx, named, 'analysis:write');
      await views.remove(kept.camera.camera_id);
      const camera: Camera = { ...kept.camera, updated_at: now().toISOString() };
      // A new version: who watches it begins anew, without an earlier view.
      await store.replace(kept, camera);
      changed({ owner: kept.owner, camera });
      return camera;
    },
    async test({ principal, signal }, source): Promise<CameraTest> {
      demand(principal, 'analysis:write');
      await sources.check(source);
      return tests.run(principal.id, () => tried(source, signal));
    },
  };
}

/** What another program started elsewhere would take for another folder. */
function demandWholePath({ kind, address }: CameraSource): void {
  if (kind !== 'folder' || /^(\/|~|[A-Za-z]:[\\/])/.test(address)) return;
  throw new AppError('VALIDATION_002', {
    message: 'A folder is given by its whole path.',
    advice: 'Write it from the root on, such as /srv/camera.',
    details: { field: 'source.address' },
  });
}

const tooMany = () =>
  new AppError('CAMERA_003', {
    message: `There are ${MOST_CAMERAS} cameras of yours, which is the most.`,
    advice: 'Remove one first.',
  });

const NOTHING = { ok: false, width: null, height: null, taken_at: null } as const;
