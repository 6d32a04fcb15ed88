import { AppError } from '../../../errors.ts';
import type { CallName } from '../../records/store.ts';
import { guarded } from '../database.ts';
import { isWrite, runCall, type Tables } from '../tables/tables.ts';
import { packError } from './failure.ts';
import { clock, type Outcome, type StoreCall } from './protocol.ts';

/** Reads of one row by its name: those that come one after the other are answered together. */
const QUICK: ReadonlySet<CallName> = new Set([
  'analysisHead',
  'calibrationHead',
  'getCalibration',
  'getEntry',
  'findEntry',
  'getRule',
  'ruleHead',
  'rulesRevision',
]);

/**
 * Runs calls that wait at the same time, in their order. Writes among them share one transaction and with it one flush,
 * and `answer` gets their outcomes after its commit. A call that fails undoes itself alone. Should the transaction as a
 * whole fail, nothing of it was told to anybody and every call runs again on its own.
 */
export function runGroup(
  tables: Tables,
  calls: readonly StoreCall[],
  answer: (done: readonly Outcome[], isQuick?: boolean) => void,
): void {
  const run = (call: StoreCall) => runOne(tables, call);
  const first = calls.findIndex((call) => isWrite(tables, call.name));
  const end = calls.findLastIndex((call) => isWrite(tables, call.name)) + 1;
  if (end - first < 2) {
    for (const some of bySpeed(calls)) answer(some.map(run), some.length > 1);
    return;
  }
  if (first > 0) answer(calls.slice(0, first).map(run));
  answer(together(tables, calls.slice(first, end)));
  if (end < calls.length) answer(calls.slice(end).map(run));
}

/** Who waits for them goes on in the same turn: more would hold up everybody else. */
const QUICK_TOGETHER = 4;

/** Each answer wakes the thread that waits for it, which costs more than a quick call. */
function bySpeed(calls: readonly StoreCall[]): StoreCall[][] {
  const groups: StoreCall[][] = [];
  let wasQuick = false;
  for (const call of calls) {
    const isQuick = QUICK.has(call.name);
    const last = groups.at(-1);
    if (isQuick && wasQuick && last !== undefined && last.length < QUICK_TOGETHER) last.push(call);
    else groups.push([call]);
    wasQuick = isQuick;
  }
  return groups;
}

function together(tables: Tables, calls: readonly StoreCall[]): readonly Outcome[] {
  const { db } = tables;
  try {
    guarded(() => db.exec('BEGIN IMMEDIATE'));
    tables.checkVersion();
  } catch (thrown) {
    if (db.inTransaction) db.exec('ROLLBACK');
    // Another process has the store: each write would wait for it as long as this one did. Or it has made it one of a newer version.
    const error = packError(thrown);
    return calls.map((call) => (isWrite(tables, call.name) ? { id: call.id, ok: false, error } : runOne(tables, call)));
  }
  const outcomes: Outcome[] = [];
  for (const call of calls) {
    outcomes.push(runOne(tables, call));
    // SQLite itself undoes all of a transaction after some errors, a full disk for one.
    if (!db.inTransaction) return calls.map((one) => runOne(tables, one));
  }
  try {
    db.exec('COMMIT');
    tables.failedWrites.succeeded();
    return outcomes;
  } catch {
    if (db.inTransaction) db.exec('ROLLBACK');
    return calls.map((call) => runOne(tables, call));
  }
}

function runOne(tables: Tables, { id, name, args, until }: StoreCall): Outcome {
  try {
    if (clock() > until) throw new AppError('DB_001', { message: 'The call waited too long and was not begun.' });
    return { id, ok: true, answer: runCall(tables, name, args) };
  } catch (thrown) {
    return { id, ok: false, error: packError(thrown) };
  }
}
