import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeStream } from 'mongodb';
import type { RuleVersion } from '../../contract/rule.ts';
import type { RuleChange } from '../../ports/records.ts';
import type { Collections } from './collections.ts';
import { INDEX } from './schema.ts';

export interface ChangeLimits {
  /** Without a change stream new versions are asked for so often, ms. */
  readonly pollMs: number;
  /** With one, so often all the same: it only wakes us, and may fail unseen. */
  readonly calmMs: number;
}

const LIMITS: ChangeLimits = { pollMs: 500, calmMs: 15_000 };
const AT_ONCE = 200;
/** How long the server holds a question for changes, ms; less than a socket may be silent. */
const HELD_MS = 1000;

type Ask = <T>(work: (collections: Collections) => Promise<T>) => Promise<T>;

/**
 * Tells what other servers did to rules: new versions are read behind the last one that was seen, so that nothing is left
 * out or told twice, whatever becomes of the connection. A change stream, where the server has them, says when.
 */
export class RuleChanges {
  private readonly ask: Ask;
  private readonly writer: string;
  private readonly listener: (change: RuleChange) => void;
  private readonly limits: ChangeLimits;
  private readonly stopped = new AbortController();
  private seen: { readonly seq: number; readonly id: string } | null = null;
  private stream: ChangeStream | null = null;
  private wake: AbortController = new AbortController();

  constructor(ask: Ask, writer: string, listener: (change: RuleChange) => void, limits: Partial<ChangeLimits> = {}) {
    this.ask = ask;
    this.writer = writer;
    this.listener = listener;
    this.limits = { ...LIMITS, ...limits };
    void this.run();
  }

  /** Whether a change stream says when something changed. */
  get isStreaming(): boolean {
    return this.stream !== null;
  }

  stop(): void {
    this.stopped.abort();
    this.wake.abort();
    void this.stream?.close().catch(() => undefined);
  }

  private async run(): Promise<void> {
    let canStream = true;
    while (!this.stopped.signal.aborted) {
      this.wake = new AbortController();
      try {
        if (canStream && this.stream === null) canStream = await this.openStream();
        await this.ask((collections) => this.look(collections));
      } catch {
        // The store is gone: what was missed is read when it is back.
      }
      const wait = this.stream !== null && this.seen !== null ? this.limits.calmMs : this.limits.pollMs;
      const signal = AbortSignal.any([this.wake.signal, this.stopped.signal]);
      await sleep(wait, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  private async look({ history }: Collections): Promise<void> {
    if (this.seen === null) {
      const last = await history.find({}, { hint: INDEX.versionsByWrite }).sort({ seq: -1, _id: -1 }).limit(1).next();
      this.seen = last === null ? { seq: 0, id: '' } : { seq: last.seq, id: last._id };
      return this.look({ history } as Collections);
    }
    for (;;) {
      const { seq, id }: { seq: number; id: string } = this.seen;
      const found = await history
        .find(
          { seq: { $gte: seq }, $or: [{ seq: { $gt: seq } }, { seq: { $eq: seq }, _id: { $gt: id } }] },
          { hint: INDEX.versionsByWrite },
        )
        .sort({ seq: 1, _id: 1 })
        .limit(AT_ONCE)
        .toArray();
      for (const version of found) {
        if (this.stopped.signal.aborted) return;
        this.seen = { seq: version.seq, id: version._id };
        if (version.writer !== this.writer) this.tell(version.entry);
      }
      if (found.length < AT_ONCE) return;
    }
  }

  private tell(entry: string): void {
    try {
      const { rule_id, action, rule } = JSON.parse(entry) as RuleVersion;
      this.listener({ rule_id, action, owner: rule.owner, scope: rule.scope });
    } catch {
      // A version that nobody can read is found by the check.
    }
  }

  /** Whether the server has them. */
  private openStream(): Promise<boolean> {
    return this.ask(async ({ history }) => {
      const stream = history.watch([{ $match: { operationType: 'insert' } }, { $project: { _id: 1 } }], {
        maxAwaitTimeMS: HELD_MS,
      });
      // What the server thinks of it shows with the first question.
      try {
        await stream.tryNext();
      } catch (thrown) {
        await stream.close().catch(() => undefined);
        if (typeof (thrown as { code?: unknown }).code === 'number') return false;
        throw thrown;
      }
      this.stream = stream;
      void this.listen(stream);
      return true;
    });
  }

  private async listen(stream: ChangeStream): Promise<void> {
    try {
      for await (const _change of stream) this.wake.abort();
    } catch {
      // It is opened again behind the next look.
    } finally {
      this.stream = null;
      await stream.close().catch(() => undefined);
      this.wake.abort();
    }
  }
}
