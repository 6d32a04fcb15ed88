import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../errors.ts';
import { Availability, type AvailabilityLimits, type StateListener } from '../availability.ts';
import { openClient, type S3Settings } from './client.ts';
import { isSkewed, lost, S3_ERRORS, s3Error, statusOf } from './s3-errors.ts';

interface Limits extends AvailabilityLimits {
  /** So many calls run at most; SYSTEM_002 beyond. */
  readonly calls: number;
  /** So many bytes they send together at most; one call alone may have more. */
  readonly bytes: number;
  /** How long `close` waits for what was accepted, ms. */
  readonly closeMs: number;
}

const LIMITS: Limits = {
  answerMs: 15_000,
  slowMs: 2000,
  doubtMs: 2500,
  retryMs: 500,
  refusedMs: 10_000,
  calls: 256,
  bytes: 256 * 2 ** 20,
  closeMs: 2000,
};
const CALLS = { connectMs: 2000, requestMs: 15_000, sockets: 32, attempts: 2 };
/** Who asks whether the server is there wants to know it now. */
const PROBE = { connectMs: 1000, requestMs: 2500, sockets: 1, attempts: 1 };

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are sent. */
  readonly bytes?: number;
  /** Longest wait for the whole of it, ms; what is sent in parts has a limit for each. */
  readonly answerMs?: number;
  /** It cannot be begun again, as where it reads a stream. */
  readonly once?: boolean;
}

/**
 * One bucket of an S3 server, made where it does not exist. Nothing is connected before `start` or the first call; whatever
 * becomes of the server, each call ends in a bounded time with an error of the catalogue, and works again once it is back.
 */
export class Bucket {
  readonly name: string;
  private readonly client: S3Client;
  /** A connection of its own says whether the server is there, also while all others are busy. */
  private readonly side: S3Client;
  private readonly availability: Availability;
  private readonly limits: Limits;
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();
  private readonly closed = new AbortController();
  private bytes = 0;
  private aheadMs = 0;

  constructor(settings: S3Settings, onState: StateListener = () => undefined, limits: Partial<Limits> = {}) {
    this.name = settings.bucket;
    this.limits = { ...LIMITS, ...limits };
    const onDate = (at: number) => {
      this.aheadMs = at - Date.now();
    };
    this.client = openClient(settings, CALLS, onDate);
    this.side = openClient(settings, PROBE, onDate);
    this.availability = new Availability(
      { answers: () => this.headBucket(), connect: () => this.setUp() },
      S3_ERRORS,
      onState,
      this.limits,
    );
  }

  get state() {
    return this.availability.state;
  }

  /** What the server's clock says: ages are by it, as machines need not agree. Unix time, ms. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  /** Connects in the background. */
  start(): void {
    void this.call(() => Promise.resolve()).catch(() => undefined);
  }

  /** Throws catalogue errors, or the reason of the signal. */
  async call<T>(
    work: (client: S3Client, signal: AbortSignal) => Promise<T>,
    { signal, bytes = 0, answerMs, once = false }: CallOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    if (this.closing.signal.aborted) throw shuttingDown();
    const full = this.running.size > 0 && this.bytes + bytes > this.limits.bytes;
    if (full || this.running.size >= this.limits.calls) {
      throw new AppError('SYSTEM_002', { message: 'Too many calls wait for the file store.', retryAfterS: 1 });
    }
    const late = new AbortController();
    const all = AbortSignal.any([late.signal, this.closed.signal, ...(signal ? [signal] : [])]);
    this.bytes += bytes;
    const begin = () =>
      work(this.client, all).catch((thrown: unknown) => {
        if (once || !isSkewed(thrown)) throw thrown;
        return work(this.client, all);
      });
    const answer = this.availability.run(begin, answerMs);
    const done = answer.then(
      () => undefined,
      // What nobody waits for any more is broken off.
      () => late.abort(),
    );
    this.running.add(done);
    void done.then(() => {
      this.running.delete(done);
      this.bytes -= bytes;
    });
    try {
      return await answer;
    } catch (thrown) {
      signal?.throwIfAborted();
      throw this.closed.signal.aborted ? shuttingDown() : thrown;
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    const over = new AbortController();
    const wait = sleep(this.limits.closeMs, undefined, { ref: false, signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled([...this.running]), wait]);
    over.abort();
    this.closed.abort();
    this.availability.close();
    this.client.destroy();
    this.side.destroy();
  }

  private headBucket() {
    return this.side.send(new HeadBucketCommand({ Bucket: this.name }));
  }

  private async setUp(): Promise<void> {
    try {
      await this.headBucket();
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === undefined || status >= 500) throw thrown;
      if (status === 404) await this.create();
      else await this.mayUse(status === 403);
    }
  }

  private async create(): Promise<void> {
    await this.side.send(new CreateBucketCommand({ Bucket: this.name })).catch((thrown: { name?: string }) => {
      // Another server was faster, or it is there and may not be looked at.
      if (thrown.name === 'BucketAlreadyOwnedByYou' || thrown.name === 'BucketAlreadyExists') return;
      if (statusOf(thrown) !== 403) throw thrown;
      const error = s3Error(thrown);
      if (S3_ERRORS.isLost(error)) throw error;
      const advice = 'Make the bucket that R2_BUCKET_NAME names, or give the access key the right to make it.';
      throw lost('There is no such bucket, and the access key may not make it.', advice, { refused: true });
    });
  }

  /** Answers to HEAD have no body to say why: a key for the objects of a bucket may not look at the bucket, a wrong one nothing. */
  private async mayUse(asFarAsAllowed: boolean): Promise<void> {
    const list = new ListObjectsV2Command({ Bucket: this.name, MaxKeys: 1 });
    await this.side.send(list).catch((thrown: unknown) => {
      const error = s3Error(thrown);
      if (!asFarAsAllowed || S3_ERRORS.isLost(error)) throw error;
    });
  }
}

const shuttingDown = () => new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
