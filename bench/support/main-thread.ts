import type { Browser, Page } from 'playwright-core';

/** What the page's main thread did while `work` ran. */
export interface MainThread {
  /** Milliseconds of each task, longest first: from its begin to its end, and what the processor gave it of that. */
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
  /** Milliseconds between two frames, longest first. */
  readonly frames: readonly number[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}
const TASK = /RunTask$/;
const US = 1000;

/**
 * Traced by Chromium itself. On a machine that is shared the time from begin to end holds what others took of the processor
 * meanwhile; the processor's time does not.
 */
export async function watchMainThread(browser: Browser, page: Page, work: () => Promise<void>): Promise<MainThread> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] });
  await page.evaluate(countFrames);
  await work();
  const frames = (await page.evaluate('globalThis.frames_.stop()')) as number[];
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = trace.traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && TASK.test(name) && mains.has(`${pid} ${tid}`),
  );
  const longestFirst = (all: readonly number[]) => all.toSorted((a, b) => b - a);
  return {
    wall: longestFirst(tasks.map(({ dur = 0 }) => dur / US)),
    cpu: longestFirst(tasks.map(({ tdur = 0 }) => tdur / US)),
    frames: longestFirst(frames),
  };
}

/** Runs in the page. */
const countFrames = `(() => {
  const between = [];
  let [last, on] = [performance.now(), true];
  const next = (now) => { between.push(now - last); last = now; if (on) requestAnimationFrame(next); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(next); });
  globalThis.frames_ = { stop() { on = false; return between; } };
})()`;
