import type { WatchTiming } from '../../contract/watch.ts';
import type { Cell, CellKind } from './state.ts';

/** Who changes often has to be patient: each change of late makes it so much longer, up to so often. */
const MOST_RESTLESS = 8;
/** What was broken for so long, seen, was no flicker, ms. */
const SETTLED_MS = 90_000;
/** Quiet time that makes up for one change, ms. */
const CALM_MS = 600_000;

export interface Moment {
  readonly at: string;
  readonly seen_ms: number;
  readonly unseen_ms: number;
}

export type Change = 'broken' | 'mended' | 'uncertain' | null;

/** A condition of old, for a rule and an object of which nothing was said yet. */
export function newCell(rule_id: string, subject: string | null, last: Cell['last']): Cell {
  return {
    rule_id,
    subject,
    broken: false,
    broken_since: null,
    kind: 'satisfied',
    ...NO_RUN,
    broken_ms: { seen: 0, unseen: 0 },
    restless: 0,
    calm_ms: 0,
    uncertain_since: null,
    uncertain_ms: 0,
    uncertain_told: false,
    last,
    fine: null,
  };
}

const NO_RUN = {
  run_since: null,
  run_ms: { toward: 0, contrary: 0, open: 0, unseen: 0 },
  contrary_ms: 0,
  pending_ms: 0,
} as const;

const isFine = (kind: CellKind): boolean => kind === 'satisfied' || kind === 'not_applicable';

/**
 * One look more at one rule and object. It breaks when it was violated for `hold_s` (or longer than `forSeconds`) and most
 * of the time since; it is mended when it was fine for `clear_s` without a single violation. Time counts for what was seen
 * at its beginning; time that nobody saw counts for nothing, and what is uncertain neither breaks nor mends.
 */
export function step(
  before: Cell,
  kind: CellKind,
  now: Moment,
  timing: WatchTiming,
  forSeconds: number | undefined,
): { readonly cell: Cell; readonly change: Change } {
  const wanted = (k: CellKind) => (before.broken ? isFine(k) : k === 'violated');
  const against = (k: CellKind) => (before.broken ? k === 'violated' : isFine(k));
  let cell = uncertainFor({ ...before, ...timeOf(before, now, wanted, against), kind }, kind, now, timing);
  cell = calmer(cell, now);
  if (cell.broken) {
    const { seen, unseen } = cell.broken_ms;
    cell = { ...cell, broken_ms: { seen: seen + now.seen_ms, unseen: unseen + now.unseen_ms } };
  }
  if (cell.run_since !== null && against(kind) && isOver(cell, timing)) {
    cell = { ...cell, ...NO_RUN, ...(cell.broken && { restless: Math.min(MOST_RESTLESS, cell.restless + 1) }) };
  }
  if (wanted(kind)) cell = comingTrue(cell, now);
  if (cell.run_since !== null && wanted(kind) && lasts(cell, timing, forSeconds)) return turned(cell, now);
  if (!cell.uncertain_told && cell.uncertain_ms >= 1000 * timing.uncertain_s) {
    return { cell: { ...cell, uncertain_told: true }, change: 'uncertain' };
  }
  return { cell, change: null };
}

/** The time since the look before goes to what was seen then. */
function timeOf(
  cell: Cell,
  now: Moment,
  wanted: (k: CellKind) => boolean,
  against: (k: CellKind) => boolean,
): Pick<Cell, 'run_ms' | 'contrary_ms' | 'pending_ms'> {
  const { run_ms, contrary_ms, pending_ms } = cell;
  if (cell.run_since === null) return { run_ms, contrary_ms, pending_ms };
  const ms = now.seen_ms;
  const unseen = run_ms.unseen + now.unseen_ms;
  if (wanted(cell.kind)) {
    return { run_ms: { ...run_ms, toward: run_ms.toward + ms, unseen }, contrary_ms: 0, pending_ms };
  }
  if (against(cell.kind)) {
    return {
      run_ms: { ...run_ms, contrary: run_ms.contrary + ms, unseen },
      contrary_ms: contrary_ms + ms,
      pending_ms: 0,
    };
  }
  if (cell.kind === 'hidden') return { run_ms: { ...run_ms, unseen }, contrary_ms, pending_ms: pending_ms + ms };
  return { run_ms: { ...run_ms, open: run_ms.open + ms, unseen }, contrary_ms, pending_ms: 0 };
}

