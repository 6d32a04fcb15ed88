import { annotated } from '../../components/desk/photo.ts';

const MOST = 150;
const AT_ONCE = 3;
const SIZE = 240;

/** Small annotated pictures: few asked for at once, the latest wishes first, the least used forgotten. */
export function createThumbnails() {
  const known = new Map<string, Promise<string | null>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function load(id: string): Promise<string | null> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return URL.createObjectURL(await annotated(id, SIZE));
    } catch {
      return null;
    } finally {
      running -= 1;
      waiting.pop()?.();
    }
  }
  const forget = (made: Promise<string | null>) => void made.then((href) => href && URL.revokeObjectURL(href));

  return {
    /** Null: there is no picture of it. */
    of(id: string): Promise<string | null> {
      const made = known.get(id) ?? load(id);
      known.delete(id);
      known.set(id, made);
      const [oldest] = known;
      if (known.size > MOST && oldest) {
        known.delete(oldest[0]);
        forget(oldest[1]);
      }
      return made;
    },
    clear(): void {
      for (const made of known.values()) forget(made);
      known.clear();
    },
  };
}
export type Thumbnails = ReturnType<typeof createThumbnails>;
