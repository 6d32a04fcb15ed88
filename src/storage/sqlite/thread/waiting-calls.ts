import { AppError } from '../../../errors.ts';
import { unpackError } from './failure.ts';
import { clock, type Reply } from './protocol.ts';

export interface WaitingLimits {
  /** So many calls wait at most; SYSTEM_002 beyond. */
  readonly calls: number;
  /** So many characters their arguments have together at most; one call alone may have more. */
  readonly characters: number;
  /** How long a call waits for its answer, ms. */
  readonly answerMs: number;
}

interface Waiting {
  readonly until: number;
  readonly size: number;
  readonly texts: string[];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** The calls that the thread of the store has not answered. */
export class WaitingCalls {
  private readonly limits: WaitingLimits;
  private readonly onEmpty: () => void;
  private readonly calls = new Map<number, Waiting>();
  private characters = 0;
  private lastId = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(limits: WaitingLimits, onEmpty: () => void) {
    this.limits = limits;
    this.onEmpty = onEmpty;
  }

  /** Throws SYSTEM_002 when too much waits already. */
  add(args: readonly unknown[]): { id: number; until: number; answer: Promise<unknown> } {
    const size = sizeOf(args);
    const full = this.calls.size > 0 && this.characters + size > this.limits.characters;
    if (full || this.calls.size >= this.limits.calls) {
      throw new AppError('SYSTEM_002', { message: 'Too many calls wait for the record store.', retryAfterS: 1 });
    }
    const id = ++this.lastId;
    const until = clock() + this.limits.answerMs;
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    this.calls.set(id, { until, size, texts: [], resolve, reject });
    this.characters += size;
    this.timer ??= this.expireIn(this.limits.answerMs);
    return { id, until, answer };
  }

  /** Whether this was the end of an answer. */
  take(reply: Reply): boolean {
    if ('all' in reply) {
      for (const one of reply.all) this.take(one);
      return true;
    }
    const call = this.calls.get(reply.id);
    if ('texts' in reply) {
      call?.texts.push(...reply.texts);
      return false;
    }
    if (!call) return true;
    this.remove(reply.id, call);
    if (!reply.ok) call.reject(unpackError(reply.error));
    else call.resolve('end' in reply ? { texts: call.texts, ...reply.end } : reply.answer);
    return true;
  }

  rejectAll(error: () => AppError): void {
    for (const [id, call] of this.calls) {
      this.remove(id, call);
      call.reject(error());
    }
  }

  /** Where this loop was busy meanwhile, answers that came in time are taken first. */
  private expireIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => setImmediate(() => this.expire()), ms);
  }

  /** The oldest come first: all wait equally long. */
  private expire(): void {
    this.timer = null;
    const now = clock();
    for (const [id, call] of this.calls) {
      if (call.until > now) {
        this.timer = this.expireIn(call.until - now);
        return;
      }
      this.remove(id, call);
      call.reject(
        new AppError('DB_001', {
          message: 'The record store did not answer in time; a write may have been done all the same.',
        }),
      );
    }
  }

  private remove(id: number, { size }: Waiting): void {
    this.calls.delete(id);
    this.characters -= size;
    if (this.calls.size > 0) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.onEmpty();
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 0);
}
