import type { CacheErrorKind } from '../../ports/cache.ts';

/** An answer that did not come in time. */
export class NoAnswer extends Error {}

/** What a server says while it can serve nobody, by the first word of its answer. */
const AWAY = new Set([
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'NOAUTH',
  'WRONGPASS',
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'DENIED',
]);
const REFUSED = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM', 'DENIED']);
/** It can be read but not written: a replica, a full memory, a disk that fails. */
const READ_ONLY = new Set(['READONLY', 'OOM', 'MISCONF', 'NOREPLICAS']);

export interface Failure {
  readonly kind: CacheErrorKind;
  /** Nothing can be asked of the server now. */
  readonly isAway: boolean;
  /** Somebody has to change something before it can work. */
  readonly isRefused: boolean;
  readonly isReadOnly: boolean;
  /** For the log: a word of Redis or a code of the system. Texts of errors name hosts and hold passwords. */
  readonly word: string;
}

/** A call that got no answer, and why. */
export class CacheFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.word);
    this.failure = failure;
  }
}

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CacheFailure) return thrown.failure;
  const word = replyWord(thrown);
  if (word !== null) {
    const isRefused = REFUSED.has(word);
    return { kind: 'server', isAway: AWAY.has(word), isRefused, isReadOnly: READ_ONLY.has(word), word };
  }
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  const isLate = thrown instanceof NoAnswer || /timed? ?out/i.test(String(message));
  const isCode = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code);
  return {
    kind: isLate ? 'timeout' : 'lost',
    isAway: true,
    isRefused: isCode && /CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL/.test(code),
    isReadOnly: false,
    word: isCode ? code : isLate ? 'no answer' : 'no connection',
  };
}

/** The first word of what a server answered; null: it did not answer. */
function replyWord(thrown: unknown): string | null {
  const { name, message } = (thrown ?? {}) as { name?: unknown; message?: unknown };
  if (name !== 'ReplyError') return null;
  return /^-?([A-Z]{2,20})\b/.exec(String(message))?.[1] ?? 'ERR';
}
