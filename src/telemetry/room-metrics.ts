import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Gauge, type Registry } from 'prom-client';

/** Nobody who scrapes waits longer for a store that hangs, ms. */
const LIMIT_MS = 2000;

/** Of the folder, or of where it will be made. */
async function nearest(folder: string): Promise<Awaited<ReturnType<typeof statfs>> | null> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const stat = await statfs(at).catch(() => null);
    if (stat !== null || at === dirname(at)) return stat;
  }
}

/** Whether records can be written, and how much room the data folder has left. */
export function observeRoom(registry: Registry, writable: () => Promise<boolean>, folder: string): void {
  const registers = [registry];
  let last = true;
  new Gauge({
    name: 'h200_store_writable',
    help: '1 while records can be written',
    registers,
    async collect() {
      const late = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => late.resolve(last), LIMIT_MS);
      const asked = writable()
        .catch(() => false)
        .then((is) => {
          last = is;
          return is;
        });
      // One that only takes long is what it was.
      this.set(Number(await Promise.race([asked, late.promise])));
      clearTimeout(timer);
    },
  });
  const room = (name: string, help: string, blocksOf: (stat: Awaited<ReturnType<typeof statfs>>) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.reset();
        const stat = await nearest(folder);
        if (stat === null) this.remove();
        else this.set(blocksOf(stat) * Number(stat.bsize));
      },
    });
  room('h200_data_free_bytes', 'Free bytes of the file system of the data folder', ({ bavail }) => Number(bavail));
  room('h200_data_size_bytes', 'Bytes of the file system of the data folder', ({ blocks }) => Number(blocks));
}
