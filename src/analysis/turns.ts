interface Turn {
  /** Nobody had begun the same. */
  readonly isFirst: boolean;
  /** May be called again, and must be called. */
  readonly leave: () => void;
}

/** Who asks what somebody else is answering already waits until that has ended, once; then all who waited go on together. */
export class Turns {
  private readonly running = new Map<string, Promise<void>>();

  /** Rejects with the signal's reason as soon as it is aborted. */
  async take(key: string, signal: AbortSignal): Promise<Turn> {
    const before = this.running.get(key);
    if (before !== undefined) {
      const given = Promise.withResolvers<never>();
      const giveUp = () => given.reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        signal.throwIfAborted();
        await Promise.race([before, given.promise]);
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
      return { isFirst: false, leave: () => {} };
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.running.set(key, promise);
    const leave = () => {
      if (this.running.get(key) === promise) this.running.delete(key);
      resolve();
    };
    return { isFirst: true, leave };
  }
}
