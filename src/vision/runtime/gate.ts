/** At most `capacity` holders at a time; the others wait in the order they came. */
export class Gate {
  private capacity: number;
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  setCapacity(capacity: number): void {
    this.capacity = capacity;
    this.admit();
  }

  /** Resolves with the function that gives the place back (once). Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const start = () => {
        signal.removeEventListener('abort', leave);
        this.held++;
        let given = false;
        resolve(() => {
          if (given) return;
          given = true;
          this.held--;
          this.admit();
        });
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(start);
      this.admit();
    });
  }

  private admit(): void {
    while (this.held < this.capacity) {
      const next = this.waiting.shift();
      if (!next) return;
      next();
    }
  }
}
