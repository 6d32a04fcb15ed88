import { reactive, shallowReactive } from 'vue';
import { upload } from '../../api/upload.ts';
import type { Analysis } from '../../components/desk/types.ts';

export interface QueuedPhoto {
  readonly key: number;
  readonly file: File;
  /** The photo as this browser has it. */
  readonly preview: string;
  state: 'waiting' | 'sending' | 'working' | 'done' | 'failed';
  /** Share of its bytes that have left. */
  sent: number;
  result: Analysis | null;
  error: unknown;
}

const MAX_BYTES = 25 * 1024 * 1024;
const TYPES = /^image\/(jpeg|png|webp)$/;

/** Photos one after another: sent, measured, and kept here with their answers for as long as the page is open. */
export function createQueue(fields: () => Readonly<Record<string, unknown>>, done: (photo: QueuedPhoto) => void) {
  const photos = reactive<QueuedPhoto[]>([]);
  const stops = new Map<number, AbortController>();
  let next = 0;
  let isRunning = false;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      const photo = photos.find(({ state }) => state === 'waiting');
      if (!photo) break;
      await send(photo);
    }
    isRunning = false;
  }

  async function send(photo: QueuedPhoto): Promise<void> {
    const form = new FormData();
    // Fields come first: the server reads them before the file.
    for (const [name, value] of Object.entries(fields()))
      form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
    form.append('image', photo.file, photo.file.name);
    const stop = new AbortController();
    stops.set(photo.key, stop);
    Object.assign(photo, { state: 'sending', sent: 0, error: null });
    try {
      photo.result = await upload<Analysis>('api/v1/analyze/with-feedback', form, {
        signal: stop.signal,
        onProgress(share) {
          photo.sent = share;
          if (share >= 1) photo.state = 'working';
        },
      });
      photo.state = 'done';
      done(photo);
    } catch (thrown) {
      photo.error = thrown;
      photo.state = 'failed';
    } finally {
      stops.delete(photo.key);
    }
  }

  return {
    photos,
    /** Names of files that are none of our pictures, or too large. */
    add(files: readonly File[]): { readonly notPictures: string[]; readonly tooLarge: string[] } {
      const notPictures: string[] = [];
      const tooLarge: string[] = [];
      for (const file of files) {
        if (!TYPES.test(file.type)) notPictures.push(file.name);
        else if (file.size > MAX_BYTES) tooLarge.push(file.name);
        else {
          const preview = URL.createObjectURL(file);
          photos.push(
            shallowReactive({ key: next++, file, preview, state: 'waiting', sent: 0, result: null, error: null }),
          );
        }
      }
      void run();
      return { notPictures, tooLarge };
    },
    again(photo: QueuedPhoto): void {
      photo.state = 'waiting';
      void run();
    },
    remove(photo: QueuedPhoto): void {
      stops.get(photo.key)?.abort();
      const at = photos.findIndex(({ key }) => key === photo.key);
      if (at >= 0) photos.splice(at, 1);
      URL.revokeObjectURL(photo.preview);
    },
    clear(): void {
      for (const stop of stops.values()) stop.abort();
      for (const { preview } of photos) URL.revokeObjectURL(preview);
      photos.length = 0;
    },
  };
}
