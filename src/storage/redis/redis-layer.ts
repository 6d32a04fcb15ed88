import { Cluster, type Redis } from 'ioredis';
import type { CacheErrorKind, SharedCacheStatus } from '../../ports/cache.ts';
import { ENTRY_VERSION, encodeEntry, MAX_ENTRY_BYTES } from '../cache-entry.ts';
import { HOT_NAMES, subjectOf } from '../cache-name.ts';
import { ANSWER_MS, type Breaker } from './breaker.ts';
import type { RedisClient } from './connect.ts';
import { RedisLink } from './link.ts';
import { failureOf } from './reply-errors.ts';
import { bytes, count, done, page as pageOf, text, texts } from './reply-types.ts';
import type { RedisSettings } from './settings.ts';

export type RedisStateListener = (state: SharedCacheStatus['state'], word: string | null) => void;

/**
 * Of the entry version, so that versions of the program do not read each other's. What is about one subject lies on one node
 * of a cluster: `{…}` is what its slot follows from.
 */
const PREFIX = `h200:cache:${ENTRY_VERSION}:`;
const HOT = `${PREFIX}${HOT_NAMES}`;
const keyOf = (name: string) => {
  const [kind, subject, digest] = name.split(':');
  return `${PREFIX}{${subject}}:${kind}:${digest}`;
};
/** The names of all entries about a subject, as a set. */
const indexOf = (subject: string) => `${PREFIX}{${subject}}`;

/** Bytes on their way; more is not sent. */
const MOST_SENDING = 16 * 2 ** 20;
/** A server that cannot be written is left alone for so long, ms. */
const PAUSE_MS = 1000;
const PAGE = 500;
/** Subjects that wait to be forgotten; more go by their age. */
const MOST_UNTOLD = 10_000;
/** Pages of one removal: what is left goes by its age. */
const MOST_PAGES = 10_000;
/** Longest wait for what is still being written when this is closed, ms. */
const FLUSH_MS = 100;

/** Entries in Redis. Nothing throws but `examine` and `clear`: what cannot be asked is not there. */
export class RedisLayer {
  private readonly link: RedisLink;
  private readonly client: RedisClient;
  private readonly breaker: Breaker;
  private readonly ttlMs: number;
  private readonly writing = new Set<Promise<unknown>>();
  private sending = 0;
  private writableFrom = 0;

  /** Subjects that are to be forgotten and that Redis was not told of, with what is known to lie there of them. */
  private readonly untold = new Map<string, readonly string[]>();

  constructor(settings: RedisSettings, ttlMs: number, onState: RedisStateListener = () => {}, answerMs = ANSWER_MS) {
    this.ttlMs = ttlMs;
    const heard: RedisStateListener = (state, word) => {
      onState(state, word);
      if (state === 'connected') void this.forgetUntold();
    };
    this.link = new RedisLink(settings, HOT, heard, answerMs);
    ({ client: this.client, breaker: this.breaker } = this.link);
  }

  get state(): SharedCacheStatus['state'] {
    return this.breaker.state;
  }

  get errors(): Record<CacheErrorKind, number> {
    return this.breaker.errors;
  }

  /** Undefined: not there, or nobody knows. */
  async get(name: string): Promise<Buffer | undefined> {
    const entry = await this.read(keyOf(name));
    if (entry === undefined || entry.length <= MAX_ENTRY_BYTES) return entry;
    this.broken(name);
    return undefined;
  }

  /** Whether it is there now. */
  async set(name: string, entry: Buffer): Promise<boolean> {
    const now = performance.now();
    if (now < this.writableFrom || this.sending + entry.length > MOST_SENDING) {
      this.errors.skipped += 1;
      return false;
    }
    const [key, index] = [keyOf(name), indexOf(subjectOf(name))];
    this.sending += entry.length;
    const isWritten = await this.write(key, async () => {
      const steps = this.client
        .pipeline()
        .sadd(index, name)
        .pexpire(index, this.ttlMs)
        .set(key, entry, 'PX', this.ttlMs);
      const replies = (await steps.exec()) ?? [];
      for (const [error] of replies) if (error) throw error;
      return done(replies.at(-1)?.[1]);
    });
    this.sending -= entry.length;
    return isWritten ?? false;
  }

