import type { EvaluationStatistics, Page, PageRequest, RuleFilter } from '../analysis/ports.ts';
import type { Condition, Conflict, Rule, RuleDraft, RuleVersion } from './schema.ts';

/** What a sentence became: a draft, or a refusal that names every word that was not understood. */
export type ParseResult =
  | { readonly ok: true; readonly draft: RuleDraft }
  | {
      readonly ok: false;
      /** Parts of the sentence as written, in order. */
      readonly unknown: readonly string[];
      /** Up to three sentences that would be understood. */
      readonly suggestions: readonly string[];
      /** A question back where the sentence has two readings. */
      readonly question: string | null;
      readonly reason: string;
    };

export interface Author {
  readonly user: string;
  readonly reason?: string;
}

export interface RuleChange {
  readonly rule: Rule;
  /** Contradictions and subsumptions with other enabled rules: warnings, never a refusal. */
  readonly conflicts: readonly Conflict[];
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
  /** Conflicts of a draft that is not stored. */
  check(draft: RuleDraft): Promise<readonly Conflict[]>;
  create(input: NewRule, author: Author): Promise<RuleChange>;
  get(id: string): Promise<Rule>;
  list(filter: RuleFilter, page: PageRequest): Promise<Page<Rule>>;
  update(id: string, patch: RulePatch, author: Author): Promise<RuleChange>;
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