/** What breaks it is over after `clear_s`; what mends it after one look. */
const isOver = (cell: Cell, timing: WatchTiming): boolean => cell.broken || cell.contrary_ms >= 1000 * timing.clear_s;

/** Begins a run, or goes on with one; what was out of sight was as it is now. */
function comingTrue(cell: Cell, now: Moment): Cell {
  const { run_ms } = cell;
  if (cell.run_since === null || cell.contrary_ms > run_ms.toward) return { ...cell, ...NO_RUN, run_since: now.at };
  return { ...cell, run_ms: { ...run_ms, toward: run_ms.toward + cell.pending_ms }, pending_ms: 0, contrary_ms: 0 };
}

function lasts(cell: Cell, timing: WatchTiming, forSeconds: number | undefined): boolean {
  const { toward, contrary } = cell.run_ms;
  if (cell.broken) return toward >= patienceOf(cell) * timing.clear_s;
  const lasted = toward + contrary;
  const longEnough =
    lasted >= patienceOf(cell) * timing.hold_s && (forSeconds === undefined || lasted > 1000 * forSeconds);
  return longEnough && toward >= contrary;
}

/** For each second of patience, ms. */
const patienceOf = ({ restless }: Cell): number => 1000 * (1 + restless);

/** What is violated and not told yet: how long it was, and how long it has to be, s. Null: nothing waits. */
export function waits(
  cell: Cell,
  timing: WatchTiming,
  forSeconds: number | undefined,
): { readonly seen_s: number; readonly told_after_s: number } | null {
  if (cell.broken || cell.run_since === null || cell.kind !== 'violated') return null;
  const { toward, contrary } = cell.run_ms;
  const needed = Math.max(patienceOf(cell) * timing.hold_s, 1000 * (forSeconds ?? 0));
  return { seen_s: Math.round(Math.max(0, toward + contrary) / 1000), told_after_s: Math.round(needed / 1000) };
}

function turned(cell: Cell, now: Moment): { readonly cell: Cell; readonly change: Change } {
  const isFlicker = cell.broken && cell.broken_ms.seen < SETTLED_MS;
  const restless = Math.min(MOST_RESTLESS, cell.restless + (isFlicker ? 1 : 0));
  const calm = { ...cell, ...NO_RUN, restless, calm_ms: 0, uncertain_told: false };
  if (cell.broken) return { cell: { ...calm, broken: false, broken_since: null }, change: 'mended' };
  const { toward, contrary, unseen } = cell.run_ms;
  const broken_ms = { seen: toward + contrary, unseen };
  return { cell: { ...calm, broken: true, broken_since: cell.run_since ?? now.at, broken_ms }, change: 'broken' };
}

function uncertainFor(cell: Cell, kind: CellKind, now: Moment, timing: WatchTiming): Cell {
  if (kind === 'uncertain') {
    const lasting = cell.uncertain_since !== null;
    return {
      ...cell,
      uncertain_since: cell.uncertain_since ?? now.at,
      uncertain_ms: cell.uncertain_ms + (lasting ? now.seen_ms : 0),
      calm_ms: 0,
    };
  }
  if (kind === 'hidden' || cell.uncertain_since === null) return cell;
  // Sure again only after a while.
  const sure_ms = cell.calm_ms + now.seen_ms;
  const limit = 1000 * Math.max(timing.hold_s, timing.clear_s);
  if (sure_ms < limit) return cell;
  return { ...cell, uncertain_since: null, uncertain_ms: 0, uncertain_told: false };
}

function calmer(cell: Cell, now: Moment): Cell {
  const calm_ms = cell.calm_ms + now.seen_ms;
  if (cell.restless === 0 || calm_ms < CALM_MS) return { ...cell, calm_ms };
  return { ...cell, calm_ms: 0, restless: cell.restless - 1 };
}

/** Nothing is going on that later looks would have to know of. */
export const isIdle = (cell: Cell): boolean =>
  !cell.broken && cell.run_since === null && cell.restless === 0 && cell.uncertain_since === null;
