import * as z from 'zod';
import type { AnalysisListItem } from './analysis-list-item.ts';
import { deskClass } from './detection.ts';
import { AnalysisId, Cursor, ImageSource, Limit, RuleId } from './ids.ts';
import { Moment } from './moment.ts';
import { NOUNS } from './objects.ts';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { OPERATORS } from './rule.ts';
import { OUTCOMES, type Outcome } from './search-terms.ts';
import { spelled } from './spelled.ts';
import type { Verdict } from './verdict.ts';

const MAX_NAME = 64;
const Name = z.string().min(1).max(MAX_NAME).refine(isOneLine, ONE_LINE);
/** What is too long for a name stays as it came: the schema refuses it. */
const named = (given: unknown): unknown =>
  typeof given === 'string' && given.length <= MAX_NAME ? classNamed(given) : given;
/** One name, or several with commas between them, is a list. Of more than are allowed no more is read than shows that. */
const Names = (most: number) =>
  spelled(z.array(Name).min(1).max(most), (given) => {
    const list = typeof given === 'string' ? given.split(',', most + 1) : given;
    return Array.isArray(list) && list.length <= most ? list.map(named) : list;
  });

/** "mugs", "Cup": mug. A name of a user's own model stays as it is. */
export function classNamed(word: string): string {
  const plain = word.trim().toLowerCase();
  const known = Object.entries(NOUNS).find(([name, { one, many }]) => [name, one, many].includes(plain));
  return known?.[0] ?? deskClass(plain.replaceAll('_', ' ')).replace(/^cups$/, 'mug');
}

/** What is looked for among the caller's analyses: everything that is given must hold. */
export const SearchRequest = z.strictObject({
  text: z.string().min(1).max(500).optional().describe('what to look for, in words'),
  image: ImageSource.optional().describe('find desks that look like this one'),
  analysis_id: AnalysisId.optional().describe('find desks like this one of yours'),
  objects: Names(8).optional().describe('all in the image: mug, laptop, beverage, …'),
  about: Names(2).optional().describe('one or two objects of one finding'),
  verdict: z.enum(OUTCOMES).optional().describe('violated when absent, with rule_id, operator or about'),
  rule_id: RuleId.optional(),
  operator: z.enum(OPERATORS).optional().describe('min_distance violated: too close'),
  since: Moment.optional(),
  until: Moment.optional(),
  group: z.boolean().default(true).describe('each desk once'),
  limit: Limit(20, 10),
  cursor: Cursor.optional(),
});
export type SearchRequest = z.input<typeof SearchRequest>;
export type CheckedSearch = z.output<typeof SearchRequest>;

export interface SearchHit {
  readonly item: AnalysisListItem;
  /** 1: the same; null: not asked for. */
  readonly similarity: number | null;
  /** The findings that were asked for, else the open ones; the first few. */
  readonly why: readonly Verdict[];
  /** Others of this page that show the same desk, newest first. */
  readonly sameDesk: readonly string[];
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly nextCursor: string | null;
  readonly order: 'newest' | 'similarity';
  /** What was made of the words, where no model reads them. */
  readonly read: SearchReading | null;
  /** What the answer lacks, and why. */
  readonly notes: readonly string[];
  readonly unreadable?: readonly string[];
}

export interface SearchReading {
  readonly objects?: readonly string[] | undefined;
  readonly about?: readonly string[] | undefined;
  readonly verdict?: Outcome | undefined;
  readonly operator?: (typeof OPERATORS)[number] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Words that say nothing to this search. */
  readonly ignored: readonly string[];
}
