import type { AnalysisListItem } from '../contract/analysis-list-item.ts';
import type { Feedback } from '../contract/feedback.ts';
import type { Rule, RuleVersion } from '../contract/rule.ts';
import type { Cell } from './csv.ts';

/** A table: the names of its columns, and what stands in them. */
export interface Table<T> {
  readonly columns: readonly string[];
  readonly row: (one: T) => readonly Cell[];
}

export const ANALYSES: Table<AnalysisListItem> = {
  columns: [
    'analysis_id',
    'timestamp',
    'image_width',
    'image_height',
    'model',
    'mugs',
    'objects',
    'violated',
    'uncertain',
    'satisfied',
    'not_applicable',
  ],
  row: ({ analysis_id, timestamp, image, model, mugs, objects, findings }) => [
    analysis_id,
    timestamp,
    image.width,
    image.height,
    model,
    mugs,
    objects,
    findings.violated,
    findings.uncertain,
    findings.satisfied,
    findings.not_applicable,
  ],
};

const ofRule = ({ name, type, text, canonical, context, priority, enabled, scope, conditions }: Rule): Cell[] => [
  name,
  type,
  text,
  canonical,
  context,
  priority,
  enabled,
  scope,
  JSON.stringify(conditions),
];
const RULE_COLUMNS = [
  'name',
  'type',
  'text',
  'canonical',
  'context',
  'priority',
  'enabled',
  'scope',
  'conditions',
] as const;

export const RULES: Table<Rule> = {
  columns: ['rule_id', 'version', ...RULE_COLUMNS, 'created_at', 'updated_at', 'created_by'],
  row: (rule) => [rule.rule_id, rule.version, ...ofRule(rule), rule.created_at, rule.updated_at, rule.created_by],
};

export const VERSIONS: Table<RuleVersion> = {
  columns: ['rule_id', 'version', 'action', 'created_at', 'user_id', 'reason', 'changes', ...RULE_COLUMNS],
  row: ({ rule_id, version, action, created_at, user_id, reason, changes, rule }) => [
    rule_id,
    version,
    action,
    created_at,
    user_id,
    reason,
    changes.join(' '),
    ...ofRule(rule),
  ],
};

export const FEEDBACK: Table<Feedback> = {
  columns: [
    'feedback_id',
    'analysis_id',
    'about',
    'object_id',
    'rule_id',
    'is_correct',
    'correct_x',
    'correct_y',
    'comments',
    'model',
    'created_at',
  ],
  row: (one) => [
    one.feedback_id,
    one.analysis_id,
    one.about,
    one.object_id,
    one.rule_id,
    one.is_correct,
    one.correct_position?.x,
    one.correct_position?.y,
    one.comments,
    one.model,
    one.created_at,
  ],
};
