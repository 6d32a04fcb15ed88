import type { UnitSystem } from '../../contract/length-unit.ts';
import type { Rule } from '../../contract/rule.ts';
import { isStanding, type Verdict, Z90 } from '../../contract/verdict.ts';
import type { Move, Placement } from '../../placement/types.ts';
import { fault, isEdgeUnknown, missingSurface } from '../../rules/fault.ts';
import { idLabel, mayBe } from '../../rules/label.ts';
import type { Scene } from '../../scene/types.ts';
import { instruction } from './directions.ts';
import { type Finding, findings } from './findings.ts';
import { GUESSED_SCALE } from './scale-guess.ts';
import { verifiedWords } from './verified.ts';

export interface Feedback {
  readonly summary: string;
  readonly recommendations: string[];
}

/** More sentences than a person reads; the rest is counted. */
const MOST = 10;

const HOW_TO_MM =
  'For millimetres, lay the printed sheet (h200-mug marker) in the picture, show an object of known size (laptop, keyboard, phone) or give four table points, a sheet of A4 paper or mm_per_pixel.';

/**
 * What a person should know and do, in plain words: one sentence per finding, the most important first. `unlisted`: how
 * many violated or uncertain findings are not among the verdicts; `unreadableRules`: how many rules nobody could read.
 */
export function feedback(
  scene: Scene,
  rules: readonly Rule[],
  verdicts: readonly Verdict[],
  placement: Placement,
  options: { units?: UnitSystem; unlisted?: number; unreadableRules?: number } = {},
): Feedback {
  const { units = 'metric', unlisted = 0 } = options;
  const found = findings(rules, verdicts);
  const mugs = scene.objects.filter((o) => o.class === 'mug').length;
  const unread = rules.length === 0 && (options.unreadableRules ?? 0) > 0;
  const came = unread
    ? '; nothing was checked: the rules could not be read'
    : outcome(scene, rules, verdicts, found, mugs, unlisted);
  const summary = `${guessed(scene)}${seen(scene, mugs)}${came}.`;
  const recommendations = [
    ...placement.moves.map((move) => moveSentence(move, verdicts, placement, units, unlisted)),
    ...openSentences(scene, rules, found, placement),
    ...(placement.infeasible && (placement.infeasible.ruleIds.length > 1 || isSilent(found, placement))
      ? [sentence(placement.infeasible.explanation)]
      : []),
    ...(scene.calibration.homography === null && scene.objects.length > 0 ? [HOW_TO_MM] : []),
  ];
  if (recommendations.length <= MOST) return { summary, recommendations };
  const rest = recommendations.length - (MOST - 1);
  return {
    summary,
    recommendations: [...recommendations.slice(0, MOST - 1), `${rest} more findings are in the list of verdicts.`],
  };
}

function guessed({ calibration: { scaleSigma } }: Scene): string {
  const error = Z90 * (scaleSigma ?? 0);
  return error > GUESSED_SCALE ? `The scale is only a guess (± ${Math.round(100 * error)} %). ` : '';
}

function seen(scene: Scene, mugs: number): string {
  if (mugs === 1) return 'Mug detected';
  if (mugs > 1) return `${mugs} mugs detected`;
  if (scene.objects.length === 0) return 'Nothing was recognised in the image';
  return `No mug detected (${count(scene.objects.length, 'other object')})`;
}

function outcome(
  scene: Scene,
  rules: readonly Rule[],
  verdicts: readonly Verdict[],
  found: readonly Finding[],
  mugs: number,
  unlisted: number,
): string {
  if (rules.length === 0) return scene.objects.length === 0 ? '' : '; no rule is enabled, so nothing was checked';
  const applied = new Set(verdicts.filter((v) => v.verdict !== 'not_applicable').map((v) => v.rule_id));
  if (applied.size === 0) return `${scene.objects.length === 0 ? ', so' : ';'} no rule applies`;
  const broken = found.filter((f) => f.verdict.verdict === 'violated');
  const [worst] = broken;
  if (worst !== undefined) {
    const first = scene.objects.find((o) => o.id === worst.verdict.objects[0]);
    const others = new Set(broken.map((f) => f.verdict.rule_id)).size - 1;
    const more = others > 0 ? `, and ${count(others, 'more rule')} ${others === 1 ? 'is' : 'are'} broken` : '';
    if (worst.verdict.unit === 'count') return `; ${worst.verdict.reason}${more}`;
    const what = fault(scene, rules, worst.verdict);
    const alike = broken.filter((f) => f.verdict.unit !== 'count' && fault(scene, rules, f.verdict) === what);
    const who = subject(scene, alike, unlisted > 0);
    if (first?.class !== 'mug' || mugs > 1) return `; ${who} ${what}${more}`;
    return ` but ${what.startsWith('too ') ? 'positioned ' : ''}${what}${more}`;
  }
  const open = new Set(found.map((f) => f.verdict.rule_id)).size;
  if (open > 0) {
    const why = scene.calibration.homography === null ? ' without millimetres' : ' from this image';
    return applied.size === 1
      ? `; the rule that applies cannot be decided${why}`
      : `; ${open} of ${applied.size} rules cannot be decided${why}`;
  }
  const holds = applied.size === 1 ? 'the rule that applies holds' : `all ${applied.size} rules that apply hold`;
  return mugs === 1 ? ` and well positioned: ${holds}` : `: ${holds}`;
}

