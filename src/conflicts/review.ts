import type { Arrangement, Conflict } from '../contract/rule.ts';
import type { Arrangements, TogetherCheck } from './arrangements.ts';
import { conflictsOf } from './detect.ts';
import { ruleImplied } from './implied.ts';
import type { ComparedRule } from './statement.ts';

/**
 * That a rule can hold together with those that speak of the same objects, and where; with `arrangement: null` nobody
 * knows, and `explanation` says why.
 */
export interface Together {
  readonly rule_ids: readonly string[];
  readonly arrangement: Arrangement | null;
  readonly explanation: string;
}

export interface Review {
  readonly conflicts: readonly Conflict[];
  /** Absent where the conflicts say that they cannot hold together, and without a solver. */
  readonly together?: Together;
}

/** Of more subsumptions none gets a counter-example. */
const MAX_EXAMPLES = 2;

/** What is to be said about a rule beside the enabled others: proofs first, then what the solver finds on a desk. */
export function review(rule: ComparedRule, others: readonly ComparedRule[], desk?: Arrangements): Review {
  const reported = conflictsOf(rule, others);
  const clashes = reported.filter((c) => c.kind !== 'subsumed');
  const repeated = reported.filter((c) => c.kind === 'subsumed');
  if (desk === undefined) return { conflicts: [...clashes, ...repeated] };
  const byId = new Map([rule, ...others].map((r) => [r.rule_id, r]));
  const explained = repeated.map((c, i) => (i < MAX_EXAMPLES ? withExample(c, byId, desk) : c));
  if (clashes.length > 0) return { conflicts: [...clashes, ...explained] };
  const check = desk.together(rule, others);
  if (check.kind === 'not_arranged') return { conflicts: [notArranged(check, byId), ...explained] };
  return { conflicts: explained, together: togetherOf(check, rule) };
}

function withExample(conflict: Conflict, byId: ReadonlyMap<string, ComparedRule>, desk: Arrangements): Conflict {
  const [a, b] = conflict.rule_ids.map((id) => byId.get(id));
  if (a === undefined || b === undefined) return conflict;
  const [inB, inA] = [ruleImplied(a, b), ruleImplied(b, a)];
  if (inA && inB) return conflict;
  const example = inB ? desk.counterExample(a, b) : desk.counterExample(b, a);
  return example === null ? conflict : { ...conflict, counter_example: example };
}

function notArranged(
  { ruleIds, proven, width_mm, depth_mm }: Extract<TogetherCheck, { kind: 'not_arranged' }>,
  byId: ReadonlyMap<string, ComparedRule>,
): Conflict {
  const where = `a ${width_mm} x ${depth_mm} mm desk with objects of typical size`;
  const what = ruleIds.length === 1 ? 'in which it holds' : 'in which all of them hold';
  return {
    kind: ruleIds.length === 1 ? 'impossible' : 'contradiction',
    rule_ids: [...ruleIds],
    sentences: ruleIds.map((id) => byId.get(id)?.canonical ?? ''),
    explanation: proven
      ? `there is no arrangement on ${where} ${what}: every place was ruled out`
      : `no arrangement was found on ${where} ${what}, which is no proof that there is none`,
    proven,
    ...(proven && { assumes: [where] }),
  };
}

function togetherOf(check: Exclude<TogetherCheck, { kind: 'not_arranged' }>, rule: ComparedRule): Together {
  if (check.kind === 'unknown') {
    const explanation = `not known whether it can hold: ${check.reason}`;
    return { rule_ids: [rule.rule_id], arrangement: null, explanation };
  }
  const { ruleIds, arrangement, left } = check;
  const explanation = `it can hold${withWhom(ruleIds.length - 1, left)}`;
  return { rule_ids: [...ruleIds], arrangement, explanation };
}

function withWhom(others: number, left: number): string {
  if (others + left === 0) return '';
  if (left > 0)
    return ` together with ${others} of ${others + left} other rules about these objects (the rest was not tried)`;
  return ` together with ${others} other ${others === 1 ? 'rule' : 'rules'} about these objects`;
}

/** "on a 1600 x 800 mm desk: mug-1 at 74, 74; laptop-1 at 432, 158 (mm from the left and the far edge)". */
export function inWords({ width_mm, depth_mm, objects }: Arrangement): string {
  const places = objects.map(({ object, x, y }) => `${object} at ${Math.round(x)}, ${Math.round(y)}`);
  return `on a ${width_mm} x ${depth_mm} mm desk: ${places.join('; ')} (mm from the left and the far edge)`;
}
