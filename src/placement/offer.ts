import type { Rule } from '../contract/rule.ts';
import type { VerdictNumbers } from '../contract/verdict.ts';
import { fault, isEdgeUnknown } from '../rules/fault.ts';
import { idLabel } from '../rules/label.ts';
import { edgeKnown } from '../scene/measure.ts';
import type { Scene } from '../scene/types.ts';
import { caveats, undecided } from './caveats.ts';
import { byUrgency, moveOf } from './move.ts';
import { promiseOf } from './promise.ts';
import { quote } from './quote.ts';
import { crossed } from './solver/crossing.ts';
import type { Places, Sight } from './solver/ground.ts';
import { hasMoved, type Layout, type Problem } from './solver/problem.ts';
import { neededWith } from './together.ts';
import { mayHangOver, mayTouch } from './touching.ts';
import type { Move } from './types.ts';
import {
  broken,
  brokenInVain,
  type Check,
  changesOf,
  check,
  compare,
  improved,
  isGood,
  mended,
  type Shift,
  standing,
  worsened,
} from './verify.ts';

/**
 * Less likely than this to mend what it is for, no move is offered where the image was looked at: as measured before any less sure
 * place was asked for, then once, twice.
 */
const LEAST_CHANCE = [0.8, 0.8, 0.5] as const;

/** Each omission is an evaluation of its own. */
const MAX_TRIED = 6;
/** Reasons of one move. */
const MAX_CAUSES = 3;

/** The moves that are worth making, each checked on the scene with all of them made. */
export function offer(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  planned: readonly Shift[],
  checked: Check,
  places: Places,
): Move[] {
  const before = standing(rules, checked.before);
  const about = new Set(planned.map((s) => s.objectId));
  let shifts = planned;
  let result = checked;
  // What helps nobody stays where it is.
  for (const shift of [...shifts].reverse()) {
    if (shifts.length === 1 || planned.length > MAX_TRIED || improved(result, shift.objectId).length > 0) continue;
    const rest = shifts.filter((s) => s !== shift);
    const without = check(scene, rules, about, rest);
    if (compare(standing(rules, without.verdicts), standing(rules, result.verdicts)) > 0) continue;
    shifts = rest;
    result = without;
  }
  // A move that breaks what it has no right to break is left out; the others may do without it.
  for (let spoilt = brokenInVain(result, rules); spoilt.length > 0; spoilt = brokenInVain(result, rules)) {
    const blamed = new Set(spoilt.flatMap((v) => v.objects));
    const rest = shifts.filter((s) => !blamed.has(s.objectId));
    if (rest.length === 0 || rest.length === shifts.length) return [];
    shifts = rest;
    result = check(scene, rules, about, shifts);
  }
  // Where the image was looked at, only what likely helps is worth moving anything for.
  for (let vain = inVain(); vain.length > 0; vain = inVain()) {
    shifts = shifts.filter((s) => !vain.includes(s));
    if (shifts.length === 0) return [];
    result = check(scene, rules, about, shifts);
  }
  if (compare(standing(rules, result.verdicts), before) >= 0) return [];
  return shifts
    .map((shift) => describe(scene, rules, problem, result, shift, shifts, places))
    .filter((move) => move !== null)
    .sort(byUrgency(rules));

  function inVain(): Shift[] {
    return shifts.filter((shift) => {
      if (places.sight(shift.objectId, shift.by) === 'unseen') return false;
      const least = LEAST_CHANCE[places.leniency(shift.objectId)] ?? 0;
      return promiseOf(scene, result, rules, shift, shifts, places).chance < least;
    });
  }
}

/** The displacements of a layout. */
export function shiftsOf(problem: Problem, layout: Layout): Shift[] {
  return problem.bodies.flatMap((body, i) => {
    if (!hasMoved(problem, layout, i)) return [];
    const by = { x: tidy(layout.x[i]! - body.startX), y: tidy(layout.y[i]! - body.startY) };
    return by.x === 0 && by.y === 0 ? [] : [{ objectId: body.id, by }];
  });
}

/** Tenths without the noise of binary fractions; anything else as it is. */
function tidy(value: number): number {
  const tenths = Math.round(value * 10) / 10;
  return Math.abs(tenths - value) < 1e-6 ? tenths + 0 : value;
}

function describe(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  result: Check,
  shift: Shift,
  shifts: readonly Shift[],
  places: Places,
): Move | null {
  const { objectId } = shift;
  const promise = promiseOf(scene, result, rules, shift, shifts, places);
  // What is promised is what surely holds, not what only comes nearer to it.
  const resolved = promise.kept ? mended(result, objectId) : improved(result, objectId);
  const sight = places.sight(objectId, shift.by);
  const doubt = scene.calibration.contradicted ? 'the image contradicts its calibration' : null;
  const look = lookWords(sight);
  const touched = mayTouch(scene, problem, result, shift, shifts);
  const clear = touched === null ? null : `check that it does not touch ${idLabel(touched)}`;
  const hangs = mayHangOver(scene, result, shift);
  const verified = promise.kept && doubt === null && look === null && clear === null && !hangs;
  const liftOver = crossed(problem, shift);
  const open = promise.kept ? doubt : remains(scene, rules, result, objectId, promise.unsure);
  const isEdgeOpen = open === NO_EDGE || (sight !== 'plain' && !isEdgeInSight(scene));
  const stays = hangs || (!verified && isEdgeOpen) ? STAYS : null;
  const left = joined([open, look, clear, stays]);
  const besides = neededWith(scene, rules, problem, shift, shifts, places, promise.kept);
  const words = [
    ...causes(scene, rules, resolved, shifts, objectId),
    ...(besides === null ? [] : [besides]),
    ...(liftOver === null ? [] : [`lift it over ${idLabel(liftOver)}`]),
    ...(open === null ? [] : [`only helps: ${open}`]),
    ...(look === null ? [] : [look]),
    ...(clear === null ? [] : [clear]),
    ...(stays === null ? [] : [stays]),
    ...(verified ? caveats(scene, rules, problem, shifts, objectId, promise.open, sight) : []),
  ];
  return moveOf(scene, result.scene, {
    objectId,
    by: shift.by,
    reason: words.join('; '),
    changes: changesOf(result, objectId),
    ruleIds: [...new Set(resolved.map((v) => v.rule_id))],
    verified,
    sight,
    liftOver,
    remains: left,
    unverified: verified ? undecided(scene, rules, promise.open) : joined([inShort(open, look, stays), clear]),
  });
}

