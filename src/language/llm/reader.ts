import type { Condition } from '../../contract/rule.ts';
import { canonicalSentence } from '../grammar/canonical.ts';
import { conditionProblem } from '../grammar/check.ts';
import { completeDraft } from '../grammar/draft.ts';
import { type ParseOptions, parseSentence } from '../grammar/parse.ts';
import { understand } from '../grammar/understand.ts';
import type { ParseResult } from '../reading.ts';
import { unfaithful } from './faithful.ts';
import { ModelError, type Proposal, type SentenceModel } from './sentence-model.ts';

export interface SentenceReaderParts {
  /** Absent: the grammar alone. */
  readonly model?: SentenceModel;
  /** For all calls about one sentence. */
  readonly timeoutMs?: number;
}

export type ReadOptions = Pick<ParseOptions, 'context' | 'priority'> & { readonly signal?: AbortSignal };
export type SentenceReader = (text: string, options?: ReadOptions) => Promise<ParseResult>;

const MAX_CANONICAL = 4000;

/**
 * Reads a sentence: the grammar first; a model only for words and phrasings that the grammar does not know, never to
 * overrule a refusal (a missing unit, a negated wish, an exception). What the model proposes must read back through
 * the grammar as the same conditions, or the grammar's refusal stands. Never throws for what a model does.
 */
export function createSentenceReader({ model, timeoutMs = 20_000 }: SentenceReaderParts = {}): SentenceReader {
  return async (text, options = {}) => {
    const { signal, ...given } = options;
    const refused = parseSentence(text, given);
    if (refused.ok || model === undefined) return refused;
    const reading = understand(text, given);
    if (reading.ok || !reading.open) return refused;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const proposal = await model.propose(text, signal ? AbortSignal.any([signal, deadline]) : deadline);
      const problem = problemOf(text, proposal, given);
      if (problem !== null) return withReason(refused, `A language model was asked too, but ${problem}.`);
      return { ok: true, draft: draftOf(text, proposal, given) };
    } catch (thrown) {
      signal?.throwIfAborted();
      const failure = thrown instanceof ModelError ? thrown.failure : deadline.aborted ? 'timeout' : 'unavailable';
      return withReason(refused, `A language model was asked too, but gave no answer (${failure}).`);
    }
  };
}

function withReason(refused: ParseResult & { ok: false }, more: string): ParseResult {
  return { ...refused, reason: `${refused.reason} ${more}` };
}

/** Why a proposal is no rule; in our words only. */
function problemOf(text: string, p: Proposal, given: ParseOptions): string | null {
  if (p.incomplete || p.conditions.length === 0) return 'it found no rule for all of the sentence';
  if (p.conditions.some((c) => conditionProblem(c) !== null)) return 'its conditions are not valid';
  if (p.priority !== null && !(Number.isInteger(p.priority) && p.priority >= 1 && p.priority <= 10)) {
    return 'its priority is not valid';
  }
  if (differs(p.priority, given.priority) || differs(p.context, given.context)) {
    return 'it read another priority or place than the given one';
  }
  if (!readsBack(p)) return 'its conditions do not read back as the same rule';
  const lost = unfaithful(text, p.conditions);
  return lost === null ? null : `${lost}`;
}

const differs = <T>(proposed: T | null, given: T | undefined) =>
  proposed !== null && given !== undefined && proposed !== given;

/** Conditions → canonical sentence → grammar → the same conditions. */
function readsBack(p: Proposal): boolean {
  const sentence = canonicalSentence(p.conditions, {
    context: p.context,
    ...(p.priority !== null && { priority: p.priority }),
  });
  const back = understand(sentence, { maxLength: MAX_CANONICAL });
  return (
    back.ok &&
    back.context === p.context &&
    back.priority === p.priority &&
    JSON.stringify(back.conditions.map(sorted)) === JSON.stringify(p.conditions.map(sorted))
  );
}

const sorted = (c: Condition) => Object.entries(c).sort(([a], [b]) => (a < b ? -1 : 1));

function draftOf(text: string, p: Proposal, given: ParseOptions) {
  const priority = p.priority ?? given.priority;
  return completeDraft(p.conditions, {
    text,
    source: 'llm',
    context: p.context ?? given.context ?? null,
    ...(priority !== undefined && { priority }),
    assumptions: [`read by the language model "${p.model.slice(0, 80)}", not by the grammar: ${spent(p)}`],
  });
}

function spent(p: Proposal): string {
  const calls = p.calls === 1 ? '1 call' : `${p.calls} calls`;
  if (p.inputTokens === null || p.outputTokens === null) return calls;
  const cost = p.costUsd === null ? '' : `, $${p.costUsd.toFixed(6)}`;
  return `${calls}, ${p.inputTokens} tokens in, ${p.outputTokens} out${cost}`;
}
