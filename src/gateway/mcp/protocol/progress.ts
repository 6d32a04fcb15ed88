import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerContext } from '@modelcontextprotocol/server';
import type { ToolCall } from './tool.ts';

export interface Progress {
  readonly tell: ToolCall['progress'];
  /** Tells that all is done; resolves when the answer may follow. */
  finish(): Promise<void>;
}

/** A notice that does not get out in this time belongs to a client that does not read. */
const SEND_MS = 1000;
/**
 * The official clients take a notice one step later than an answer, and forget the listener with the answer: of a notice
 * and an answer in one read the notice is lost. So the answer follows a little later.
 */
const APART_MS = 10;

const NONE: Progress = { tell() {}, async finish() {} };

/** All rounds of one request share its signal, and its progress: it may only grow. */
const known = new WeakMap<AbortSignal, Progress>();

/** Progress only where the client gave a token, and nothing once it has cancelled. */
export function progressOf({ mcpReq }: ServerContext): Progress {
  const { signal } = mcpReq;
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return NONE;
  const progress = known.get(signal) ?? start();
  known.set(signal, progress);
  return progress;

  function start(): Progress {
    let last = -1;
    let end: { readonly total: number; readonly message: string } | undefined;
    async function send(progress: number, total: number, message: string): Promise<void> {
      if (signal.aborted) return;
      const params = { progressToken: progressToken!, progress, total, message };
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    }
    return {
      tell(done, total, message) {
        end = { total, message: done >= total ? message : 'done' };
        if (done >= total || done <= last) return;
        last = done;
        void send(done, total, message);
      },
      async finish() {
        if (end === undefined || signal.aborted) return;
        const timer = new AbortController();
        await Promise.race([
          send(end.total, end.total, end.message),
          sleep(SEND_MS, undefined, { signal: timer.signal, ref: false }).catch(() => {}),
        ]);
        timer.abort();
        await sleep(APART_MS);
      },
    };
  }
}