const STAYS = 'check that it stays on the table';
const NO_EDGE = 'where the table ends is not known';

/** Of all that is open about a move that is not verified, what to do about it. */
function inShort(open: string | null, look: string | null, stays: string | null): string | null {
  const check = look === null ? stays : `check that the place is free${stays === null ? '' : ' and on the table'}`;
  return joined([open === NO_EDGE ? null : open, check]);
}

/** The border of the image, or of what is seen of the table, is none. */
const isEdgeInSight = (scene: Scene) =>
  edgeKnown(scene) && scene.table.sides?.every((sigma) => sigma === null) !== true;

const joined = (parts: readonly (string | null)[]) => parts.filter((words) => words !== null).join('; ') || null;

/** What the image does not surely show of a place; null where it shows free table, or nobody looked. */
const lookWords = (sight: Sight): string | null =>
  sight === 'likely'
    ? 'check first that the place is free: it looks so, but the picture does not prove it'
    : sight === 'unclear'
      ? 'check first that the place is free: the picture shows something there that I cannot name'
      : null;

/** Why it should move, what is surely broken first: "Too close to laptop", "may be too close to phone". */
function causes(
  scene: Scene,
  rules: readonly Rule[],
  resolved: readonly VerdictNumbers[],
  shifts: readonly Shift[],
  objectId: string,
): string[] {
  if (resolved.length === 0) {
    const other = shifts.find((s) => s.objectId !== objectId);
    return [other === undefined ? 'Helps other objects' : `Makes room for ${idLabel(other.objectId)}`];
  }
  const told = new Set<string>();
  const words = byPriority(rules, resolved).flatMap((v) => {
    const what = fault(scene, rules, v);
    if (told.has(what)) return [];
    told.add(what);
    return [v.verdict === 'violated' ? what : `may be ${what}`];
  });
  const [first = '', ...others] = words.slice(0, MAX_CAUSES);
  return [first.charAt(0).toUpperCase() + first.slice(1), ...others];
}

/** What does not surely hold after the move, then what it breaks. */
function remains(
  scene: Scene,
  rules: readonly Rule[],
  result: Check,
  objectId: string,
  unsure: readonly VerdictNumbers[],
): string {
  const lost = broken(result);
  const own = lost.filter((v) => v.objects.includes(objectId));
  const ids = [...new Set((own.length > 0 ? own : lost).map((v) => v.rule_id))];
  const breaks = ids.length === 0 ? [] : [`breaks: ${ids.map((id) => quote(rules, id)).join(', ')}`];
  const [first, said] = open(scene, rules, result, objectId, unsure);
  // What held surely and would do so no more.
  const risked = worsened(result).filter((v) => v !== said && !lost.includes(v) && v.objects.includes(objectId));
  const faults = [...new Set(byPriority(rules, risked).map((v) => fault(scene, rules, v)))].slice(0, MAX_CAUSES);
  return [first, ...(faults.length > 0 ? [`may then be ${faults.join(', ')}`] : []), ...breaks].join('; ');
}

/** What is most urgently open, in words, and the finding that they speak of. */
function open(
  scene: Scene,
  rules: readonly Rule[],
  result: Check,
  objectId: string,
  unsure: readonly VerdictNumbers[],
): readonly [words: string, said: VerdictNumbers | null] {
  const own = result.verdicts.filter((v) => v.objects.includes(objectId) && !isGood(v.verdict));
  const decidable = own.filter((v) => !isEdgeUnknown(v));
  // What only just holds says more than an edge that nobody sees.
  const [worst = own[0]] = byPriority(rules, decidable.length > 0 ? decidable : unsure);
  if (worst !== undefined) {
    if (isEdgeUnknown(worst)) return [NO_EDGE, worst];
    const state = worst.verdict === 'violated' ? 'is' : 'may be';
    const who = worst.objects[0] === objectId ? 'it' : idLabel(worst.objects[0] ?? objectId);
    const was = result.pairs.find((p) => p.after === worst)?.before ?? null;
    const when = worsened(result).includes(worst) || (was !== null && isGood(was.verdict)) ? 'then' : 'still';
    return [`${who} ${when} ${state} ${fault(scene, rules, worst)}`, worst];
  }
  const [other] = byPriority(rules, worsened(result));
  return other === undefined
    ? ['something stays open', null]
    : [`${idLabel(other.objects[0] ?? 'another object')} comes off worse`, other];
}

/** What is surely broken first, each in the order of the rules' priorities. */
function byPriority(rules: readonly Rule[], verdicts: readonly VerdictNumbers[]): VerdictNumbers[] {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const weight = (v: VerdictNumbers) => (priorities.get(v.rule_id) ?? 0) + (v.verdict === 'violated' ? 100 : 0);
  return [...verdicts].sort((a, b) => weight(b) - weight(a));
}
