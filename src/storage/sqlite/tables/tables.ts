import { toAppError } from '../../../errors.ts';
import type { CallName, RecordCalls } from '../../records/store.ts';
import { asOneWrite, type Db, guarded, openDatabase, versionCheck } from '../database.ts';
import { FailedWrites } from '../failed-writes.ts';
import { analysisTable } from './analyses.ts';
import { calibrationTable } from './calibrations.ts';
import { entryTable } from './entries.ts';
import { evaluationTable } from './evaluations.ts';
import { removalTable } from './removals.ts';
import { ruleTable } from './rules.ts';
import { structureChecks } from './structure-checks.ts';
import { vectorTable } from './vectors.ts';

/** Everything that can be asked of the embedded store. A call is one transaction, or a part of a transaction that is open. */
export function openTables(file: string): Tables {
  const db = openDatabase(file);
  try {
    return guarded(() => tablesOf(db));
  } catch (error) {
    db.close();
    throw error;
  }
}

function tablesOf(db: Db) {
  const ping = db.prepare('SELECT 1');
  const [analyses, removals, rules, evaluations, calibrations, entries, vectors] = [
    analysisTable(db),
    removalTable(db),
    ruleTable(db),
    evaluationTable(db),
    calibrationTable(db),
    entryTable(db),
    vectorTable(db),
  ];
  const failedWrites = new FailedWrites();
  const checks = structureChecks(db);
  const reads = {
    ...checks,
    ...analyses.reads,
    ...removals.reads,
    ...rules.reads,
    ...evaluations.reads,
    ...calibrations.reads,
    ...entries.reads,
    ...vectors.reads,
    writable(): void {
      failedWrites.check();
      checks.writable();
    },
    ping(): void {
      ping.get();
    },
  };
  const writes = {
    ...analyses.writes,
    ...removals.writes,
    ...rules.writes,
    ...evaluations.writes,
    ...calibrations.writes,
    ...entries.writes,
    ...vectors.writes,
  };
  const checkVersion = versionCheck(db);
  return {
    db,
    checkVersion,
    /** A newer version may have changed the store while this waited for the lock. */
    asOneWrite: asOneWrite(db, (write: () => unknown) => {
      checkVersion();
      return write();
    }),
    failedWrites,
    reads,
    writes,
    calls: { ...reads, ...writes } satisfies RecordCalls,
  };
}

export type Tables = ReturnType<typeof tablesOf>;

/** On a full disk they go row by row, which no transaction may hold together. */
const DELETIONS: ReadonlySet<CallName> = new Set(['removeMatching', 'deleteAnalysis', 'purge']);

/** Throws catalogue errors only. */
export function runCall(tables: Tables, name: CallName, args: readonly unknown[]): unknown {
  const run = tables.calls[name] as (...args: readonly unknown[]) => unknown;
  if (!isWrite(tables, name)) return guarded(() => run(...args));
  try {
    const write = () => run(...args);
    const isPart = tables.db.inTransaction || DELETIONS.has(name);
    const answer = guarded(() => (isPart ? write() : tables.asOneWrite(write)));
    // Within a transaction nothing is written yet.
    if (!tables.db.inTransaction) tables.failedWrites.succeeded();
    return answer;
  } catch (thrown) {
    tables.failedWrites.failed(toAppError(thrown));
    throw thrown;
  }
}

export const isWrite = (tables: Tables, name: CallName): boolean => Object.hasOwn(tables.writes, name);
