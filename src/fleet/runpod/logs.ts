import type { LogLine } from '../../ports/gpu-cloud.ts';
import { MAX_MACHINES, type Place, readCursor, writeCursor } from './log-cursor.ts';
import { readLog, type StreamLine } from './log-stream.ts';
import { Refusal } from './refusal.ts';
import type { RunpodApi } from './runpod-api.ts';
import { WorkerList } from './shapes.ts';

export interface LogStart {
  readonly after: string | null;
  readonly tail: number;
}

/** How often it is looked whether there are workers whose log nobody reads yet, ms. */
const LOOK_EVERY = 15_000;
/** Lines that wait for the reader; a machine whose line is one more waits. */
const MOST_WAITING = 500;
const MAX_TAIL = 5000;

const tailOf = (tail: number) => Math.max(0, Math.min(MAX_TAIL, Math.floor(tail)));

export async function* podLogs(
  api: RunpodApi,
  id: string,
  { after, tail }: LogStart,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const from = readCursor(after).get('') ?? null;
  for await (const { place, ...line } of readLog(
    api,
    `/pods/${id}/logs`,
    { after: from, tail: tailOf(tail) },
    signal,
  )) {
    yield { ...line, cursor: writeCursor(new Map([['', place]])) };
  }
}

/** Of all workers that are there, and of those that come, as the lines arrive. */
export async function* endpointLogs(
  api: RunpodApi,
  id: string,
  { after, tail }: LogStart,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const places = new Map(readCursor(after));
  const merged = new Merged(signal);
  const looking = follow(api, id, new Map(places), tailOf(tail), merged).catch((thrown: unknown) => merged.end(thrown));
  try {
    for await (const { machine, line } of merged.lines()) {
      // The last written to is the last to be forgotten.
      places.delete(machine);
      places.set(machine, line.place);
      if (places.size > MAX_MACHINES) places.delete([...places.keys()][0] ?? '');
      const { place: _, ...rest } = line;
      yield { ...rest, cursor: writeCursor(places) };
    }
  } finally {
    merged.end();
    await looking;
  }
}

async function follow(
  api: RunpodApi,
  id: string,
  places: Map<string, Place>,
  tail: number,
  merged: Merged,
): Promise<void> {
  const read = new Set<string>();
  const { signal } = merged;
  // Of workers that come later nothing is to be missed.
  let lines = tail;
  while (!signal.aborted) {
    const { workers } = await api.json(
      WorkerList,
      { method: 'GET', path: `/serverless/${id}/workers`, repeatable: true },
      signal,
    );
    for (const { id: worker } of workers) {
      if (read.has(worker)) continue;
      read.add(worker);
      void pump(api, `/serverless/${id}/workers/${worker}/logs`, { places, tail: lines, worker }, merged)
        .catch((thrown: unknown) => {
          // A worker that has gone takes its log with it.
          if (!(thrown instanceof Refusal && thrown.status === 404)) merged.end(thrown);
        })
        .finally(() => read.delete(worker));
    }
    lines = MAX_TAIL;
    await api.clock.sleep(LOOK_EVERY, signal).catch(() => {});
  }
}

async function pump(
  api: RunpodApi,
  path: string,
  { places, tail, worker }: { readonly places: Map<string, Place>; readonly tail: number; readonly worker: string },
  merged: Merged,
): Promise<void> {
  for await (const line of readLog(api, path, { after: places.get(worker) ?? null, tail }, merged.signal)) {
    await merged.push(worker, line);
    places.set(worker, line.place);
  }
}

/** Lines of several machines in the order in which they come. */
class Merged {
  readonly signal: AbortSignal;
  private readonly stop = new AbortController();
  private readonly waiting: { machine: string; line: StreamLine }[] = [];
  private failed: { readonly thrown: unknown } | null = null;
  private wake = Promise.withResolvers<void>();
  private room = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.stop.signal]);
    this.signal.addEventListener('abort', () => this.turn(), { once: true });
  }

  async push(machine: string, line: StreamLine): Promise<void> {
    while (this.waiting.length >= MOST_WAITING && !this.signal.aborted) await this.room.promise;
    this.waiting.push({ machine, line });
    this.wake.resolve();
  }

  end(thrown?: unknown): void {
    if (thrown !== undefined && !this.signal.aborted) this.failed ??= { thrown };
    this.stop.abort();
  }

  async *lines(): AsyncGenerator<{ machine: string; line: StreamLine }> {
    for (;;) {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) yield next;
      this.room.resolve();
      this.room = Promise.withResolvers();
      if (this.failed !== null) throw this.failed.thrown;
      if (this.signal.aborted) return;
      await this.wake.promise;
      this.wake = Promise.withResolvers();
    }
  }

  private turn(): void {
    this.wake.resolve();
    this.room.resolve();
  }
}
