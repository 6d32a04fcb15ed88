export interface LogLimits {
  /** Lines of one kind and one client in one window. */
  readonly each: number;
  /** Lines of one kind in one window. */
  readonly all: number;
  readonly windowMs: number;
}

/** What was left out of one kind in one window. */
export interface LeftOut {
  readonly of: string;
  readonly suppressed: number;
  /** Where all of it came from; null: from several, or unknown. */
  readonly client: string | null;
}

interface Kind {
  written: number;
  readonly clients: Map<string, number>;
  suppressed: number;
  from: string | null;
}

const LIMITS: LogLimits = { each: 30, all: 300, windowMs: 60_000 };
/** A kind is a message of the program, of which there are few; should one hold what a caller sent, the rest is one kind. */
const MAX_KINDS = 100;
const OTHERS = 'others';

/**
 * Keeps what a client can write into the log bounded, whatever it sends: so many lines of each kind in a minute, for each
 * client and for all; the rest is counted, and told when the minute is over. Memory is bounded with it: a client is only known
 * by the lines that it wrote.
 */
export class LogLimit {
  private readonly limits: LogLimits;
  private readonly tell: (leftOut: LeftOut) => void;
  private readonly now: () => number;
  private readonly kinds = new Map<string, Kind>();
  private begun: number;
  private timer: NodeJS.Timeout | undefined;

  /** `now` is a clock in ms that never goes back. */
  constructor(tell: (leftOut: LeftOut) => void, limits: Partial<LogLimits> = {}, now = () => performance.now()) {
    this.limits = { ...LIMITS, ...limits };
    this.tell = tell;
    this.now = now;
    this.begun = now();
  }

  /** Whether the line may be written; else it is counted. */
  allows(message: string, client = ''): boolean {
    if (this.now() - this.begun >= this.limits.windowMs) this.flush();
    const kind = this.kindOf(message);
    const own = kind.clients.get(client) ?? 0;
    if (own < this.limits.each && kind.written < this.limits.all) {
      kind.written += 1;
      kind.clients.set(client, own + 1);
      return true;
    }
    kind.from = kind.suppressed === 0 || kind.from === client ? client : '';
    kind.suppressed += 1;
    this.timer ??= setTimeout(() => this.flush(), this.limits.windowMs - (this.now() - this.begun)).unref();
    return false;
  }

  /** Tells what was left out and begins a new window. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.begun = this.now();
    const kinds = [...this.kinds];
    this.kinds.clear();
    for (const [of, { suppressed, from }] of kinds) {
      if (suppressed > 0) this.tell({ of, suppressed, client: from || null });
    }
  }

  private kindOf(message: string): Kind {
    const name = this.kinds.has(message) || this.kinds.size < MAX_KINDS ? message : OTHERS;
    const kind = this.kinds.get(name) ?? { written: 0, clients: new Map(), suppressed: 0, from: null };
    this.kinds.set(name, kind);
    return kind;
  }
}
