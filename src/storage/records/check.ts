import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import type { CheckOptions, RecordKind, Records, StoreCheck, UnreadableRecord } from '../../ports/records.ts';
import { RULE_VERSION, readable } from './readable.ts';
import type { RecordKey } from './rows.ts';
import type { Store } from './store.ts';

const KINDS: readonly RecordKind[] = ['rule', 'calibration', 'rule version', 'analysis', 'evaluations'];
const MOST_NAMED = 100;
const KEYS_AT_ONCE = 200;
/** What the store's thread reads within the time of a call; larger files are for `sqlite3 records.db 'PRAGMA integrity_check'`. */
const THOROUGH_BYTES = 2 ** 30;
/** In the background the structure of a larger file is not looked at: it would hold up every other call. */
const BACKGROUND_BYTES = 64 * 2 ** 20;
const isUnreadable = (thrown: unknown) => thrown instanceof AppError && thrown.code === 'DB_003';
const FIRST: RecordKey = { a: '', b: 0 };

/**
 * Reads every record as its readers do, one after the other with as long a pause behind each, and the structure of the file.
 * A check whose time is over goes on there the next time; what it has found by then is kept until its round is over.
 */
export function storeCheck(store: Store, records: Omit<Records, 'check'>): Records['check'] {
  const begin = () => ({
    kind: 0,
    after: FIRST,
    records: 0,
    unreadable: [] as UnreadableRecord[],
    count: 0,
    damage: null as string | null,
  });
  let round = begin();

  async function readOne(kind: RecordKind, { a, b }: RecordKey): Promise<void> {
    if (kind === 'analysis') {
      await records.analyses.get(a);
      await records.analyses.state(a);
    } else if (kind === 'rule') await records.rules.get(a);
    else if (kind === 'calibration') await records.calibrations.get(a);
    else if (kind === 'rule version') {
      const text = await store.call('ruleVersion', a, Number(b));
      if (text !== null) readable(text, RULE_VERSION);
    }
  }

  async function lookAt(kind: RecordKind, key: RecordKey): Promise<void> {
    round.records += 1;
    try {
      await readOne(kind, key);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      round.count += 1;
      const id = kind === 'rule version' ? `${key.a} ${key.b}` : key.a;
      if (round.unreadable.length < MOST_NAMED) round.unreadable.push({ kind, id });
    }
  }

  return async ({ limitMs, thorough = false, signal }: CheckOptions): Promise<StoreCheck> => {
    const until = performance.now() + limitMs;
    const largest = thorough ? THOROUGH_BYTES : BACKGROUND_BYTES;
    const file = await store.call('checkFile', thorough, largest);
    let complete = false;
    while (performance.now() < until) {
      signal?.throwIfAborted();
      const kind = KINDS[round.kind];
      if (kind === undefined) {
        complete = true;
        break;
      }
      const keys = await store.call('recordKeys', kind, round.after, KEYS_AT_ONCE).catch((thrown: unknown) => {
        if (!isUnreadable(thrown)) throw thrown;
        round.damage = `the keys of ${kind} records cannot be read`;
        return [];
      });
      for (const key of keys) {
        const started = performance.now();
        if (started >= until || signal?.aborted) break;
        if (kind !== 'evaluations') await lookAt(kind, key);
        round.after = key;
        if (!thorough) await sleep(performance.now() - started, undefined, { signal });
      }
      if (keys.length === 0) round = { ...round, kind: round.kind + 1, after: FIRST };
    }
    const { records: seen, unreadable, count, damage } = round;
    if (complete) round = begin();
    return {
      complete: complete && file.checked,
      records: seen,
      unreadable,
      unreadableCount: count,
      damage: file.problem ?? damage,
    };
  };
}
