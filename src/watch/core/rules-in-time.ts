import type { WatchTiming } from '../../contract/watch.ts';
import type { Told } from './event.ts';
import type { WatchedRule } from './frame.ts';
import { type Deadline, deadlineAt, inHours } from './hours.ts';
import { type Finding, findingKey, type Judged } from './kinds.ts';
import { localTime } from './local-time.ts';
import { isIdle, type Moment, newCell, step } from './run.ts';
import { type CameraState, type Cell, type CellKind, MAX_CELLS } from './state.ts';

/** What the camera saw of the rules: their findings, that all is as before, or nothing that could be judged. */
export type Sight =
  | {
      readonly judged: Judged;
      /** What is there, and since when it was seen there, if faintly. */
      readonly present: ReadonlyMap<string, string>;
    }
  | 'as before'
  | 'unclear';

/** The rules that hold now, and what came to its end because others do not. */
export interface Force {
  readonly rules: readonly WatchedRule[];
  readonly deadlines: CameraState['deadlines'];
  readonly told: readonly Told[];
}

/** Which rules are in force by their hours, days and deadlines. */
export function inForce(
  state: CameraState,
  rules: readonly WatchedRule[],
  now: Moment,
  { time_zone }: Pick<WatchTiming, 'time_zone'>,
): Force {
  const deadlines: Record<string, Deadline> = {};
  const local = localTime(new Date(now.at), time_zone);
  const last = state.last_at === null || now.unseen_ms > 0 ? null : localTime(new Date(state.last_at), time_zone);
  const why = new Map<string, string>();
  const active = rules.filter(({ rule_id, timing: when }) => {
    why.set(rule_id, when?.by === undefined ? 'the hours of the rule ended' : 'the day of the rule ended');
    if (when === undefined) return true;
    if (when.by === undefined) return inHours(when, local);
    const deadline = deadlineAt(when, { known: state.deadlines[rule_id], last }, local);
    deadlines[rule_id] = deadline;
    return deadline.day === local.date && !deadline.settled;
  });
  const ids = new Set(active.map((r) => r.rule_id));
  const over = state.cells.filter((c) => c.broken && !ids.has(c.rule_id));
  const told = over.map((cell) => ended(cell, why.get(cell.rule_id) ?? 'the rule is gone or switched off', now.at));
  return { rules: active, deadlines, told };
}

export interface Ruled {
  readonly cells: Cell[];
  readonly deadlines: CameraState['deadlines'];
  readonly told: readonly Told[];
}

/** Takes the rules in force one look further. */
export function rulesInTime(state: CameraState, force: Force, sight: Sight, now: Moment, timing: WatchTiming): Ruled {
  const told: Told[] = [];
  const cells: Cell[] = [];
  const deadlines = { ...force.deadlines };
  const before = grouped(state.cells, (c) => c.rule_id);
  const judged = sight === 'as before' || sight === 'unclear' ? [] : sight.judged.open;
  const open = grouped(judged, (f) => f.rule_id);
  for (const rule of force.rules) {
    const { rule_id } = rule;
    const after = steps(
      rule,
      { old: before.get(rule_id) ?? [], open: open.get(rule_id) ?? [] },
      sight,
      now,
      timing,
      told,
    );
    const deadline = deadlines[rule_id];
    if (deadline !== undefined && sight !== 'unclear' && after.every(isMet)) {
      deadlines[rule_id] = { ...deadline, settled: true };
    } else cells.push(...after);
  }
  return { cells: cells.slice(0, MAX_CELLS), deadlines, told };
}

/** Nothing speaks against it, and nothing is left to be mended. */
const isMet = (cell: Cell): boolean =>
  !cell.broken && cell.run_since === null && (cell.kind === 'satisfied' || cell.kind === 'not_applicable');

