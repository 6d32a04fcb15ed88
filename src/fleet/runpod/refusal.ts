import * as z from 'zod';
import { AppError, type ErrorCode } from '../../errors.ts';
import { plainText } from '../../plain-text.ts';

const MAX_SAYS = 600;

/** RunPod understood, and will not. */
export class Refusal extends AppError {
  readonly status: number;
  readonly says: string;
  constructor(status: number, says: string) {
    const code = codeOf(status);
    super(code, {
      details: { provider_says: says, provider_status: status },
      ...(status === 401 && { advice: 'Correct RUNPOD_API_KEY: RunPod does not know it.' }),
      ...(status === 402 && {
        message: 'The balance at RunPod does not suffice.',
        advice: 'Add credit there, and try again.',
      }),
    });
    this.status = status;
    this.says = says;
  }
}

/** No answer, none that can be read, or only that something is wrong over there. */
export class Silence extends AppError {
  /** Whether what was asked may have been done all the same. */
  readonly mayBeDone: boolean;
  /** RunPod said that it failed; else it may still be at work. */
  readonly answered: boolean;
  constructor(
    message: string,
    { mayBeDone, answered = false, retryAfterS, says, cause }: SilenceOptions,
    code: ErrorCode = 'SERVER_004',
  ) {
    super(code, {
      message,
      cause,
      ...(retryAfterS !== undefined && { retryAfterS }),
      ...(says && { details: { provider_says: says } }),
    });
    this.mayBeDone = mayBeDone;
    this.answered = answered;
  }
}

export interface SilenceOptions {
  readonly mayBeDone: boolean;
  readonly answered?: boolean;
  readonly retryAfterS?: number;
  readonly says?: string;
  readonly cause?: unknown;
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return 'SERVER_001';
  return status === 409 ? 'SERVER_002' : 'SERVER_003';
}

const Problem = z.object({
  title: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  errors: z.array(z.string()).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** What a problem document or another error text says, on one line. */
export function saysOf(status: number, text: string, strike: (text: string) => string): string {
  const { detail, title, error, message, errors } = Problem.catch({}).parse(parsed(text));
  const words = [detail ?? message ?? error ?? title, ...(errors ?? []).slice(0, 10)].filter((word) => word);
  return plainText(strike(words.join('; ')), MAX_SAYS) || `status ${status}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
