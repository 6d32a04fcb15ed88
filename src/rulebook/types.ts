import type { ResolutionStrategy } from '../conflicts/resolve.ts';
import type { Review } from '../conflicts/review.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Condition, Conflict, Rule, RuleDraft, RuleVersion } from '../contract/rule.ts';
import type { EvaluationStatistics } from '../contract/rule-statistics.ts';
import type { ParseResult } from '../language/reading.ts';
import type { RuleFilter } from '../ports/records.ts';

export interface Author {
  readonly user: string;
  readonly reason?: string;
}

/** `conflicts`: contradictions and subsumptions with other enabled rules that remain: warnings, never a refusal. */
export interface RuleChange extends Review {
  readonly rule: Rule;
  /** What was done about conflicts; absent when nobody asked for it or there was none. */
  readonly resolution?: AppliedResolution;
}

export interface AppliedResolution {
  /** `user`: somebody chose. */
  readonly strategy: ResolutionStrategy;
  readonly changed: readonly ResolvedRule[];
  /** What only a person can decide. */
  readonly questions: readonly string[];
}

/** A rule that yielded. `restore(rule_id, undo_version)` takes it back. */
export interface ResolvedRule {
  readonly rule_id: string;
  readonly action: 'disabled' | 'relaxed';
  readonly canonical: string;
  readonly reason: string;
  readonly undo_version: number;
}

/** How a rule is created or changed. */
export interface ChangeOptions {
  /** What to do about conflicts; absent: report them. Every change of another rule is in its history. */
  readonly onConflict?: ResolutionStrategy;
  /** Rules that a person wants switched off for this one. */
  readonly yields?: readonly string[];
  /** Reads this call's sentence in place of the rule book's own reader. */
  readonly read?: (
    text: string,
    options: { readonly context?: string; readonly priority?: number },
  ) => Promise<ParseResult>;
}

export interface NewRule {
  /** Either a sentence … */
  readonly text?: string;
  /** … or conditions made by hand. */
  readonly conditions?: readonly Condition[];
  readonly name?: string;
  readonly context?: string;
  readonly priority?: number;
  readonly enabled?: boolean;
}

export interface RulePatch {
  readonly name?: string;
  readonly text?: string;
  readonly conditions?: readonly Condition[];
  readonly priority?: number;
  readonly context?: string | null;
  readonly enabled?: boolean;
}

/** The rules and their history. Refusals are AppErrors: RULES_001 not found, RULES_002 invalid, RULES_004 not understood. */
export interface RuleBook {
  parse(text: string, options?: { context?: string; priority?: number }): Promise<ParseResult>;
  /** What would be said about a draft that is not stored. */
  check(draft: RuleDraft): Promise<Review>;
  create(input: NewRule, author: Author, options?: ChangeOptions): Promise<RuleChange>;
  get(id: string): Promise<Rule>;
  list(filter: RuleFilter, page: PageRequest): Promise<Page<Rule>>;
  update(id: string, patch: RulePatch, author: Author, options?: ChangeOptions): Promise<RuleChange>;
  /** What `update` would store and say; nothing is changed. */
  preview(id: string, patch: RulePatch, options?: Pick<ChangeOptions, 'read'>): Promise<RuleChange>;
  /** Disables; `permanent` removes the rule and keeps its history. */
  remove(id: string, author: Author, options?: { permanent?: boolean }): Promise<void>;
  restore(id: string, version: number, author: Author): Promise<RuleChange>;
  history(id: string): Promise<RuleVersion[]>;
  statistics(id: string): Promise<EvaluationStatistics>;
  conflicts(): Promise<readonly Conflict[]>;
  export(): Promise<{ version: 1; rules: Rule[] }>;
  /** All or nothing; existing ids are updated. */
  import(document: unknown, author: Author): Promise<{ created: number; updated: number }>;
}
