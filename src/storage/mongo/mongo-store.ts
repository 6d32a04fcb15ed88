import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, MongoClient } from 'mongodb';
import { AppError } from '../../errors.ts';
import type { RuleChange, StoreStatus } from '../../ports/records.ts';
import type { Nearest } from '../../ports/vectors.ts';
import { Availability, type AvailabilityLimits, type StateListener } from '../availability.ts';
import type { CallName, RecordCalls, Store } from '../records/store.ts';
import { analysisCalls } from './calls/analyses.ts';
import { calibrationCalls } from './calls/calibrations.ts';
import { entryCalls } from './calls/entries.ts';
import { evaluationCalls } from './calls/evaluations.ts';
import type { MongoCalls } from './calls/mongo-calls.ts';
import { ruleCalls } from './calls/rules.ts';
import { vectorCalls } from './calls/vectors.ts';
import { wholeStoreCalls } from './calls/whole-store.ts';
import { openClient } from './client.ts';
import type { Collections } from './collections.ts';
import { lacksIndex, MONGO_ERRORS, StoreLost } from './driver-errors.ts';
import { type ChangeLimits, RuleChanges } from './rule-changes.ts';
import { knownVersion, setUp } from './set-up.ts';
import { VectorSearch } from './vector-search.ts';

interface Limits extends AvailabilityLimits {
  /** So many calls wait at most; SYSTEM_002 beyond. */
  readonly calls: number;
  /** So many characters their arguments have together at most; one call alone may have more. */
  readonly characters: number;
  /** How long `close` waits for what was accepted, ms. */
  readonly closeMs: number;
  /** A call looks whether a newer version has changed the store where nobody has for so long, ms. */
  readonly versionMs: number;
}

const LIMITS = { calls: 1024, characters: 64 * 2 ** 20, closeMs: 5000, versionMs: 1000 };

/** Of these alone it is to be said, should no answer come, that they may have been done all the same. */
const WRITES: ReadonlySet<CallName> = new Set([
  'putAnalysis',
  'putTerms',
  'deleteAnalysis',
  'removeMatching',
  'purge',
  'writeRules',
  'appendEvaluations',
  'putCalibration',
  'deleteCalibration',
  'putVector',
  'addEntry',
  'replaceEntry',
  'addEntries',
  'removeEntry',
  'removeOlderEntries',
  'removeExpired',
]);

/**
 * Records in one database of a MongoDB server. Nothing is connected before `start` or the first call; whatever becomes of
 * the server, each call ends in a bounded time with an error of the catalogue, and works again once the server is back.
 */
export class MongoStore implements Store {
  private readonly client: MongoClient;
  /** A connection of its own says whether the server is there, also while all others are busy. */
  private readonly side: MongoClient;
  readonly db: Db;
  private readonly limits: typeof LIMITS;
  private readonly availability: Availability;
  private collections: Collections | null = null;
  private calls: MongoCalls | null = null;
  private settingUp: Promise<unknown> | null = null;
  private version: { readonly at: number; readonly known: Promise<unknown> } | null = null;
  private readonly running = new Set<Promise<unknown>>();
  private characters = 0;
  /** Tells the writes of this server from those of others. */
  private readonly writer = randomUUID();
  private readonly changes = new Set<RuleChanges>();
  private readonly search = new VectorSearch();
  private closing: Promise<void> | null = null;

  /** Throws DB_001 for an address that nobody can read. */
  constructor(uri: string, onState: StateListener = () => undefined, limits: Partial<Limits> = {}) {
    const { client, database } = openClient(uri);
    this.client = client;
    this.side = openClient(uri, { maxPoolSize: 1, socketTimeoutMS: 5000 }).client;
    this.db = client.db(database);
    this.limits = { ...LIMITS, ...limits };
    this.availability = new Availability(
      { answers: () => this.side.db(database).command({ ping: 1 }), connect: () => this.connect() },
      MONGO_ERRORS,
      onState,
      limits,
    );
  }

  status(): StoreStatus {
    return { backend: 'mongodb', state: this.availability.state, answered: this.calls !== null };
  }

