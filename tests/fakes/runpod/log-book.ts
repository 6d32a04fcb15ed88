export interface FakeLine {
  readonly at: number;
  readonly source: 'container' | 'system';
  readonly line: string;
}

const MOST_LINES = 10_000;

/** The log of one machine, and who listens to it. */
export class LogBook {
  readonly lines: FakeLine[] = [];
  private readonly listeners = new Set<(line: FakeLine) => void>();
  private readonly ends = new Set<() => void>();

  write(at: number, line: string, source: FakeLine['source'] = 'container'): void {
    const one = { at: Math.max(at, this.lines.at(-1)?.at ?? 0), source, line };
    this.lines.push(one);
    if (this.lines.length > MOST_LINES) this.lines.shift();
    for (const listener of [...this.listeners]) listener(one);
  }

  listen(listener: (line: FakeLine) => void, ended: () => void): () => void {
    this.listeners.add(listener);
    this.ends.add(ended);
    return () => {
      this.listeners.delete(listener);
      this.ends.delete(ended);
    };
  }

  /** Ends the streams; the lines stay. */
  drop(): void {
    for (const end of [...this.ends]) end();
  }
}
