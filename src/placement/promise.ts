import type { Operator, Rule } from '../contract/rule.ts';
import { type VerdictNumbers, Z90 } from '../contract/verdict.ts';
import { OPERATOR_SPECS, specOf } from '../rules/operators/catalogue.ts';
import { probabilityOf } from '../rules/probability.ts';
import { normalCdf } from '../scene/math/samples.ts';
import { distanceToEdge, onProbability } from '../scene/measure.ts';
import type { Scene } from '../scene/types.ts';
import type { Places } from './solver/ground.ts';
import { type Check, dependsOnPlaces, improved, isGood, type Shift, worsened } from './verify.ts';

/** What a move may be promised to do, from the verdicts before and after it. */
export interface Promise {
  /** The rules it mends hold surely, and nothing is likelier to be broken than before. */
  readonly kept: boolean;
  /** How likely the rules hold that were broken and are not surely mended; 1 where there is none. */
  readonly chance: number;
  /** What the image decides neither before nor after, and the move makes no worse. */
  readonly open: readonly VerdictNumbers[];
  /** What holds afterwards, but not surely enough to be promised. */
  readonly unsure: readonly VerdictNumbers[];
}

/**
 * So probably a distance must suffice before a move for its sake is promised. On 140 rendered desks (816 such moves of two models, all
 * carried out) 3 of 110 with 95 to 96 % fell short, 1 of 56 with less than 98 %, 1 of 60 with less than 99 %, none of 592 surer ones.
 */
export const PROMISED = 0.97;

/** So little likelier to be broken is no likelier: far from an edge that is known to a quarter of a metre a step matters nothing. */
const NO_RISE = 0.03;
/** Of a place, mm. */
const ROUNDING = 1;

export function promiseOf(
  scene: Scene,
  result: Check,
  rules: readonly Rule[],
  shift: Shift,
  shifts: readonly Shift[],
  places: Places,
): Promise {
  const { objectId } = shift;
  const byId = new Map(rules.map((r) => [r.rule_id, r]));
  const own = result.pairs.filter(
    ({ after }) => after.objects.includes(objectId) && dependsOnPlaces(after, byId.get(after.rule_id)),
  );
  const mended = new Set(
    own
      .filter(({ before, after }) => before !== null && !isGood(before.verdict) && isGood(after.verdict))
      .map((p) => p.after.rule_id),
  );
  // What only makes room for others mends nothing of its own.
  const mends = mended.size > 0 || improved(result, objectId).length === 0;
  const notSure = own.filter(({ after }) => !isGood(after.verdict));
  // No edge of the table is near where the image shows plain table all around; somebody who marked it knows better.
  const around = scene.table.reference === 'declared' ? null : places.around(objectId, shift.by);
  const edgeIsFar = (v: VerdictNumbers) =>
    v.verdict === 'uncertain' && endsAtTable(v) && around !== null && around >= (v.required ?? 0) - ROUNDING;
  // What another move does to what this one has no part in speaks against that one.
  const isOfOthers = (v: VerdictNumbers) =>
    !v.objects.includes(objectId) && shifts.some((s) => v.objects.includes(s.objectId));
  const unsure = own.filter(({ before, after }) => !isSure(before, after)).map((p) => p.after);
  const kept =
    mends &&
    unsure.length === 0 &&
    worsened(result).every((v) => isOfOthers(v) || (v.objects.includes(objectId) && edgeIsFar(v))) &&
    notSure.every(
      ({ before, after }) =>
        edgeIsFar(after) ||
        (before?.verdict === 'uncertain' &&
          after.verdict === 'uncertain' &&
          !(mended.has(after.rule_id) && after.margin !== null) &&
          noLikelier(scene, result.scene, before, after, objectId)),
    );
  const chances = notSure
    .filter(({ before, after }) => before?.verdict === 'violated' && !edgeIsFar(after))
    .map(({ after }) => (after.verdict === 'violated' ? 0 : 1 - (brokenProbability(after) ?? 1)));
  return { kept, chance: Math.min(1, ...chances), open: notSure.map((p) => p.after), unsure };
}

/** A distance that suffices: surely enough to be promised, or as surely as it did before. */
function isSure(before: VerdictNumbers | null, after: VerdictNumbers): boolean {
  const spec = specOf(after.operator);
  if (after.verdict !== 'satisfied' || spec?.type !== 'distance' || spec.subject !== 'pair') return true;
  const now = heldProbability(after);
  if (now === null || now >= PROMISED) return true;
  return before?.verdict === 'satisfied' && now >= (heldProbability(before) ?? 1) - NO_RISE;
}

function heldProbability({ probability, margin, uncertainty }: VerdictNumbers): number | null {
  if (probability != null) return probability;
  return margin == null || uncertainty === null ? null : probabilityOf(margin, uncertainty);
}

/** Whether something undecided is at most as likely to be broken as it was. */
function noLikelier(before: Scene, after: Scene, was: VerdictNumbers, is: VerdictNumbers, objectId: string): boolean {
  const [earlier, now] = [brokenProbability(was), brokenProbability(is)];
  if (earlier !== null && now !== null) return now <= earlier + NO_RISE;
  if (!endsAtTable(is)) {
    const spec = OPERATOR_SPECS[is.operator as Operator];
    const [stood, stands] = [standing(before, was), standing(after, is)];
    if (is.unit !== 'none' || stood === null || stands === null) return false;
    return spec?.needsOne ? stands >= stood - NO_RISE : stands <= stood + NO_RISE;
  }
  // An edge that nobody sees lies beyond what is seen of the table: away from that border, or far enough from it.
  const [from, to] = [before, after].map((scene) => {
    const o = scene.objects.find(({ id }) => id === objectId);
    return o === undefined ? null : (distanceToEdge(scene, o)?.value ?? null);
  });
  return from != null && to != null && to >= Math.min(from, is.required ?? 0) - 1;
}

const endsAtTable = ({ operator }: VerdictNumbers) => OPERATOR_SPECS[operator as Operator]?.ends === 'table';

/** How probably the first object of a finding stands on the second. */
function standing(scene: Scene, { objects: [first, second] }: VerdictNumbers): number | null {
  const o = scene.objects.find(({ id }) => id === first);
  return o === undefined || second === undefined ? null : onProbability(o, second);
}

/** Null where there is no length with an error. */
function brokenProbability({ margin, uncertainty }: VerdictNumbers): number | null {
  if (margin == null || uncertainty === null) return null;
  return uncertainty > 0 ? normalCdf((-margin * Z90) / uncertainty) : Number(margin < 0);
}
