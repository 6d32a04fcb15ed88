import { SingleBar } from 'cli-progress';

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
