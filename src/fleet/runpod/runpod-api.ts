import type { Agent, Dispatcher } from 'undici';
import type * as z from 'zod';
import { AppError } from '../../errors.ts';
import { readRetryAfter } from '../../outgoing/retry-after.ts';
import { striker } from '../../outgoing/strike-credential.ts';
import { RateGate } from './rate-gate.ts';
import { Refusal, Silence, saysOf } from './refusal.ts';
import { type Answer, begin, type Message, NoAnswer, openAgent, send } from './send.ts';
import { CLOCK, type Clock, LIMITS, type RunpodLimits } from './settings.ts';

export interface Ask {
  readonly method: Message['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Done twice it leaves what it leaves done once, so that it may be tried again whatever became of it. */
  readonly repeatable: boolean;
  /** Once it is sent nobody ends it: its answer says what was made. */
  readonly sealed?: boolean;
  /** Of one try, ms; else the usual. */
  readonly timeoutMs?: number;
}

export interface ApiOptions {
  readonly base: string;
  readonly key: () => string | undefined;
  readonly limits?: Partial<RunpodLimits>;
  readonly clock?: Clock;
}

/** Where RunPod did not say how long, ms. */
const USUAL_PAUSE = 5000;
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 8000;
const NEVER = new AbortController().signal;

/**
 * One host of RunPod. Answers are read as far as they are known and never trusted further; the key is struck out of every
 * text of errors and logs. Throws Refusal, Silence, and ANALYSIS_006 when the signal ended it before anything was sent.
 */
export class RunpodApi {
  readonly clock: Clock;
  readonly limits: RunpodLimits;
  private readonly options: ApiOptions;
  private readonly agent: Agent = openAgent();
  private readonly streams: Agent = openAgent(64);
  private readonly gate = new RateGate();
  private striking: { readonly key: string; readonly strike: (text: string) => string } | null = null;

  constructor(options: ApiOptions) {
    this.options = options;
    this.clock = options.clock ?? CLOCK;
    this.limits = { ...LIMITS, ...options.limits };
  }

  async json<T>(shape: z.ZodType<T>, ask: Ask, signal: AbortSignal): Promise<T> {
    const { text } = await this.ask(ask, signal);
    try {
      return shape.parse(JSON.parse(text));
    } catch (cause) {
      throw new Silence('RunPod answered in a form that is not known.', { mayBeDone: ask.method !== 'GET', cause });
    }
  }

  /** Where nothing is to be read in the answer. */
  async done(ask: Ask, signal: AbortSignal): Promise<void> {
    await this.ask(ask, signal);
  }

