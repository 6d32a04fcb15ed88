import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AGUIEvent } from '@ag-ui/core';
import { EventEncoder } from '@ag-ui/encoder';
import { type PROTO, SSE } from './media-type.ts';

const KEEP_ALIVE_MS = 15_000;

/** The answer of one run. Whoever writes much asks `drained` in between, so that no more waits than one tool says. */
export class EventStream {
  private readonly raw: ServerResponse;
  private readonly encoder: EventEncoder;
  private readonly beats: NodeJS.Timeout | undefined;

  constructor(raw: ServerResponse, type: typeof SSE | typeof PROTO, keepAliveMs = KEEP_ALIVE_MS) {
    this.raw = raw;
    this.encoder = new EventEncoder({ accept: type });
    raw.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
    raw.flushHeaders();
    // Frames of protobuf know no comments.
    if (type === SSE) this.beats = setInterval(() => raw.write(': still here\n\n'), keepAliveMs).unref();
    raw.once('close', () => clearInterval(this.beats));
  }

  emit(event: AGUIEvent): void {
    if (!this.raw.writableEnded && !this.raw.destroyed) this.raw.write(this.encoder.encodeBinary(event));
  }

  /** Until the client has taken what was written, or is gone. */
  async drained(): Promise<void> {
    if (!this.raw.writableNeedDrain || this.raw.destroyed) return;
    await Promise.race([once(this.raw, 'drain'), once(this.raw, 'close')]).catch(() => {});
  }

  end(): void {
    clearInterval(this.beats);
    this.raw.end();
  }
}
