import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { ApiError, errorOf } from '../../api/api-error.ts';
import { authorizedFetch } from '../../api/authorized-fetch.ts';
import { addressOf } from '../../api/transport.ts';
import { eventsOf } from './event-stream.ts';
import type { LogLine } from './servers.ts';

export interface LogFilter {
  readonly level?: string | undefined;
  readonly source?: string | undefined;
  readonly search?: string | undefined;
}

/** Lines that the page keeps; older ones go. */
const MOST_LINES = 500;
const FLUSH_MS = 100;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

/** What a server writes, as it comes; goes on behind the last line when the connection is lost. */
export function useLogStream(server: string, filter: () => LogFilter) {
  const lines = shallowRef<readonly LogLine[]>([]);
  /** ended: it was refused, and trying again does not help by itself. */
  const state = ref<'connecting' | 'live' | 'waiting' | 'ended'>('connecting');
  const error = shallowRef<unknown>(null);
  const leftOut = ref(0);
  let waiting: LogLine[] = [];
  let running = new AbortController();

  const flush = setInterval(() => {
    if (waiting.length === 0) return;
    lines.value = [...lines.value, ...waiting].slice(-MOST_LINES);
    waiting = [];
  }, FLUSH_MS);

  async function follow(signal: AbortSignal): Promise<void> {
    let after: string | null = null;
    for (let tries = 0; !signal.aborted; tries += 1) {
      if (tries > 0) await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1)), signal);
      if (signal.aborted) return;
      try {
        const url = addressOf(`api/v1/servers/${encodeURIComponent(server)}/logs/stream`);
        for (const [name, value] of Object.entries(filter())) if (value) url.searchParams.set(name, value);
        const headers: Record<string, string> = after === null ? {} : { 'last-event-id': after };
        const response = await authorizedFetch(new Request(url, { signal, headers }));
        if (!response.ok || response.body === null) throw await errorOf(response);
        state.value = 'live';
        error.value = null;
        for await (const { event, data, id } of eventsOf(response.body)) {
          if (signal.aborted) return;
          if (event === 'log') {
            waiting.push(JSON.parse(data) as LogLine);
            if (waiting.length > MOST_LINES) waiting.shift();
            after = id ?? after;
            tries = 0;
          } else if (event === 'dropped') leftOut.value += Number((JSON.parse(data) as { count: number }).count) || 0;
          else if (event === 'error') throw new ApiError(503, { error: JSON.parse(data) as unknown });
        }
      } catch (thrown) {
        if (signal.aborted) return;
        error.value = thrown;
        if (thrown instanceof ApiError && thrown.status < 500 && thrown.status !== 429) {
          state.value = 'ended';
          return;
        }
      }
      state.value = 'waiting';
    }
  }

  function start(): void {
    running.abort();
    running = new AbortController();
    waiting = [];
    lines.value = [];
    error.value = null;
    state.value = 'connecting';
    void follow(running.signal);
  }
  watch(() => JSON.stringify(filter()), start, { immediate: true });
  onScopeDispose(() => {
    running.abort();
    clearInterval(flush);
  });
  return { lines, state, error, leftOut, again: start };
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
