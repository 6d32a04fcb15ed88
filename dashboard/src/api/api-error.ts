/** What went wrong, in the words of the server's catalogue. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  readonly retryAfterS: number | null;

  constructor(status: number, body: unknown, retryAfter: string | null = null) {
    const error = asRecord(asRecord(body).error);
    super(textOf(error.message) ?? `HTTP ${status}`);
    this.status = status;
    this.code = textOf(error.code) ?? `HTTP_${status}`;
    this.advice = textOf(error.advice) ?? '';
    this.details = asRecord(error.details);
    this.requestId = textOf(error.request_id);
    this.retryAfterS = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  }
}

/** The server cannot be reached; what to say of it is in the catalogues (`errors.offline`). */
export class Offline extends Error {
  override readonly name = 'Offline';
  /** Reading is tried again by itself; what changes something is not. */
  readonly isRead: boolean;

  constructor(isRead = true) {
    super('The server cannot be reached.');
    this.isRead = isRead;
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return new ApiError(response.status, body, response.headers.get('retry-after'));
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
