import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../errors.ts';
import type { RecordKind } from '../../../ports/records.ts';
import type { FileCheck, RecordKey } from '../../records/rows.ts';
import { ofRow } from '../damaged-rows.ts';
import { type Db, guarded, structureProblem } from '../database.ts';
import { RESERVE_BYTES, reserveOf } from '../space-reserve.ts';

/** The key of every record: ids, and for versions of rules and evaluations two. */
const KEYS = {
  analysis: 'SELECT id AS a, NULL AS b FROM analyses WHERE (id, 0) > (?, ?) ORDER BY id',
  rule: 'SELECT id AS a, NULL AS b FROM rules WHERE (id, 0) > (?, ?) ORDER BY id',
  'rule version': `SELECT rule_id AS a, version AS b FROM rule_history WHERE (rule_id, version) > (?, ?)
    ORDER BY rule_id, version`,
  calibration: 'SELECT id AS a, NULL AS b FROM calibrations WHERE (id, 0) > (?, ?) ORDER BY id',
  evaluations: `SELECT rule_id AS a, analysis_id AS b FROM evaluations WHERE (rule_id, analysis_id) > (?, ?)
    ORDER BY rule_id, analysis_id`,
} as const satisfies Record<RecordKind, string>;

/** How long the lock of another program is waited for, ms: who holds it for a moment only is no fault. */
const LOCK_MS = 250;

function lockAndLetGo(db: Db): void {
  const wait = db.pragma('busy_timeout', { simple: true });
  db.pragma(`busy_timeout = ${LOCK_MS}`);
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
  } finally {
    db.pragma(`busy_timeout = ${wait}`);
  }
}

/** A write takes no less than this, bytes. */
const LEAST_FREE = 256 * 1024;

export function structureChecks(db: Db) {
  const keys = (kind: RecordKind) => db.prepare<[string, string | number, number], RecordKey>(`${KEYS[kind]} LIMIT ?`);
  const prepared = Object.fromEntries((Object.keys(KEYS) as RecordKind[]).map((kind) => [kind, keys(kind)])) as Record<
    RecordKind,
    ReturnType<typeof keys>
  >;
  return {
    recordKeys: (kind: RecordKind, after: RecordKey, limit: number): RecordKey[] =>
      ofRow(() => prepared[kind].all(after.a, after.b ?? 0, limit)),
    /** The structure of the file, which holds up every other call for as long as it takes to read `maxBytes`. */
    checkFile(thorough: boolean, maxBytes: number): FileCheck {
      const bytes = db.memory ? 0 : statSync(db.name).size;
      return bytes > maxBytes
        ? { checked: false, problem: null }
        : { checked: true, problem: structureProblem(db, thorough) };
    },
    writable(): void {
      if (db.memory) return;
      guarded(() => {
        accessSync(db.name, constants.W_OK);
        accessSync(dirname(db.name), constants.W_OK);
        if (!db.inTransaction) lockAndLetGo(db);
      });
      const { bavail, bsize } = statfsSync(dirname(db.name));
      const reserve = statSync(reserveOf(db.name), { throwIfNoEntry: false })?.size === RESERVE_BYTES;
      const free = bavail * bsize;
      if (free < LEAST_FREE || (!reserve && free < RESERVE_BYTES)) {
        throw new AppError('STORAGE_003', {
          ...(reserve && { advice: 'Free space under H200_DATA_DIR; what is stored can still be deleted.' }),
        });
      }
    },
  };
}
