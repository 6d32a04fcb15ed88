import type { CallToolResult } from '@modelcontextprotocol/server';
import type { AppError } from '../../../errors.ts';
import { printableJson } from '../../../plain-text.ts';
import type { ToolAnswer } from '../../../presentation/answer.ts';

/**
 * Text first, then images and links, then the structured answer as JSON: some clients show only `content`, some
 * only `structuredContent`, and each must be complete.
 */
export function toolResult(answer: ToolAnswer<unknown>): CallToolResult {
  const { text, structured, blocks = [] } = answer;
  const content: CallToolResult['content'] = [{ type: 'text', text }, ...blocks];
  if (structured === null) return { content };
  content.push({ type: 'text', text: printableJson(structured) });
  return { content, structuredContent: structured as Record<string, unknown> };
}

const MAX_DETAILS = 4000;

/** Clients drop structured content of errors, so code, cause, way out and details are all text. */
export function toolError(error: AppError, requestId: string): CallToolResult {
  const lines = [`${error.code} (${error.type}): ${error.message}`, `What to do: ${error.advice}`];
  if (Object.keys(error.details).length > 0)
    lines.push(`Details: ${printableJson(error.details).slice(0, MAX_DETAILS)}`);
  if (error.retryAfterS !== undefined) lines.push(`retry_after_s: ${error.retryAfterS}`);
  if (error.http >= 500) lines.push(`request_id: ${requestId}`);
  return { content: [{ type: 'text', text: lines.join('\n') }], isError: true };
}
