import type { ResolutionStrategy } from '../conflicts/resolve.ts';
import type { Review } from '../conflicts/review.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Conflict, Rule, RuleDraft, RuleHistory, RuleScope, RuleVersion } from '../contract/rule.ts';
import type { RuleStatistics } from '../contract/rule-statistics.ts';
import type { Timing } from '../contract/timing.ts';
import type { ParseResult } from '../language/reading.ts';
import type { RuleFilter } from '../ports/records.ts';

/** Who is written into a rule's history, and why. */
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

/** The first conflicts that were found, and how many there are. */
export interface ConflictList {
  readonly conflicts: readonly Conflict[];
  readonly total: number;
}

/** A sentence, or conditions made by hand. */
export type RuleSource =
  | { readonly text: string }
  | { readonly conditions: readonly unknown[]; readonly timing?: unknown };

export interface ReadOptions {
  readonly name?: string;
  readonly context?: string;
  readonly priority?: number;
}

/** Why, and what is to be done about conflicts. */
export interface ChangeOptions {
  /** Kept in the history. */
  readonly reason?: string;
  /** What to do about conflicts; absent: report them. Every change of another rule is in its history. */
  readonly onConflict?: ResolutionStrategy;
  /** Rules that a person wants switched off for this one. */
  readonly yields?: readonly string[];
  /** The version that whoever changes it has seen; RULES_006 where it is another one by now. */
  readonly expectedVersion?: number;
}

export interface NewRuleOptions extends ChangeOptions {
  readonly enabled?: boolean;
  readonly scope?: RuleScope;
}

export interface RulePatch {
  /** What `read` made of a new sentence or new conditions. */
  readonly draft?: RuleDraft;
  /** In place of what the rule, or the draft, says of time; null: it holds whenever it is looked at. */
  readonly timing?: Timing | null;
  readonly name?: string;
  readonly priority?: number;
  readonly context?: string | null;
  readonly enabled?: boolean;
  readonly scope?: RuleScope;
}

/** The enabled rules that a caller's analyses are checked by. */
export interface ActiveRules {
  readonly rules: readonly Rule[];
  /** Another one after every change of them. */
  readonly revision: string;
  /** Ids of enabled rules that are stored and cannot be read; absent: there are none. */
  readonly unreadable?: readonly string[];
  /** The record store is gone: these are the rules as they were last read, or none. For the answer. */
  readonly warning?: string;
}

/**
 * The rules and their history; a caller sees its own and everyone's. Refusals are AppErrors: AUTH_003 not allowed,
 * RULES_001 not there (or not the caller's), RULES_002 invalid, RULES_004 not understood, RULES_006 changed meanwhile.
 */
export interface RuleBook {
  /** Throws RULES_002 for conditions that cannot be a rule; a sentence that cannot be read is a refusal. */
  read(ctx: CallContext, source: RuleSource, options?: ReadOptions): Promise<ParseResult>;
  /** What would be said about a draft that is not stored. */
  check(ctx: CallContext, draft: RuleDraft): Promise<Review>;
  /** Stores what `read` made. */
  create(ctx: CallContext, draft: RuleDraft, options?: NewRuleOptions): Promise<RuleChange>;
  get(ctx: CallContext, id: string): Promise<Rule>;
  /** Oldest first. */
  list(ctx: CallContext, filter: RuleFilter, page: PageRequest): Promise<Page<Rule>>;
  count(ctx: CallContext, filter: RuleFilter): Promise<number>;
  /** Ids that begin with `prefix`, oldest rule first. */
  ids(ctx: CallContext, prefix: string, limit: number): Promise<string[]>;
  /** The last version of rules that were removed, newest removal first. */
  removed(ctx: CallContext, page: PageRequest): Promise<Page<RuleVersion>>;
  active(ctx: CallContext): Promise<ActiveRules>;
  update(ctx: CallContext, id: string, patch: RulePatch, options?: ChangeOptions): Promise<RuleChange>;
  /** What `update` would store and say; nothing is changed. */
  preview(ctx: CallContext, id: string, patch: RulePatch): Promise<RuleChange>;
  /** Disables; `permanent` removes the rule and keeps its history. */
  remove(ctx: CallContext, id: string, options?: { permanent?: boolean; reason?: string }): Promise<void>;
  /** Without a version: the one before the last change, which for a removed rule is the rule as it was. */
  restore(ctx: CallContext, id: string, options?: { version?: number; reason?: string }): Promise<RuleChange>;
  history(ctx: CallContext, id: string): Promise<RuleHistory>;
  statistics(ctx: CallContext, id: string): Promise<RuleStatistics>;
  /** Among the caller's enabled rules. */
  conflicts(ctx: CallContext): Promise<ConflictList>;
  /** `unreadable`: what is missing in it. */
  export(ctx: CallContext): Promise<{ version: 1; rules: Rule[]; unreadable?: string[] }>;
  /** All or nothing; existing ids are updated. The rules become the caller's. */
  import(ctx: CallContext, document: unknown): Promise<{ created: number; updated: number }>;
}
