import { endProcess } from '../../../end-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The request to stop by a signal. The first may take its time, a second one ends the process at once. */
export interface StopSignal {
  readonly stopped: Promise<void>;
  /** From here on signals do again what they always do. */
  release(): void;
}

export function stopSignal(end: () => void = endProcess): StopSignal {
  let asked = false;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const heard = () => {
    if (asked) end();
    asked = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return {
    stopped,
    release() {
      for (const signal of SIGNALS) process.off(signal, heard);
    },
  };
}
