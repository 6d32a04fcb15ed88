import type { UnitSystem } from '../contract/length-unit.ts';
import type { Rule } from '../contract/rule.ts';
import { type VerdictNumbers, Z90 } from '../contract/verdict.ts';
import { fault, missingSurface } from '../rules/fault.ts';
import { requiredLength } from '../rules/interval.ts';
import { idLabel } from '../rules/label.ts';
import { closest } from '../scene/math/geometry.ts';
import type { Scene } from '../scene/types.ts';
import { quote } from './quote.ts';
import type { Conflict } from './solver/conflict.ts';
import type { Requirement } from './solver/problem.ts';
import { MAX_MOVE } from './solver/reaches.ts';
import type { Move, Placement } from './types.ts';

type Infeasible = NonNullable<Placement['infeasible']>;

const LEFT_FREE = ' that the picture shows free';
/** More sentences would not be read. */
const QUOTED = 3;
/** Things that may be in the way. */
const NAMED = 3;

/** What was shown of rules that find no place, how far that goes, and what a person can do about it. */
export function explainConflict(
  scene: Scene,
  rules: readonly Rule[],
  conflict: Conflict,
  units: UnitSystem = 'metric',
): Infeasible {
  const { ruleIds, proven, limited, reach, objectId, inSight } = conflict;
  const quoted = ruleIds.slice(0, QUOTED).map((id) => quote(rules, id));
  if (ruleIds.length > QUOTED) quoted.push(`${ruleIds.length - QUOTED} more`);
  // What only the reach forbids is no contradiction of the rules.
  const isNear = reach !== Number.POSITIVE_INFINITY;
  const near = `within ${requiredLength(reach, units)} of ${objectId === null ? 'where things stand' : idLabel(objectId)}`;
  const alone = ruleIds.length === 1;
  const isPlace = isNear || inSight;
  const place = `No place${isNear ? ` ${near}` : ''}${inSight ? LEFT_FREE : ''}`;
  const subject = isPlace ? `${place} is sure to fulfil` : 'Moving what may be moved cannot fulfil';
  const all = isPlace ? `${place} is sure to fulfil these rules together` : 'These rules cannot hold together here';
  const what = alone ? `${subject} ${quoted[0]}` : `${all}: ${quoted.join(', ')}`;
  const such = isPlace ? 'such ' : '';
  const how = proven
    ? `every ${such}place was ruled out, with lengths as measured${spread(scene)}${inSight ? ', and none counted that the picture does not show free' : ''}`
    : `no ${such}arrangement was found${limited ? ' before the search ended at its limit' : ''}, which is not a proof that there is none`;
  const smaller = ruleIds.length > 1 && !limited ? '; without any one of them an arrangement was found' : '';
  const help = isPlace ? toDo(scene, objectId, reach) : null;
  return { ruleIds, explanation: `${what} (${how}${smaller}).${help === null ? '' : ` ${help}`}` };
}

/** Below this error of the scale, nobody gains by a better one. */
const GOOD_SCALE = 0.1;

const errorOf = ({ calibration }: Scene) => Z90 * (calibration.scaleSigma ?? 0);

function spread(scene: Scene): string {
  const percent = Math.round(100 * errorOf(scene));
  return percent < 1 ? '' : `, known to ± ${percent} %`;
}

