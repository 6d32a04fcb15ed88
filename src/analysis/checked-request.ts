import { AnalyzeRequest, type CheckedRequest } from '../contract/analyze-request.ts';
import { issueWords } from '../contract/issue-words.ts';
import { AppError } from '../errors.ts';

/** The request as its schema reads it, with defaults; or VALIDATION_002 with the first field that is wrong. */
export function checkedRequest(given: AnalyzeRequest): CheckedRequest {
  const result = AnalyzeRequest.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join('.').slice(0, 120) ?? '';
  throw new AppError('VALIDATION_002', {
    message: `The request is not valid: ${field}: ${issue === undefined ? 'unknown' : issueWords(issue)}.`,
    details: { field },
  });
}
