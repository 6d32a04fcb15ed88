import type { WorkItem } from './protocol.ts';

/**
 * Memory that main thread and workers share, used again and again: one copy per picture instead of fresh memory that
 * the system must hand out and clear (half a millisecond for 416 x 416). The copy is needed anyway, because sharp's own
 * buffers cannot be handed to another thread and a picture must survive for a second attempt.
 */
export class SharedPixels {
  private readonly bytes: number;
  private readonly free: SharedArrayBuffer[] = [];

  /** `bytes` is the largest picture. */
  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** The same pictures in shared memory. Call `giveBack` with the answer when no worker reads them any more. */
  lend(items: readonly WorkItem[]): WorkItem[] {
    return items.map(({ picture: { pixels, fit }, threshold }) => {
      const memory = this.free.pop() ?? new SharedArrayBuffer(this.bytes);
      const shared = new Uint8Array(memory, 0, pixels.byteLength);
      shared.set(pixels);
      return { picture: { pixels: shared, fit }, threshold };
    });
  }

  giveBack(items: readonly WorkItem[]): void {
    for (const { picture } of items) this.free.push(picture.pixels.buffer as SharedArrayBuffer);
  }
}
