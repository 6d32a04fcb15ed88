interface Flight<T> {
  readonly work: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * The same work for all who ask for it at the same time. It is stopped when nobody waits for it any more; who gives up ends
 * only the own wait.
 */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Flight<T>>();

  /** What the work gives or throws; with a signal that is aborted, its reason. */
  async run(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const flight = this.flights.get(key) ?? this.begin(key, work);
    flight.waiting += 1;
    const given = Promise.withResolvers<never>();
    const giveUp = () => given.reject(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([flight.work, given.promise]);
    } finally {
      signal?.removeEventListener('abort', giveUp);
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        this.end(key, flight);
        flight.stop.abort(signal?.reason);
      }
    }
  }

  get size(): number {
    return this.flights.size;
  }

  private begin(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const flight: Flight<T> = { work: work(stop.signal), stop, waiting: 0 };
    // Once it has ended, the next one who asks has it done again; and what nobody waits for fails unheard.
    const over = () => this.end(key, flight);
    flight.work.then(over, over);
    this.flights.set(key, flight);
    return flight;
  }

  private end(key: string, flight: Flight<T>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
  }
}
