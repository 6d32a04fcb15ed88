import { randomUUID } from 'node:crypto';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Topic } from '../../ports/bus.ts';
import type { Live } from '../../ports/live.ts';
import { stillHolds } from '../http/identify.ts';
import { readFrame, said } from './control-plane.ts';
import { Outbox } from './outbox.ts';

/** Of a WebSocket, what is needed here. */
export interface Line {
  send(text: string, sent: () => void): void;
  close(code: number, reason: string): void;
}

export interface LiveClientOptions {
  readonly live: Live;
  /** Who it is as far as the request says; null: it must say so by a message. */
  readonly principal: Principal | null;
  /** Who it is by what came with the request, at the moment. */
  readonly again: () => Promise<Principal>;
  /** What says who it is from now on. Throws for a token or a ticket that is wrong. */
  readonly identify: (by: 'token' | 'ticket', credential: string) => Promise<() => Promise<Principal>>;
  /** A client that has not said by then who it is, ms. */
  readonly authMs?: number;
}

/** Policy violation (RFC 6455, 7.4.1). */
const REFUSED = 1008;
const AUTH_MS = 10_000;
const MAX_WRONG = 3;
/** Frames of a client in a window. */
const FRAMES = { most: 200, windowMs: 10_000 };

/** One client of the control plane: who it is, and what it listens to. */
export class LiveClient {
  private readonly options: LiveClientOptions;
  private readonly line: Line;
  private readonly out: Outbox;
  private readonly listening = new Map<Topic, () => void>();
  private readonly patience: NodeJS.Timeout | undefined;
  private principal: Principal | null;
  private again: () => Promise<Principal>;
  private wrong = 0;
  private frames = { since: performance.now(), seen: 0 };
  private last: Promise<void> = Promise.resolve();

  constructor(line: Line, options: LiveClientOptions) {
    this.line = line;
    this.options = options;
    this.principal = options.principal;
    this.again = options.again;
    this.out = new Outbox((text, sent) => line.send(text, sent), said.dropped);
    this.out.push(said.connection(randomUUID()));
    if (this.principal === null) {
      this.patience = setTimeout(
        () => line.close(REFUSED, 'not authenticated in time'),
        options.authMs ?? AUTH_MS,
      ).unref();
    }
  }

  /** A frame; they are answered in their order. */
  hear(text: string): void {
    if (this.floods()) {
      this.line.close(REFUSED, 'too many messages');
      return;
    }
    this.last = this.last.then(() => this.answer(text)).catch((thrown: unknown) => this.out.push(said.error(thrown)));
  }

  /** From time to time: a login may have ended, or may do less than before. */
  async recheck(): Promise<void> {
    const { principal } = this;
    if (principal === null) return;
    const holds = await stillHolds(principal, this.again);
    if (!holds) this.line.close(REFUSED, 'the login has ended');
  }

  gone(): void {
    clearTimeout(this.patience);
    for (const end of this.listening.values()) end();
    this.listening.clear();
  }

  private async answer(text: string): Promise<void> {
    const asked = readFrame(text);
    if (asked === null) {
      throw new AppError('VALIDATION_002', {
        message: 'This is none of the messages that are taken.',
        advice:
          'Send {"type":"auth","token":"…"}, {"type":"subscribe","topics":["metrics"]}, "unsubscribe" or {"type":"ping"}.',
      });
    }
    if (asked.what === 'ping') return this.out.push(said.pong());
    if (asked.what === 'auth') return this.authenticate(asked.by, asked.credential);
    const { principal } = this;
    if (principal === null) throw new AppError('AUTH_001', { advice: 'Send {"type":"auth","token":"…"} first.' });
    if (asked.what === 'subscribe') this.subscribeAll(principal, asked.topics);
    else for (const topic of asked.topics) this.unsubscribe(topic);
    this.out.push(said.subscription(`${asked.what}d`, asked.topics));
  }

  private async authenticate(by: 'token' | 'ticket', credential: string): Promise<void> {
    try {
      const again = await this.options.identify(by, credential);
      this.principal = await again();
      this.again = again;
    } catch (thrown) {
      this.wrong += 1;
      if (this.wrong >= MAX_WRONG) this.line.close(REFUSED, 'wrong token');
      throw thrown;
    }
    clearTimeout(this.patience);
    // What somebody else was allowed to hear ends.
    for (const topic of [...this.listening.keys()]) this.unsubscribe(topic);
    this.out.push(said.auth());
  }

  /** All or none. */
  private subscribeAll(principal: Principal, topics: readonly Topic[]): void {
    const ends = this.options.live.listen({ principal }, topics, { onMessage: () => {} });
    ends();
    for (const topic of topics) this.subscribe(principal, topic);
  }

  private subscribe(principal: Principal, topic: Topic): void {
    if (this.listening.has(topic)) return;
    const onMessage = (message: Parameters<typeof said.pushed>[0]) => this.out.push(said.pushed(message));
    this.listening.set(topic, this.options.live.listen({ principal }, [topic], { onMessage }));
  }

  private unsubscribe(topic: Topic): void {
    this.listening.get(topic)?.();
    this.listening.delete(topic);
  }

  private floods(): boolean {
    const now = performance.now();
    if (now - this.frames.since > FRAMES.windowMs) this.frames = { since: now, seen: 0 };
    this.frames.seen += 1;
    return this.frames.seen > FRAMES.most;
  }
}