function steps(
  rule: WatchedRule,
  { old, open }: { readonly old: readonly Cell[]; readonly open: readonly Finding[] },
  sight: Sight,
  now: Moment,
  timing: WatchTiming,
  told: Told[],
): Cell[] {
  const after: Cell[] = [];
  const go = (cell: Cell, kind: CellKind) => {
    const { cell: next, change } = step(cell, kind, now, timing, rule.timing?.for_seconds);
    if (change !== null) told.push(toldOf(cell, next, change, now));
    if (!isIdle(next)) after.push(next);
  };
  const bySubject = new Map(open.map((f) => [f.subject, f]));
  for (const cell of old) {
    const found = bySubject.get(cell.subject);
    bySubject.delete(cell.subject);
    const last = found?.last ?? cell.last;
    go({ ...cell, last, fine: fineOf(cell, found, sight) }, found?.kind ?? kindOf(cell, sight));
  }
  for (const { subject, kind, last } of bySubject.values()) {
    if (last === null) continue;
    const cell = newCell(rule.rule_id, subject, last);
    const since = typeof sight === 'string' || subject === null ? undefined : sight.present.get(subject);
    go(kind === 'violated' && since !== undefined && since < now.at ? begunAt(cell, since, now) : cell, kind);
  }
  return after;
}

/** As it is seen to be fine now; as it was, where nothing new was seen. */
function fineOf(cell: Cell, found: Finding | undefined, sight: Sight): Cell['fine'] {
  if (typeof sight === 'string') return cell.fine;
  return found === undefined ? (sight.judged.fine.get(findingKey(cell.rule_id, cell.subject)) ?? null) : null;
}

/** It stood there before the detector believed it: broken since then, told once it lasts from now on. */
const begunAt = (cell: Cell, since: string, now: Moment): Cell => ({
  ...cell,
  kind: 'violated',
  run_since: since,
  run_ms: { ...cell.run_ms, toward: -now.seen_ms },
});

/** Of a rule and object of which nothing open was found. */
function kindOf(cell: Cell, sight: Sight): CellKind {
  if (sight === 'as before') return cell.kind;
  if (sight === 'unclear') return 'uncertain';
  if (sight.judged.cut.has(cell.rule_id)) return 'hidden';
  if (cell.subject !== null && !sight.present.has(cell.subject)) return 'not_applicable';
  return sight.judged.silent.has(cell.rule_id) ? 'not_applicable' : 'satisfied';
}

function toldOf(before: Cell, after: Cell, change: 'broken' | 'mended' | 'uncertain', now: Moment): Told {
  const { rule_id, subject, last } = after;
  const evidence = {
    subject,
    rule_id,
    objects: last.objects,
    measured: last.measured === null ? null : { value: last.measured, uncertainty: last.uncertainty },
    required: last.required,
  };
  if (change === 'broken') {
    const { seen, unseen } = after.broken_ms;
    return {
      ...evidence,
      kind: 'rule_broken',
      since: after.broken_since ?? now.at,
      seen_ms: seen,
      unseen_ms: unseen,
      reason: last.reason,
    };
  }
  if (change === 'uncertain') {
    const since = after.uncertain_since ?? now.at;
    return {
      ...evidence,
      kind: 'rule_uncertain',
      since,
      seen_ms: after.uncertain_ms,
      unseen_ms: 0,
      reason: last.reason,
    };
  }
  // It was over when it began to be fine, not when that had lasted long enough to be sure.
  const { toward, contrary, open, unseen: unseenSince } = before.run_ms;
  const isRunning = before.run_since !== null;
  const seen_ms = before.broken_ms.seen + (isRunning ? -(toward + contrary + open + before.pending_ms) : now.seen_ms);
  const unseen_ms = before.broken_ms.unseen + (isRunning ? -unseenSince : now.unseen_ms);
  const { fine } = after;
  return {
    ...evidence,
    kind: 'rule_mended',
    since: before.broken_since ?? now.at,
    until: before.run_since ?? now.at,
    measured: fine === null || fine.measured === null ? null : { value: fine.measured, uncertainty: fine.uncertainty },
    seen_ms: Math.max(0, seen_ms),
    unseen_ms: Math.max(0, unseen_ms),
    reason: after.kind === 'not_applicable' ? 'what broke it is no longer there' : (fine?.reason ?? 'it holds again'),
  };
}

function ended(cell: Cell, reason: string, at: string): Told {
  return {
    kind: 'rule_ended',
    subject: cell.subject,
    rule_id: cell.rule_id,
    since: cell.broken_since ?? '',
    until: at,
    objects: cell.last.objects,
    measured: null,
    required: cell.last.required,
    seen_ms: cell.broken_ms.seen,
    unseen_ms: cell.broken_ms.unseen,
    reason,
  };
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
