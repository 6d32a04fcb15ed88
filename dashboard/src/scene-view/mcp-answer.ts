import type { SceneAnalysis } from './types.ts';

export interface ToolResult {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content?: readonly { readonly text?: string }[];
}

/** Some hosts drop structuredContent: the last text block holds the same JSON. */
export function answerOf(result: ToolResult | undefined): Record<string, unknown> | null {
  if (!result || result.isError) return null;
  const { structuredContent: given, content = [] } = result;
  if (given) return (given.analysis ?? given) as Record<string, unknown>;
  for (const block of [...content].reverse()) {
    try {
      const value = JSON.parse(block.text ?? '') as Record<string, unknown>;
      return (value.analysis ?? value) as Record<string, unknown>;
    } catch {
      // Not the JSON block.
    }
  }
  return null;
}

/** All of an analysis; null: a summary, or nothing. Mugs are listed apart by tools: here they are objects again. */
export function wholeOf(answer: Record<string, unknown> | null): SceneAnalysis | null {
  if (!answer || !Array.isArray(answer.detections) || !Array.isArray(answer.objects)) return null;
  const { detections: mugs, objects } = answer as unknown as Record<'detections' | 'objects', SceneAnalysis['objects']>;
  const others = objects.filter((o) => !mugs.some((m) => m.id === o.id));
  return { ...(answer as unknown as SceneAnalysis), objects: [...mugs, ...others] };
}
