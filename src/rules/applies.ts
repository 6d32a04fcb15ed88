import { checkpoint } from '../checkpoint.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Condition, Rule } from '../contract/rule.ts';
import { quotedText } from '../plain-text.ts';
import { isUndetectable, mayBeMissed, missedText } from './class-recall.ts';
import type { ConditionContext, OperatorSpec } from './measuring/spec.ts';
import { OPERATOR_SPECS } from './operators/catalogue.ts';
import type { SceneIndex } from './scene-index.ts';
import { hasAttribute, wordFor } from './select.ts';

/** What evaluation needs of a rule. */
export type CheckableRule = Pick<Rule, 'rule_id' | 'conditions' | 'context' | 'timing'>;

/** One condition of a rule on one scene. */
export interface Asked {
  readonly rule_id: string;
  readonly position: number;
  readonly spec: OperatorSpec;
  readonly ctx: ConditionContext;
  /** Why it says nothing about the scene; null when it does. */
  readonly why: string | null;
}

export function askedBy(rule: CheckableRule, index: SceneIndex, units: UnitSystem = 'metric'): Asked[] {
  return rule.conditions.map((condition, position) => {
    checkpoint();
    const spec = OPERATOR_SPECS[condition.operator];
    const ctx = { ...caseOf(index, condition, units), ...(rule.timing && { timing: rule.timing }) };
    return { rule_id: rule.rule_id, position, spec, ctx, why: whyNotApplicable(rule, ctx, spec) };
  });
}

const NOBODY: readonly number[] = [];

/** A condition on a scene: who is meant. What surely lacks the condition's attribute is left out. */
function caseOf(index: SceneIndex, condition: Condition, units: UnitSystem): ConditionContext {
  const all = index.select(condition.object1);
  const { attribute } = condition;
  return {
    index,
    condition,
    units,
    first: attribute === undefined ? all : all.filter((a) => hasAttribute(index.entities[a]!, attribute) !== false),
    second: condition.object2 === undefined ? NOBODY : index.select(condition.object2),
  };
}

function whyNotApplicable(rule: CheckableRule, ctx: ConditionContext, spec: OperatorSpec): string | null {
  return wrongContext(rule, ctx) ?? incomplete(ctx.condition, spec) ?? absent(ctx, spec) ?? whenFails(ctx);
}

function wrongContext(rule: CheckableRule, ctx: ConditionContext): string | null {
  if (rule.context === null) return null;
  const here = ctx.index.scene.context;
  if (here === rule.context || here?.trim().toLowerCase() === rule.context.trim().toLowerCase()) return null;
  const wanted = quotedText(rule.context);
  return here === null
    ? `the rule is for the context ${wanted}, and nobody said what this image's context is`
    : `the rule is for the context ${wanted}; this image's context is ${quotedText(here)}`;
}

function incomplete(condition: Condition, spec: OperatorSpec): string | null {
  if (spec.required(condition) === null && spec.unit !== 'none') return `the condition has no value for ${spec.name}`;
  if (spec.subject === 'pair' && condition.object2 === undefined)
    return `the condition has no second object for ${spec.name}`;
  if (spec.subject === 'pair' && condition.object2 === 'table') return 'everything in the image is on the table';
  if (spec.shape.zone && condition.zone === undefined) return 'the condition names no zone';
  return null;
}

function absent(ctx: ConditionContext, spec: OperatorSpec): string | null {
  const { condition } = ctx;
  if (ctx.first.length === 0 && spec.decidesOnNone !== true) {
    return noneOf(ctx, condition.object1, condition.attribute);
  }
  const needsSecond = spec.subject === 'pair' || (condition.object2 !== undefined && spec.subject === 'set');
  if (!needsSecond || ctx.second.length > 0) return null;
  const second = condition.object2 ?? '';
  if (spec.needsOne === true && condition.when !== 'available' && !isUndetectable(ctx.index, second)) return null;
  return noneOf(ctx, second);
}

/** That none is there, as far as the model can tell. */
function noneOf(ctx: ConditionContext, selector: string, attribute?: string): string {
  const none = `no ${attribute ? `${attribute} ` : ''}${wordFor(selector)}`;
  const missed = mayBeMissed(ctx.index, selector) ? `${none} is seen; ${missedText(ctx.index, selector)}` : null;
  return invisible(ctx, selector) ?? missed ?? `${none} is in the image`;
}

/** Why none is seen, when that is because the model cannot. */
const invisible = (ctx: ConditionContext, selector: string) =>
  isUndetectable(ctx.index, selector) ? missedText(ctx.index, selector) : null;

function whenFails(ctx: ConditionContext): string | null {
  const { when, object1, object2 } = ctx.condition;
  if (when === undefined) return null;
  if (when === 'available') {
    return object2 === undefined || ctx.second.length > 0 ? null : `no ${wordFor(object2)} is available`;
  }
  if (when === 'several') {
    return ctx.first.length > 1 ? null : `fewer than two ${wordFor(object1, true)} are in the image`;
  }
  if (ctx.index.select(when.object_present).length > 0) return null;
  const holds = `the rule holds only while a ${wordFor(when.object_present)} is in the image`;
  const why = invisible(ctx, when.object_present);
  return why === null ? holds : `${holds}; ${why}`;
}
