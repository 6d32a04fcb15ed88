/** The fake's clock. Whoever waits in it is woken by each tick and looks for itself. */
export interface FakeTime {
  now(): number;
  onTick(listener: () => void): () => void;
  close(): void;
}

class Ticks {
  private readonly listeners = new Set<() => void>();
  onTick(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  tick(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const TICK_MS = 50;

/** That of the wall, or so many times as fast. */
export function realTime(speed = 1): FakeTime {
  const ticks = new Ticks();
  const began = Date.now();
  const timer = setInterval(() => ticks.tick(), TICK_MS);
  timer.unref();
  return {
    now: () => began + (Date.now() - began) * speed,
    onTick: (listener) => ticks.onTick(listener),
    close: () => clearInterval(timer),
  };
}

export interface ManualTime extends FakeTime {
  advance(ms: number): void;
}

/** Stands still until it is moved. */
export function manualTime(start = Date.parse('2026-11-28T12:00:00Z')): ManualTime {
  const ticks = new Ticks();
  let at = start;
  return {
    now: () => at,
    onTick: (listener) => ticks.onTick(listener),
    close: () => {},
    advance(ms) {
      at += ms;
      ticks.tick();
    },
  };
}