/** "mug-2 is", "mug-2 and mug-1 are", "mug-2 and 2 more mugs are": the first objects of findings, the most important first. */
function subject(scene: Scene, found: readonly Finding[], isMore: boolean): string {
  const [first = 'something', ...others] = new Set(found.flatMap((f) => f.verdict.objects.slice(0, 1)));
  const [second] = others;
  if (second === undefined) return `${idLabel(first)} is`;
  if (others.length === 1 && !isMore) return `${idLabel(first)} and ${idLabel(second)} are`;
  const isMug = others.every((id) => scene.objects.find((o) => o.id === id)?.class === 'mug');
  const more = isMug ? count(others.length, 'more mug') : `${others.length} more`;
  return `${idLabel(first)} and ${isMore ? 'at least ' : ''}${more} are`;
}

function moveSentence(
  move: Move,
  verdicts: readonly Verdict[],
  placement: Placement,
  units: UnitSystem,
  unlisted: number,
): string {
  const what = instruction(move, units);
  if (!move.verified) return `${what} (helps, but ${move.remains ?? 'not every rule surely holds then'}).`;
  const mends = (v: Verdict) =>
    placement.moves.some((m) => m.ruleIds.includes(v.rule_id) && v.objects.includes(m.objectId));
  // What is not listed may be about others.
  const elsewhere =
    unlisted > 0 || verdicts.some((v) => (v.verdict === 'violated' || v.verdict === 'uncertain') && !mends(v));
  return `${what} (${verifiedWords(move.sight, { rules: elsewhere ? 'its' : 'all', undecided: move.unverified })}).`;
}

/** Something broken has neither a move nor, in its own sentence, the words why not. */
const isSilent = (found: readonly Finding[], { moves, infeasible }: Placement): boolean =>
  found.some(
    ({ verdict: v }) =>
      v.verdict === 'violated' &&
      !infeasible?.ruleIds.includes(v.rule_id) &&
      !moves.some((m) => m.ruleIds.includes(v.rule_id) && v.objects.includes(m.objectId)),
  );

/** Findings that no offered move resolves. */
function openSentences(
  scene: Scene,
  rules: readonly Rule[],
  found: readonly Finding[],
  placement: Placement,
): string[] {
  const reported = ({ verdict }: Finding) =>
    placement.moves.some((m) => m.ruleIds.includes(verdict.rule_id) && verdict.objects.includes(m.objectId));
  const hopeless = placement.infeasible?.ruleIds.length === 1 ? placement.infeasible.ruleIds[0] : null;
  const say = (f: Finding) => openSentence(scene, rules, f, f.verdict.rule_id === hopeless);
  return [...new Set(found.filter((f) => !reported(f)).map(say))];
}

function openSentence(scene: Scene, rules: readonly Rule[], { verdict }: Finding, hopeless: boolean): string {
  const put = missingSurface(rules, verdict);
  const tail = put !== null ? `; ${put}` : hopeless ? '; no place within reach resolves that' : '';
  if (verdict.unit === 'count') return sentence(capital(`${verdict.reason}${tail}`));
  const who = verdict.objects[0] === undefined ? 'The scene' : idLabel(verdict.objects[0]);
  const wrong = fault(scene, rules, verdict);
  const state = `${who} ${verdict.verdict === 'violated' ? `is ${wrong}` : mayBe(wrong)}`;
  // "May be too close" would say something of an edge that nobody sees.
  if (isEdgeUnknown(verdict) && scene.calibration.homography !== null) return sentence(verdict.reason);
  const isOpen = verdict.verdict === 'uncertain' && verdict.unit === 'mm' && verdict.measured === null;
  if (isOpen && scene.calibration.homography === null) return `${state}: that is not known without millimetres.`;
  const measured = verdict.unit === 'mm' && verdict.measured !== null && !isStanding(verdict);
  return sentence(measured ? `${verdict.reason}${tail}` : `${state}: ${verdict.reason}${tail}`);
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Ends with one full stop. */
const sentence = (text: string) => `${text.trim().replace(/\.+$/, '')}.`;

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
