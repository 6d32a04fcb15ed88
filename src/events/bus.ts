import type { Bus, BusEvent } from '../ports/bus.ts';

/** In-process events. A listener's failure goes to `onError` and never reaches the emitter or other listeners. */
export function createBus(onError: (error: unknown) => void): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
