import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { AppError } from '../../../errors.ts';
import { ownModule } from '../../../own-module.ts';
import type { RuleChange, StoreStatus } from '../../../ports/records.ts';
import { nextTurn, SLICE_MS } from '../../../turns.ts';
import { type CallName, EMBEDDED, type RecordCalls, type Store } from '../../records/store.ts';
import { clock, type Reply, type StoreCall, type StoreStart, type ToStore } from './protocol.ts';
import { RememberedReads } from './remembered-reads.ts';
import { RuleNews } from './rule-news.ts';
import { WaitingCalls, type WaitingLimits } from './waiting-calls.ts';

export interface ThreadLimits extends WaitingLimits {
  /** So many threads start within STARTS_WINDOW_MS at most. */
  readonly starts: number;
  /** How long `close` waits for what was accepted, ms. */
  readonly closeMs: number;
}

/** A call waits longer than SQLite does for the lock of another process, so that the cause is told. */
const LIMITS: ThreadLimits = { calls: 1024, characters: 64 * 2 ** 20, answerMs: 15_000, starts: 5, closeMs: 5000 };
const STARTS_WINDOW_MS = 60_000;

interface Thread {
  readonly worker: Worker;
  readonly replies: MessagePort;
  taking: boolean;
}

/**
 * The embedded store on a thread of its own: the event loop never waits for the disk. The first call starts the thread,
 * which opens the file. Whoever waits when the thread dies gets DB_001, and the next call starts another one. A thread
 * that hangs is not replaced, because its connection may hold the lock of the file; its callers get DB_001 in time.
 */
export class StoreThread implements Store {
  private readonly file: string;
  private readonly limits: ThreadLimits;
  private readonly waiting: WaitingCalls;
  /** Null: the store is in no file. */
  private readonly reads: RememberedReads | null;
  private readonly news = new Set<RuleNews>();
  private thread: Thread | null = null;
  private unsent: StoreCall[] = [];
  private starts: number[] = [];
  private closing: Promise<void> | null = null;

  constructor(file: string, limits: Partial<ThreadLimits> = {}) {
    this.file = file;
    this.limits = { ...LIMITS, ...limits };
    this.reads = file === ':memory:' ? null : new RememberedReads(file);
    this.waiting = new WaitingCalls(this.limits, () => {
      if (!this.closing) this.thread?.worker.unref();
    });
  }

  async call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
    if (this.closing) throw new AppError('SYSTEM_001', { message: 'The server is shutting down.' });
    if (name === 'writeRules' && this.news.size > 0) return this.writeRules(name, args);
    const known = this.reads?.look(name, args) ?? null;
    if (known === null) return this.ask(name, args);
    if ('answer' in known) return known.answer as ReturnType<RecordCalls[N]>;
    try {
      const answer = await this.ask(name, args);
      this.reads?.keep(known, answer);
      return answer;
    } catch (error) {
      this.reads?.close();
      throw error;
    }
  }

  /** What this process writes itself is no news to it. */
  private async writeRules<N extends CallName>(name: N, args: Parameters<RecordCalls[N]>) {
    const [rows] = args as Parameters<RecordCalls['writeRules']>;
    const unwritten = [...this.news].map((news) => news.writing(rows));
    try {
      return await this.ask(name, args);
    } catch (error) {
      for (const takeBack of unwritten) takeBack();
      throw error;
    }
  }

  private ask<N extends CallName>(name: N, args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>> {
    const { worker } = this.thread ?? this.start();
    const { id, until, answer } = this.waiting.add(args);
    worker.ref();
    this.unsent.push({ id, name, args, until });
    if (this.unsent.length === 1) queueMicrotask(() => process.nextTick(() => this.send()));
    return answer as Promise<ReturnType<RecordCalls[N]>>;
  }

  /** Answers what was accepted, closes the store and ends the thread; what takes longer than `closeMs` gets DB_001. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  status(): StoreStatus {
    return EMBEDDED;
  }

  /** Of other processes on the same file. */
  onRuleChange(listener: (change: RuleChange) => void, pollMs?: number): () => void {
    if (this.reads === null) return () => {};
    const news = new RuleNews(this.file, listener, pollMs);
    this.news.add(news);
    return () => {
      news.stop();
      this.news.delete(news);
    };
  }

  /** For tests that let the thread die. */
  get worker(): Worker | undefined {
    return this.thread?.worker;
  }

  /** What was asked in one turn goes as one message: waking a thread costs more than most calls. */
  private send(): void {
    if (this.unsent.length > 0) this.thread?.worker.postMessage(this.unsent satisfies ToStore);
    this.unsent = [];
  }

  private async end(): Promise<void> {
    this.send();
    this.reads?.close();
    for (const news of this.news) news.stop();
    if (!this.thread) return;
    const { worker } = this.thread;
    worker.ref();
    worker.postMessage('end' satisfies ToStore);
    const exit = new Promise<boolean>((resolve) => worker.once('exit', () => resolve(true)));
    const inTime = await Promise.race([exit, sleep(this.limits.closeMs, false, { ref: false })]);
    if (inTime) return;
    this.waiting.rejectAll(() => new AppError('DB_001', { message: 'The record store did not close in time.' }));
    worker.unref();
    void worker.terminate();
  }

  private start(): Thread {
    const now = clock();
    this.starts = this.starts.filter((at) => at > now - STARTS_WINDOW_MS);
    const [oldest = now] = this.starts;
    if (this.starts.length >= this.limits.starts) {
      throw new AppError('DB_001', {
        message: 'The thread of the record store died too often.',
        retryAfterS: Math.ceil((oldest + STARTS_WINDOW_MS - now) / 1000),
      });
    }
    this.starts.push(now);
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(fileURLToPath(ownModule('storage/sqlite/thread/worker')), {
      workerData: { file: this.file, replies: port2 } satisfies StoreStart,
      transferList: [port2],
    });
    const thread: Thread = { worker, replies: port1, taking: false };
    let cause: unknown;
    worker.unref();
    worker.on('message', () => this.takeAll(thread));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.once('exit', () => this.ended(thread, cause));
    this.thread = thread;
    return thread;
  }

  private async takeAll(thread: Thread): Promise<void> {
    if (thread.taking) return;
    thread.taking = true;
    do await nextTurn();
    while (this.takeSome(thread));
    thread.taking = false;
  }

  /** One answer, whose caller goes on in the same turn, or as many texts of a list as a slice allows. */
  private takeSome(thread: Thread): boolean {
    const start = performance.now();
    for (;;) {
      const next = receiveMessageOnPort(thread.replies);
      if (!next) return false;
      if (this.waiting.take(next.message as Reply) || performance.now() - start > SLICE_MS) return true;
    }
  }

  private ended(thread: Thread, cause: unknown): void {
    this.thread = null;
    this.unsent = [];
    // What it had answered counts.
    for (let next = receiveMessageOnPort(thread.replies); next; next = receiveMessageOnPort(thread.replies)) {
      this.waiting.take(next.message as Reply);
    }
    thread.replies.close();
    this.waiting.rejectAll(
      () =>
        new AppError('DB_001', {
          message: 'The thread of the record store died; a write may have been done all the same.',
          cause,
        }),
    );
  }
}
