import { createHash } from 'node:crypto';
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { RESOLUTIONS } from '../../../conflicts/resolve.ts';
import type { Conflict } from '../../../contract/rule.ts';
import type { ChangeOptions } from '../../../rulebook/types.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { nextRound } from './ask-for-sentence.ts';
import type { RoundState } from './round-state.ts';

export const OnConflict = z.enum(['report', ...RESOLUTIONS]).default('report');
export type OnConflict = z.output<typeof OnConflict>;

/** More conflicts are counted, not quoted. */
const MAX_QUOTED = 5;

export type Settled =
  /** Store it so. */
  | { readonly go: true; readonly options: ChangeOptions }
  /** Store nothing, and why. */
  | { readonly go: false; readonly why: string }
  | { readonly asked: InputRequiredResult };

/**
 * What is to be done about the conflicts of a rule before it is stored. `user`: a person chooses in a form; where the
 * client has none, nothing is stored and the question is the answer. The form's key holds the conflicts that were shown,
 * so an answer to others is no answer.
 */
export async function settleConflicts(
  preference: OnConflict,
  own: string,
  conflicts: () => Promise<readonly Conflict[]>,
  call: ToolCall,
  state: RoundState | null,
): Promise<Settled> {
  if (preference === 'report') return { go: true, options: {} };
  if (preference !== 'user') return { go: true, options: { onConflict: preference } };
  const found = await conflicts();
  if (found.length === 0) return { go: true, options: {} };
  const key = `conflict_${digest(found)}`;
  const answer = call.answer(key);
  if (answer === undefined) {
    if (!call.canAsk) return { go: false, why: question(found) };
    return { asked: await nextRound(call, state, key, form(found)) };
  }
  const keep = answer.accepted ? answer.content.keep : undefined;
  if (keep === 'both') return { go: true, options: {} };
  if (keep === 'new') {
    const others = found.flatMap((c) => c.rule_ids).filter((id) => id !== own);
    return { go: true, options: { yields: [...new Set(others)] } };
  }
  return {
    go: false,
    why: keep === 'existing' ? 'the other rules were preferred' : 'nobody decided about the conflicts',
  };
}

const digest = (conflicts: readonly Conflict[]) =>
  createHash('sha256')
    .update(JSON.stringify(conflicts.map((c) => [c.kind, c.sentences])))
    .digest('hex')
    .slice(0, 16);

function question(conflicts: readonly Conflict[]): string {
  const more = conflicts.length - MAX_QUOTED;
  return [
    'Which of these should hold?',
    ...conflicts
      .slice(0, MAX_QUOTED)
      .map((c) => `- ${c.sentences.map((s) => `"${s}"`).join(' / ')}: ${c.explanation}.`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

const CHOICES = [
  { const: 'new', title: 'The new rule; switch the others off' },
  { const: 'existing', title: 'The others; leave the new one' },
  { const: 'both', title: 'All of them as they are' },
];

const form = (conflicts: readonly Conflict[]) =>
  inputRequired.elicit({
    message: question(conflicts),
    requestedSchema: {
      type: 'object',
      properties: { keep: { type: 'string', title: 'What should hold', oneOf: CHOICES } },
      required: ['keep'],
    },
  });
