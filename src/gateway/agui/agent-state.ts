import type { JsonPatchOperation } from '@ag-ui/core';
import * as z from 'zod';

const MOST_RULES = 100;

/** What a front end may show while a run goes on. Lists and values are those of the tools' answers. */
const AgentState = z.strictObject({
  progress: z.strictObject({ done: z.number(), total: z.number(), message: z.string() }),
  analysis_id: z.string().nullable(),
  scene: z.array(z.unknown()).max(1000),
  verdicts: z.array(z.unknown()).max(1000),
  moves: z.array(z.unknown()).max(1000),
  /** Sentences that were tried on the photo. */
  tried: z.array(z.unknown()).max(100),
  /** Rules that this run stored or showed. */
  rules: z.array(z.unknown()).max(MOST_RULES),
});
export type AgentState = z.infer<typeof AgentState>;

const IDLE = { done: 0, total: 1, message: 'waiting' };
const EMPTY: AgentState = {
  progress: IDLE,
  analysis_id: null,
  scene: [],
  verdicts: [],
  moves: [],
  tried: [],
  rules: [],
};

/** A thread goes on with the scene that its client still shows; anything that is no state of ours begins anew. */
export function firstState(given: unknown): AgentState {
  const known = AgentState.safeParse(given);
  return known.success ? { ...known.data, progress: IDLE, tried: [], rules: [] } : EMPTY;
}

const replace = (path: string, value: unknown): JsonPatchOperation => ({ op: 'replace', path, value }) as never;
const add = (path: string, value: unknown): JsonPatchOperation => ({ op: 'add', path, value }) as never;

export const progressChange = (done: number, total: number, message: string) => [
  replace('/progress', { done, total, message }),
];

interface ShownAnalysis {
  readonly analysis_id: string;
  readonly detections: readonly unknown[];
  readonly objects: readonly unknown[];
  readonly rules: readonly unknown[];
  readonly positioning: { readonly adjustments_needed: readonly unknown[] } | null;
}

/** What the answer of a tool changes. */
export function changesOf(tool: string, structured: Readonly<Record<string, unknown>>): JsonPatchOperation[] {
  const analysis = structured.analysis as ShownAnalysis | undefined;
  if (analysis !== undefined) {
    return [
      replace('/analysis_id', analysis.analysis_id),
      replace('/scene', [...analysis.detections, ...analysis.objects]),
      replace('/verdicts', analysis.rules),
      replace('/moves', analysis.positioning?.adjustments_needed ?? []),
    ];
  }
  if (tool === 'test_rule') return [add('/tried/-', structured)];
  if (Array.isArray(structured.rules)) return [replace('/rules', structured.rules.slice(0, MOST_RULES))];
  return 'rule' in structured ? [add('/rules/-', structured.rule)] : [];
}