/** What may give it a place: other things out of its way, a better scale; null: neither. */
function toDo(scene: Scene, objectId: string | null, reach: number): string | null {
  const blocking = objectId === null ? [] : around(scene, objectId, Math.min(reach, MAX_MOVE));
  const [last, ...others] = blocking.map(idLabel).reverse();
  const names = others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
  const ways = [
    ...(last === undefined ? [] : [`moving ${names} may make room`]),
    ...(errorOf(scene) > GOOD_SCALE ? ['a printed sheet in the picture (h200-mug marker) makes lengths surer'] : []),
  ];
  const words = ways.join('; ');
  return words === '' ? null : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Ids of the things on the table within so many mm of an object, the nearest first. */
function around(scene: Scene, objectId: string, reach: number): string[] {
  const own = scene.objects.find(({ id }) => id === objectId)?.footprint;
  if (own == null) return [];
  return scene.objects
    .flatMap(({ id, class: name, footprint }) =>
      id === objectId || name === 'table' || footprint === null ? [] : [{ id, gap: closest(own, footprint).gap }],
    )
    .filter(({ gap }) => gap <= reach)
    .sort((p, q) => p.gap - q.gap)
    .slice(0, NAMED)
    .map(({ id }) => id);
}

/** A broken rule that no displacement of what may be moved can change: the most urgent one. */
export function immovable(
  scene: Scene,
  rules: readonly Rule[],
  verdicts: readonly VerdictNumbers[],
  requirements: readonly Requirement[],
): Infeasible | null {
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const movable = new Set(requirements.map((r) => `${r.ruleId} ${r.condition}`));
  let worst: VerdictNumbers | null = null;
  for (const verdict of verdicts) {
    if (verdict.verdict !== 'violated' || !priorities.has(verdict.rule_id)) continue;
    if (movable.has(`${verdict.rule_id} ${verdict.condition}`)) continue;
    if (verdict.unit !== 'count' && scene.calibration.homography === null) continue;
    if (worst === null || priorities.get(verdict.rule_id)! > priorities.get(worst.rule_id)!) worst = verdict;
  }
  return worst && { ruleIds: [worst.rule_id], explanation: noMove(scene, rules, worst) };
}

function noMove(scene: Scene, rules: readonly Rule[], verdict: VerdictNumbers): string {
  const [first] = verdict.objects;
  const state = `${first === undefined ? 'something' : idLabel(first)} is ${fault(scene, rules, verdict)}`;
  const put = verdict.objects.length < 2 ? missingSurface(rules, verdict) : null;
  const why =
    verdict.unit === 'count'
      ? 'it is about how many there are'
      : put !== null
        ? `${state}, and none is in sight: ${put}`
        : `${state}, and nothing of that may be moved`;
  return `No move can fulfil ${quote(rules, verdict.rule_id)}: ${why}.`;
}

/**
 * A broken rule has a move or the words why not. `spoilt`: what would come off worse by the moves that were planned; they are
 * offered only where less is broken afterwards. `isFixed`: no displacement of what may be moved changes that finding.
 */
export function withUnexplained(
  scene: Scene,
  rules: readonly Rule[],
  verdicts: readonly VerdictNumbers[],
  moves: readonly Move[],
  said: Placement['infeasible'],
  spoilt: readonly VerdictNumbers[],
  isStuck = false,
  blocked: string | null = null,
  planned: readonly Rule[] = rules,
  isFixed: (verdict: VerdictNumbers) => boolean = () => false,
): Placement['infeasible'] {
  const isTold = (v: VerdictNumbers) =>
    said?.ruleIds.includes(v.rule_id) ||
    moves.some((m) => m.ruleIds.includes(v.rule_id) && v.objects.includes(m.objectId));
  const bare = verdicts.filter((v) => v.verdict === 'violated' && !isTold(v));
  const priorities = new Map(rules.map((r) => [r.rule_id, r.priority]));
  const silent = [...new Set(bare.map((v) => v.rule_id))]
    .filter((id) => priorities.has(id))
    .sort((a, b) => priorities.get(b)! - priorities.get(a)!);
  if (silent.length === 0) return said;
  // What nothing that may be moved is part of has a reason of its own; the others share theirs.
  const fixed = silent.flatMap((id) => {
    const own = planned.some((r) => r.rule_id === id) ? bare.filter((v) => v.rule_id === id) : [];
    return own.length > 0 && own.every(isFixed) ? own.slice(0, 1) : [];
  });
  if (fixed.length > 0) {
    const told = fixed.slice(0, QUOTED).map((v) => noMove(scene, rules, v));
    if (fixed.length > QUOTED) told.push(`So it is with ${fixed.length - QUOTED} more.`);
    const ruleIds = [...(said?.ruleIds ?? []), ...fixed.map((v) => v.rule_id)];
    const all = { ruleIds, explanation: [...(said === null ? [] : [said.explanation]), ...told].join(' ') };
    return withUnexplained(scene, rules, verdicts, moves, all, spoilt, isStuck, blocked, planned);
  }
  const isHelped = (id: string) => moves.some((m) => m.ruleIds.includes(id));
  const names = silent.slice(0, QUOTED).map((id) => `${quote(rules, id)}${isHelped(id) ? ofObjects(bare, id) : ''}`);
  if (silent.length > QUOTED) names.push(`${silent.length - QUOTED} more`);
  const [worse] = spoilt;
  // Of one rule alone is said what would help it; of several, why they stay.
  const put = silent.length === 1 ? putThere(rules, verdicts, silent[0]!) : null;
  const why =
    put !== null
      ? put
      : worse !== undefined
        ? `${idLabel(worse.objects[0] ?? 'something')} would then be ${fault(scene, rules, worse)} (${quote(rules, worse.rule_id)})`
        : !silent.some((id) => planned.some((r) => r.rule_id === id))
          ? 'more is asked than is planned for at once, and this is the least urgent: it was checked only'
          : isStuck
            ? 'nothing that may be moved changes that'
            : (blocked ?? 'no place within reach was found that comes nearer to what is asked');
  const sentence = `No move is offered for ${names.join(', ')}: ${why}.`;
  if (said === null) return { ruleIds: silent, explanation: sentence };
  return { ...said, explanation: `${said.explanation} ${sentence}` };
}

/** Whom a rule still finds broken, where others of it have a move: " at mug-2 and 3 more". */
function ofObjects(verdicts: readonly VerdictNumbers[], id: string): string {
  const [first, ...rest] = new Set(verdicts.filter((v) => v.rule_id === id).flatMap((v) => v.objects.slice(0, 1)));
  if (first === undefined) return '';
  return ` at ${idLabel(first)}${rest.length > 0 ? ` and ${rest.length} more` : ''}`;
}

function putThere(rules: readonly Rule[], verdicts: readonly VerdictNumbers[], id: string): string | null {
  const bare = verdicts.find((v) => v.rule_id === id && v.verdict === 'violated');
  return bare === undefined ? null : missingSurface(rules, bare);
}