  /** What was read is no entry of ours. */
  broken(name: string): void {
    this.errors.broken += 1;
    void this.ask(keyOf(name), async () => count(await this.client.unlink(keyOf(name))));
  }

  /** Where Redis cannot be told now, it is as soon as it is back. */
  async forget(subject: string): Promise<number> {
    const index = indexOf(subject);
    let known: readonly string[] = this.untold.get(subject) ?? [];
    this.untold.delete(subject);
    let removed = 0;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      // Read first: a server that freezes may take the names off the list and never say which they were.
      const listed = await this.ask(index, async () => texts(await this.client.srandmember(index, PAGE)));
      const taken = listed && (await this.ask(index, async () => texts(await this.client.spop(index, PAGE))));
      known = [...new Set([...known, ...(listed ?? []), ...(taken ?? [])])].filter(
        (name) => subjectOf(name) === subject,
      );
      const keys = known.map(keyOf);
      const gone = keys.length === 0 ? 0 : await this.ask(index, async () => count(await this.client.unlink(...keys)));
      removed += gone ?? 0;
      if (taken === undefined || gone === undefined) {
        if (this.untold.size < MOST_UNTOLD) this.untold.set(subject, known);
        break;
      }
      if (taken.length < PAGE) break;
      known = [];
    }
    return removed;
  }

  private async forgetUntold(): Promise<void> {
    for (const subject of [...this.untold.keys()]) await this.forget(subject);
  }

  /** All, or those of a kind, by SCAN; how many. Throws CacheFailure where the server stops answering. */
  async clear(kind?: string): Promise<number> {
    const match = `${PREFIX}${kind === undefined ? '*' : `{*}:${kind}:*`}`;
    let removed = 0;
    if (this.breaker.isClosed) return removed;
    for (const node of this.masters()) {
      let cursor = '0';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const from = cursor;
        const found = await this.breaker.runPatiently('', async () =>
          pageOf(await node.scan(from, 'MATCH', match, 'COUNT', PAGE)),
        );
        const keys = found[1].filter((key) => key.startsWith(PREFIX));
        // One by one: keys of several slots in one command are refused by a cluster.
        const gone = await Promise.all(
          keys.map((key) => this.breaker.runPatiently(key, async () => count(await node.unlink(key)))),
        );
        removed += keys.filter((key, n) => gone[n] === 1 && key.split(':').length > 4).length;
        cursor = found[0];
        if (cursor === '0') break;
      }
    }
    return removed;
  }

  /** The names that were asked for the most, of whichever server wrote last. */
  async hotNames(): Promise<Buffer | undefined> {
    return this.read(HOT);
  }

  async keepHotNames(names: readonly string[]): Promise<void> {
    const entry = encodeEntry(names, HOT_NAMES);
    if (entry !== null) await this.write(HOT, async () => done(await this.client.set(HOT, entry, 'PX', this.ttlMs)));
  }

  /** What the server says of itself; throws CacheFailure. */
  examine(): Promise<string> {
    return this.breaker.runPatiently(HOT, async () => text(await this.client.info()));
  }

  /** What is being written may still be written for a moment. */
  async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, FLUSH_MS);
    await Promise.race([Promise.allSettled([...this.writing]), late]);
    clearTimeout(timer);
    this.link.close();
  }

  /** No more than an entry may have, whatever lies there. */
  private async read(key: string): Promise<Buffer | undefined> {
    const entry = await this.ask(key, async () => bytes(await this.client.getrangeBuffer(key, 0, MAX_ENTRY_BYTES)));
    return entry === undefined || entry.length === 0 ? undefined : entry;
  }

  /** A close waits for it. */
  private write<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    const written = this.ask(key, work);
    this.writing.add(written);
    return written.finally(() => this.writing.delete(written));
  }

  private async ask<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.breaker.run(key, work);
    } catch (thrown) {
      if (failureOf(thrown).isReadOnly) this.writableFrom = performance.now() + PAUSE_MS;
      return undefined;
    }
  }

  private masters(): Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }
}
