import type { Verdict } from '../../contract/verdict.ts';
import { evaluateSummary } from '../../rules/evaluate-summary.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import type { Scene } from '../../scene/types.ts';
import type { WatchedRule } from './frame.ts';
import type { Cell, CellKind } from './state.ts';

/** How one rule stands on one object, or on the desk as a whole (null), at one look. */
export interface Finding {
  readonly rule_id: string;
  readonly subject: string | null;
  readonly kind: CellKind;
  readonly last: Cell['last'] | null;
}

export interface Judged {
  /** What is violated, uncertain or hidden. */
  readonly open: readonly Finding[];
  /** What is fine, as far as it was listed, by rule and subject. */
  readonly fine: ReadonlyMap<string, Cell['last']>;
  /** Rules of which more is open than was listed: of an object that is not listed nobody knows. */
  readonly cut: ReadonlySet<string>;
  /** Rules that say nothing about the scene, and why. */
  readonly silent: ReadonlyMap<string, string>;
}

const WORST: readonly CellKind[] = ['violated', 'hidden', 'uncertain', 'satisfied', 'not_applicable'];

/** Judges the averaged scene; when the rules hold is for others. `hidden`: ids of what is out of sight. */
export function judge(rules: readonly WatchedRule[], scene: Scene, hidden: ReadonlySet<string>): Judged {
  const plain = rules.map(({ rule_id, conditions, context }) => ({ rule_id, conditions, context }));
  const { verdicts, tallies } = evaluateSummary(plain, scene);
  const classes = new Map(scene.objects.map((o) => [o.id, o.class]));
  const open = new Map<string, Finding>();
  const fine = new Map<string, Cell['last']>();
  const listed = new Map<string, number>();
  const speaks = new Set<string>();
  const silent = new Map<string, string>();
  const byRule = new Map(rules.map((rule) => [rule.rule_id, rule]));
  for (const verdict of verdicts) {
    const { rule_id, verdict: said, objects } = verdict;
    if (said === 'not_applicable') {
      silent.set(rule_id, verdict.reason);
      continue;
    }
    speaks.add(rule_id);
    const operator = byRule.get(rule_id)?.conditions[verdict.condition]?.operator;
    const set = operator === undefined || OPERATOR_SPECS[operator].subject === 'set';
    const subject = set ? null : (objects[0] ?? null);
    if (said === 'satisfied') {
      const key = findingKey(rule_id, subject);
      const known = fine.get(key);
      if (known === undefined || (verdict.measured ?? 0) < (known.measured ?? 0)) {
        fine.set(key, evidenceOf(verdict, classes));
      }
      continue;
    }
    listed.set(rule_id, (listed.get(rule_id) ?? 0) + 1);
    const kind = objects.some((id) => hidden.has(id)) ? 'hidden' : said;
    const key = findingKey(rule_id, subject);
    const known = open.get(key);
    if (known !== undefined && WORST.indexOf(known.kind) <= WORST.indexOf(kind)) continue;
    open.set(key, { rule_id, subject, kind, last: evidenceOf(verdict, classes) });
  }
  for (const rule_id of speaks) silent.delete(rule_id);
  const cut = tallies.filter((t) => t.violated + t.uncertain > (listed.get(t.rule_id) ?? 0)).map((t) => t.rule_id);
  return { open: [...open.values()], fine, cut: new Set(cut), silent };
}

export const findingKey = (rule_id: string, subject: string | null) => `${rule_id} ${subject}`;

function evidenceOf(v: Verdict, classes: ReadonlyMap<string, string>): Cell['last'] {
  const length = v.unit === 'mm';
  return {
    objects: v.objects.slice(0, MOST_OBJECTS).map((id) => ({ track_id: id, class: classes.get(id) ?? 'object' })),
    reason: v.reason,
    measured: length ? v.measured : null,
    uncertainty: length ? v.uncertainty : null,
    required: length ? v.required : null,
  };
}

const MOST_OBJECTS = 20;