  /** The head of a stream; whoever reads its body destroys it. Not tried again. */
  async stream(
    path: string,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData['body']> {
    const url = this.urlOf(path, query);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.limits.timeoutMs);
    try {
      const message: Message = { method: 'GET', url, headers: { ...this.headers(), ...headers } };
      const head = await begin(this.streams, message, AbortSignal.any([signal, late.signal]));
      if (head.statusCode === 200) return head.body;
      head.body.destroy();
      this.gate.read(one(head.headers.ratelimit), this.clock.now());
      throw this.failureOf({ status: head.statusCode, headers: head.headers, text: '' }, false);
    } catch (thrown) {
      throw thrown instanceof NoAnswer ? silent(thrown, false) : thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  strike(text: string): string {
    const key = this.options.key() ?? '';
    if (this.striking?.key !== key) this.striking = { key, strike: striker([key]) };
    return this.striking.strike(text);
  }

  async close(): Promise<void> {
    await Promise.all([this.agent.destroy(), this.streams.destroy()]);
  }

  private async ask(ask: Ask, signal: AbortSignal): Promise<Answer> {
    const message = this.messageOf(ask);
    const timeoutMs = ask.timeoutMs ?? this.limits.timeoutMs;
    let waited = 0;
    const pause = async (ms: number, failure: Silence): Promise<void> => {
      if (waited + ms > this.limits.mostWaitMs) throw failure;
      waited += ms;
      try {
        await this.clock.sleep(ms, signal);
      } catch (cause) {
        throw failure.mayBeDone ? failure : new AppError('ANALYSIS_006', { cause });
      }
    };
    let mayBeDone = false;
    for (let tries = 1; ; tries++) {
      for (let closed = this.gate.take(this.clock.now()); closed > 0; closed = this.gate.take(this.clock.now())) {
        await pause(closed, busy(closed, mayBeDone));
      }
      if (signal.aborted && !mayBeDone) throw new AppError('ANALYSIS_006', { cause: signal.reason });
      const failure = await this.once(message, timeoutMs, ask.sealed ? NEVER : signal);
      if (!(failure instanceof Silence)) return failure;
      mayBeDone ||= failure.mayBeDone;
      const last = tries >= this.limits.tries || signal.aborted || (failure.mayBeDone && !ask.repeatable);
      if (last) throw endedBy(signal, failure, mayBeDone);
      // After a 429 the gate says for how long.
      if (failure.retryAfterS === undefined) await pause(backoff(tries), failure);
    }
  }

  private async once(message: Message, timeoutMs: number, signal: AbortSignal): Promise<Answer | Silence> {
    const writes = message.method !== 'GET';
    let answer: Answer;
    try {
      answer = await send(this.agent, message, { timeoutMs, maxBytes: this.limits.maxBytes }, signal);
    } catch (thrown) {
      if (thrown instanceof NoAnswer) return silent(thrown, writes);
      throw thrown;
    }
    this.gate.read(one(answer.headers.ratelimit), this.clock.now());
    if (answer.status >= 200 && answer.status < 300) return answer;
    const failure = this.failureOf(answer, writes);
    if (failure instanceof Refusal) throw failure;
    return failure;
  }

  private failureOf({ status, headers, text }: Answer, writes: boolean): Refusal | Silence {
    const says = saysOf(status, text, (words) => this.strike(words));
    if (status === 429) {
      const now = this.clock.now();
      const asked = readRetryAfter(headers['retry-after'], now);
      const ms = Math.max(asked ?? USUAL_PAUSE, 1000);
      this.gate.close(ms, now);
      return busy(ms, false, says);
    }
    if (status >= 500) {
      return new Silence(`RunPod is out of order (status ${status}).`, { mayBeDone: writes, answered: true, says });
    }
    return new Refusal(status, status >= 300 && status < 400 ? 'it redirects to another address' : says);
  }

  private messageOf({ method, path, query, body }: Ask): Message {
    const json = body === undefined ? undefined : JSON.stringify(body);
    return {
      method,
      url: this.urlOf(path, query ?? {}),
      headers: { ...this.headers(), ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: json }),
    };
  }

  private headers(): Record<string, string> {
    const key = this.options.key();
    if (key === undefined) {
      throw new AppError('SERVER_003', {
        message: 'No key of RunPod is configured.',
        advice: 'Set RUNPOD_API_KEY and start the server again.',
      });
    }
    return { authorization: `Bearer ${key}`, accept: 'application/json, text/event-stream', 'user-agent': 'h200-mug' };
  }

  private urlOf(path: string, query: Readonly<Record<string, string>>): string {
    const words = new URLSearchParams(query).toString();
    return `${this.options.base}${path}${words === '' ? '' : `?${words}`}`;
  }
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(', ') : header);

/** Half of it at random, so that several servers do not come at once. */
const backoff = (tries: number) => Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** tries) * (0.5 + Math.random() / 2);

const silent = (thrown: NoAnswer, writes: boolean) =>
  new Silence(`RunPod gave no answer: ${thrown.message}.`, { mayBeDone: writes && thrown.sent, cause: thrown });

const busy = (ms: number, mayBeDone: boolean, says?: string) =>
  new Silence('RunPod takes no more calls now.', {
    mayBeDone,
    answered: true,
    retryAfterS: Math.ceil(ms / 1000),
    ...(says !== undefined && { says }),
  });

/** What may be done must be told even to whoever has gone. */
function endedBy(signal: AbortSignal, failure: Silence, mayBeDone: boolean): AppError {
  if (signal.aborted && !mayBeDone) return new AppError('ANALYSIS_006', { cause: signal.reason });
  if (mayBeDone === failure.mayBeDone) return failure;
  return new Silence(failure.message, {
    mayBeDone,
    answered: failure.answered,
    cause: failure,
    ...(failure.retryAfterS !== undefined && { retryAfterS: failure.retryAfterS }),
  });
}
