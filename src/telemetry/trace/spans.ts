import { AsyncLocalStorage } from 'node:async_hooks';
import { readTraceparent, type TraceIds, writeTraceparent } from './traceparent.ts';

/** Sizes, counts, names of ours, codes: nothing that a caller wrote. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SpanAbout {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** What it belongs to, as somebody else wrote it; null: nothing. Absent: the span that runs. */
  readonly parent?: TraceIds | null;
}

export interface Span {
  readonly ids: TraceIds;
  set(attributes: Attributes): void;
  fail(code: string): void;
  end(): void;
}

export interface Tracer {
  begin(name: string, about: SpanAbout, parent: TraceIds | null): Span;
}

const NONE: Span = { ids: { traceId: '', spanId: '', flags: 0 }, set() {}, fail() {}, end() {} };

const running = new AsyncLocalStorage<Span>();
let tracer: Tracer | null = null;

/** From now on spans go there; returns what ends that. The process has one. */
export function traceTo(next: Tracer): () => void {
  tracer = next;
  return () => {
    if (tracer === next) tracer = null;
  };
}

/** Whether anybody traces. */
export const isTraced = (): boolean => tracer !== null;

/** A span that its maker ends; null: nobody traces. */
export function beginSpan(name: string, about: SpanAbout = {}): Span | null {
  if (tracer === null) return null;
  return tracer.begin(name, about, about.parent === undefined ? (running.getStore()?.ids ?? null) : about.parent);
}

/** Runs `work` within the span; a span of null changes nothing. */
export const within = <T>(span: Span | null, work: () => T): T => (span === null ? work() : running.run(span, work));

/** A span around `work`, which fails with it. Without a tracer it is `work` alone. */
export async function traced<T>(name: string, about: SpanAbout, work: (span: Span) => Promise<T>): Promise<T> {
  const span = beginSpan(name, about);
  if (span === null) return work(NONE);
  try {
    return await running.run(span, () => work(span));
  } catch (thrown) {
    span.fail(codeOf(thrown));
    throw thrown;
  } finally {
    span.end();
  }
}

/** In a thread that traces nothing itself: within `work`, `traceparent` says what the caller gave. */
export function passingOn<T>(given: string | undefined, work: () => T): T {
  const ids = given === undefined ? null : readTraceparent(given);
  return ids === null ? work() : running.run({ ...NONE, ids }, work);
}

/** For whoever goes on elsewhere; undefined: nobody traces. */
export function traceparent(): string | undefined {
  const span = running.getStore();
  return span === undefined ? undefined : writeTraceparent(span.ids);
}

/** For lines of the log. */
export function traceFields(): { trace_id: string; span_id: string } | undefined {
  const span = running.getStore();
  return span === undefined ? undefined : { trace_id: span.ids.traceId, span_id: span.ids.spanId };
}

/** A code of ours, else the name of the error: its message may hold what a caller sent. */
const codeOf = (thrown: unknown): string => {
  const { code, name } = (thrown ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code.slice(0, 100) : typeof name === 'string' ? name.slice(0, 100) : 'unknown';
};