  onRuleChange(listener: (change: RuleChange) => void, limits: Partial<ChangeLimits> = {}): () => void {
    const changes = new RuleChanges((work) => this.ask(work), this.writer, listener, limits);
    this.changes.add(changes);
    return () => {
      changes.stop();
      this.changes.delete(changes);
    };
  }

  /** What could not be asked, the calls say. */
  nearVectors(query: Nearest, count: number): Promise<readonly string[] | null> {
    return this.ask(({ vectors }) => this.search.near(vectors, query, count));
  }

  /** Connects in the background. */
  start(): void {
    void this.call('ping').catch(() => undefined);
  }

  async call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
    const answer = this.perform(sizeOf(args), () => {
      const run = this.calls?.[name] as MongoCalls[N] | undefined;
      if (run === undefined) throw new AppError('DB_001');
      return run(...args);
    });
    if (WRITES.has(name)) return answer;
    return answer.catch((thrown: unknown) => {
      throw thrown instanceof StoreLost ? thrown.ofOthers() : thrown;
    });
  }

  /** What no call of the port is; same limits, same errors. */
  ask<T>(work: (collections: Collections) => Promise<T>): Promise<T> {
    return this.perform(0, () => {
      if (this.collections === null) throw new AppError('DB_001');
      return work(this.collections);
    });
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async perform<T>(size: number, work: () => Promise<T>): Promise<T> {
    if (this.closing) throw new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
    const full = this.running.size > 0 && this.characters + size > this.limits.characters;
    if (full || this.running.size >= this.limits.calls) {
      throw new AppError('SYSTEM_002', { message: 'Too many calls wait for the record store.', retryAfterS: 1 });
    }
    this.characters += size;
    let call: Promise<T> | undefined;
    const begin = () => {
      call = this.orSetUp(work);
      return call;
    };
    const answer = this.availability.run(begin);
    // What its caller was told that it is late still runs: it counts until it ends.
    const done = answer.then(
      () => undefined,
      () =>
        call?.then(
          () => undefined,
          () => undefined,
        ),
    );
    this.running.add(done);
    void done.finally(() => {
      this.running.delete(done);
      this.characters -= size;
    });
    return answer;
  }

  /** A database that was dropped, or brought back without its indexes, under a running server is set up again. */
  private async orSetUp<T>(work: () => Promise<T>): Promise<T> {
    try {
      await this.refuseNewer();
      return await work();
    } catch (thrown) {
      if (!lacksIndex(thrown)) throw thrown;
      this.settingUp ??= setUp(this.db).finally(() => {
        this.settingUp = null;
      });
      await this.settingUp;
      return work();
    }
  }

  /** Rejects once a newer version of the program has changed the store under this server. */
  private refuseNewer(): Promise<unknown> {
    const at = performance.now();
    if (this.collections === null) return Promise.resolve();
    if (this.version === null || at - this.version.at >= this.limits.versionMs) {
      const known = knownVersion(this.collections);
      this.version = { at, known };
      // Whether it cannot be asked the next call finds out.
      known.catch((thrown: unknown) => {
        if (!(thrown instanceof AppError) && this.version?.known === known) this.version = null;
      });
    }
    return this.version.known;
  }

  /** Connects where that is needed, and asks something. */
  private async connect(): Promise<void> {
    await this.client.connect();
    if (this.calls !== null) {
      await this.db.command({ ping: 1 });
      return;
    }
    const collections = await setUp(this.db);
    const calls = {
      ...analysisCalls(collections),
      ...ruleCalls(collections, this.writer),
      ...evaluationCalls(collections),
      ...calibrationCalls(collections),
      ...entryCalls(collections),
      ...vectorCalls(collections),
      ...wholeStoreCalls(this.db, collections),
    } satisfies MongoCalls;
    this.collections = collections;
    this.calls = calls;
  }

  private async end(): Promise<void> {
    for (const changes of this.changes) changes.stop();
    const over = new AbortController();
    const late = sleep(this.limits.closeMs, undefined, { ref: false, signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled([...this.running]), late]);
    over.abort();
    this.availability.close();
    await Promise.allSettled([this.client.close(), this.side.close()]);
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 0);
}
