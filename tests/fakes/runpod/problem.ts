const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** Thrown by whatever answers; becomes `application/problem+json`. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, detail: string, errors?: readonly string[], headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  get body() {
    const { status, message: detail, errors } = this;
    return { title: TITLES[status] ?? 'Error', status, detail, ...(errors && { errors }) };
  }
}

export const bad = (detail: string) => new Problem(400, detail);
export const invalid = (...errors: string[]) => new Problem(422, 'request body validation failed', errors);
export const missing = (what: string) => new Problem(404, `${what} not found`);
