import { SingleBar } from 'cli-progress';
import { oneLine } from '../plain-text.ts';
import { redrawLine, tell, tellLine } from './terminal.ts';

export interface Bar {
  readonly visible: boolean;
  advance(): void;
  stop(): void;
}

/** A bar on stderr when a person watches and several steps are to come; otherwise nothing. */
export function progressBar(total: number, wanted: boolean): Bar {
  const visible = wanted && total > 1 && process.stderr.isTTY === true;
  if (!visible) return { visible, advance() {}, stop() {} };
  const bar = new SingleBar({ format: '{bar} {value}/{total}  {eta_formatted} left', stream: process.stderr });
  bar.start(total, 0);
  return { visible, advance: () => bar.increment(), stop: () => bar.stop() };
}

/** A download bar on stderr; prints nothing where nobody watches. */
export function byteBar(wanted: boolean): { update(done: number, total: number | null): void; stop(): void } {
  if (!wanted || process.stderr.isTTY !== true) return { update() {}, stop() {} };
  const bar = new SingleBar({ format: '{bar} {done} of {size} MB  {eta_formatted} left', stream: process.stderr });
  const mega = (bytes: number) => (bytes / 1_000_000).toFixed(1);
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total ?? done, 0, { done: mega(0), size: total === null ? '?' : mega(total) });
      started = true;
      bar.update(done, { done: mega(done), size: total === null ? '?' : mega(total) });
    },
    stop: () => bar.stop(),
  };
}

/** What is being waited for, and for how long already, on stderr when a person watches; otherwise a line for each thing. */
export function waiting(wanted: boolean): { say(what: string): void; stop(): void } {
  if (!wanted) return { say() {}, stop() {} };
  const isWatched = process.stderr.isTTY === true;
  let since = 0;
  let current = '';
  const draw = () => {
    if (current === '') return;
    const seconds = Math.round((performance.now() - since) / 1000);
    redrawLine(`${current} ${seconds} s`);
  };
  const timer = isWatched ? setInterval(draw, 1000) : undefined;
  timer?.unref();
  const end = () => {
    if (isWatched && current !== '') tell('\n');
    current = '';
  };
  return {
    say(what) {
      end();
      since = performance.now();
      current = oneLine(what);
      if (isWatched) draw();
      else tellLine(current);
    },
    stop() {
      clearInterval(timer);
      end();
    },
  };
}
