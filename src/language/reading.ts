import type { RuleDraft } from '../contract/rule.ts';

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
