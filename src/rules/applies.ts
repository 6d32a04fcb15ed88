import type { Condition, Rule } from '../contract/rule.ts';
import { plainText } from '../plain-text.ts';
import type { Case, OperatorSpec } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import type { SceneIndex } from './scene-index.ts';
import { hasAttribute, wordFor } from './select.ts';
import { isUndetectable, mayBeMissed, missedText } from './sight.ts';

/** What evaluation needs of a rule. */
export type CheckableRule = Pick<Rule, 'rule_id' | 'conditions' | 'context'>;

/** One condition of a rule on one scene. */
export interface Asked {
  readonly rule_id: string;
  readonly position: number;
  readonly spec: OperatorSpec;
  readonly on: Case;
  /** Why it says nothing about the scene; null when it does. */
  readonly why: string | null;
}

export function askedBy(rule: CheckableRule, index: SceneIndex): Asked[] {
  return rule.conditions.map((condition, position) => {
    const spec = OPERATOR_SPECS[condition.operator];
    const on = caseOf(index, condition);
    return { rule_id: rule.rule_id, position, spec, on, why: whyNotApplicable(rule, on, spec) };
  });
}

const NOBODY: readonly number[] = [];

/** A condition on a scene: who is meant. What surely lacks the condition's attribute is left out. */
function caseOf(index: SceneIndex, condition: Condition): Case {
  const all = index.select(condition.object1);
  const { attribute } = condition;
  return {
    index,
    condition,
    first: attribute === undefined ? all : all.filter((a) => hasAttribute(index.things[a]!, attribute) !== false),
    second: condition.object2 === undefined ? NOBODY : index.select(condition.object2),
  };
}

function whyNotApplicable(rule: CheckableRule, on: Case, spec: OperatorSpec): string | null {
  return wrongContext(rule, on) ?? incomplete(on.condition, spec) ?? absent(on, spec) ?? whenFails(on);
}

function wrongContext(rule: CheckableRule, on: Case): string | null {
  if (rule.context === null) return null;
  const here = on.index.scene.context;
  if (here === rule.context || here?.trim().toLowerCase() === rule.context.trim().toLowerCase()) return null;
  const wanted = JSON.stringify(plainText(rule.context));
  return here === null
    ? `the rule is for the context ${wanted}, and nobody said what this image's context is`
    : `the rule is for the context ${wanted}; this image's context is ${JSON.stringify(plainText(here))}`;
}

function incomplete(condition: Condition, spec: OperatorSpec): string | null {
  if (spec.required(condition) === null && spec.unit !== 'none') return `the condition has no value for ${spec.name}`;
  if (spec.subject === 'pair' && condition.object2 === undefined)
    return `the condition has no second object for ${spec.name}`;
  if (spec.subject === 'pair' && condition.object2 === 'table') return 'everything in the image is on the table';
  if (spec.shape.zone && condition.zone === undefined) return 'the condition names no zone';
  return null;
}

function absent(on: Case, spec: OperatorSpec): string | null {
  const { condition } = on;
  if (on.first.length === 0 && spec.judgesNone !== true) {
    return noneOf(on, condition.object1, condition.attribute);
  }
  const needsSecond = spec.subject === 'pair' || (condition.object2 !== undefined && spec.subject === 'set');
  if (!needsSecond || on.second.length > 0) return null;
  return noneOf(on, condition.object2 ?? '');
}

/** That none is there, as far as the model can tell. */
function noneOf(on: Case, selector: string, attribute?: string): string {
  const none = `no ${attribute ? `${attribute} ` : ''}${wordFor(selector)}`;
  const missed = mayBeMissed(on.index, selector) ? `${none} is seen; ${missedText(on.index, selector)}` : null;
  return invisible(on, selector) ?? missed ?? `${none} is in the image`;
}

/** Why none is seen, when that is because the model cannot. */
const invisible = (on: Case, selector: string) =>
  isUndetectable(on.index, selector) ? missedText(on.index, selector) : null;

function whenFails(on: Case): string | null {
  const { when, object1, object2 } = on.condition;
  if (when === undefined) return null;
  if (when === 'available') {
    return object2 === undefined || on.second.length > 0 ? null : `no ${wordFor(object2)} is available`;
  }
  if (when === 'several') {
    return on.first.length > 1 ? null : `fewer than two ${wordFor(object1, true)} are in the image`;
  }
  if (on.index.select(when.object_present).length > 0) return null;
  const holds = `the rule holds only while a ${wordFor(when.object_present)} is in the image`;
  const why = invisible(on, when.object_present);
  return why === null ? holds : `${holds}; ${why}`;
}
