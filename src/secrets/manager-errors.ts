import { AppError } from '../errors.ts';

/** Codes of gRPC, which the client also gives for HTTP answers (404 is 5). */
const KNOWN: Readonly<Record<number, readonly [problem: string, message: string, advice: string]>> = {
  3: ['refused', 'Secret Manager refuses the request.', 'Correct the project, the name or the version.'],
  5: [
    'not found',
    'Secret Manager has no such secret or version.',
    'Correct the reference, or make the secret with "h200-mug secrets set".',
  ],
  7: [
    'forbidden',
    'These credentials may not read the secret.',
    'Give them the role roles/secretmanager.secretAccessor on it; writing needs roles/secretmanager.admin.',
  ],
  9: ['disabled', 'This version of the secret is disabled or destroyed.', 'Name another version, or enable it.'],
  16: ['unauthenticated', 'Secret Manager refuses the credentials.', 'Correct GOOGLE_APPLICATION_CREDENTIALS.'],
};
/** Cancelled, late, exhausted, aborted, internal, unavailable: the next try may do. */
const PASSING = new Set([1, 4, 8, 10, 13, 14]);
const HTTP: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  429: 8,
  500: 13,
  502: 14,
  503: 14,
  504: 4,
};

/** What the client throws, by code alone: texts of the other side stay out of ours. `passing`: trying again may help. */
export function managerError(thrown: unknown): { readonly error: AppError; readonly passing: boolean } {
  if (thrown instanceof AppError) return { error: thrown, passing: thrown.details.problem === 'late' };
  const { code, message = '' } = (thrown ?? {}) as { code?: unknown; message?: string };
  const number = typeof code === 'number' ? (HTTP[code] ?? code) : null;
  const known = number === null ? undefined : KNOWN[number];
  if (known !== undefined) return { error: made(known, thrown), passing: false };
  if (number === null && /credential|metadata|keyfile|ENOENT|private key|JSON/i.test(message)) {
    const advice = 'Set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account that may read the secret.';
    return {
      error: made(['no credentials', 'There are no usable credentials for Secret Manager.', advice], thrown),
      passing: false,
    };
  }
  const late = number === 4;
  const text = late ? 'Secret Manager did not answer in time.' : 'Secret Manager cannot be reached.';
  return {
    error: made(
      [late ? 'late' : 'unreachable', text, 'Check the network and GCP_SECRET_MANAGER_ENDPOINT, then try again.'],
      thrown,
    ),
    passing: number === null || PASSING.has(number),
  };
}

const made = ([problem, message, advice]: readonly [string, string, string], cause: unknown) =>
  new AppError('SECRET_001', { message, advice, details: { problem }, cause });
