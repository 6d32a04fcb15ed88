import { plainText, plainValue } from './plain-text.ts';

/**
 * The error catalogue: every failure a caller can see has one code here. REST, MCP, A2A and the docs use the same
 * codes; `docs/error-codes.md` is generated from this table.
 */
export interface ErrorSpec {
  readonly type: string;
  readonly http: number;
  readonly message: string;
  /** What the caller should do next. Never contains text from images, files or remote answers. */
  readonly advice: string;
}

const spec = (type: string, http: number, message: string, advice: string): ErrorSpec => ({
  type,
  http,
  message,
  advice,
});

export const ERRORS = {
  AUTH_001: spec(
    'invalid_token',
    401,
    'The access token is missing or wrong.',
    'Send "Authorization: Bearer <token>".',
  ),
  AUTH_003: spec(
    'insufficient_permissions',
    403,
    'This caller may not do that.',
    'Use a caller with the permission named in the details, or an allowed Host and Origin.',
  ),
  AUTH_002: spec('token_expired', 401, 'The login has expired.', 'Log in again.'),
  AUTH_004: spec(
    'invalid_credentials',
    401,
    'The name or the password is wrong.',
    'Correct them; after five failures in five minutes the name is refused for a while.',
  ),
  AUTH_005: spec(
    'password_change_required',
    403,
    'The password must be changed first.',
    'Send "current_password" and "new_password" to POST /api/v1/auth/password, then log in again.',
  ),
  AUTH_006: spec('account_not_found', 404, 'There is no such user or key.', 'List them to see the ids.'),
  AUTH_007: spec('account_conflict', 409, 'The account cannot be made or changed so.', 'Do what the message says.'),
  VALIDATION_001: spec('required_field', 422, 'A required field is missing.', 'Add the field named in the details.'),
  VALIDATION_002: spec(
    'invalid_value',
    422,
    'A value is outside what is allowed.',
    'Correct the value named in the details.',
  ),
  VALIDATION_003: spec(
    'invalid_file_type',
    415,
    'The file is not a JPEG, PNG or WebP image.',
    'Convert the image to JPEG, PNG or WebP; the content decides, not the file name.',
  ),
  VALIDATION_004: spec(
    'file_too_large',
    413,
    'The image is larger than the limits.',
    'Send at most 25 MB and at most 50 megapixels; scale the image down first.',
  ),
  VALIDATION_005: spec('invalid_image', 422, 'The image cannot be decoded.', 'Send a complete, undamaged image.'),
  VALIDATION_006: spec(
    'image_not_readable',
    422,
    'The image source cannot be read.',
    'Pass a path inside an allowed folder, an https URL of a public host, a data URL, or an earlier analysis id.',
  ),
  VALIDATION_007: spec(
    'source_not_allowed',
    422,
    'This image source is not allowed.',
    'Use a file inside the allowed folders or a public https address.',
  ),
  TOO_MANY_FILES: spec('too_many_files', 422, 'Too many images in one batch.', 'Send at most 10 images per batch.'),
  ANALYSIS_001: spec(
    'model_unavailable',
    503,
    'No usable detection model is installed.',
    'Run "h200-mug models fetch", set H200_MODELS_DIR, or pass "detections" yourself.',
  ),
  ANALYSIS_002: spec(
    'gpu_memory_error',
    500,
    'The GPU ran out of memory.',
    'Lower MAX_BATCH_SIZE or use the CPU provider.',
  ),
  ANALYSIS_003: spec(
    'processing_timeout',
    504,
    'The analysis took too long.',
    'Try again later, not before the seconds named in retry_after_s where there are some; if it happens to one image alone, send that smaller.',
  ),
  ANALYSIS_005: spec(
    'processing_failed',
    500,
    'The analysis failed.',
    'Try again; if it persists, run "h200-mug doctor".',
  ),
  ANALYSIS_006: spec(
    'cancelled',
    499,
    'The caller cancelled the analysis.',
    'Send the request again if it is still needed.',
  ),
  ANALYSIS_007: spec(
    'model_corrupt',
    503,
    'The model file is damaged or is not the model that the manifest describes.',
    'Run "h200-mug models fetch". A file that came with the program comes back when that is installed once more; in a clone by "git checkout -- models".',
  ),
  ANALYSIS_008: spec(
    'analysis_not_found',
    404,
    'There is no analysis with this id.',
    'List recent analyses, or analyse the image again.',
  ),
  ANALYSIS_009: spec(
    'inference_server_failed',
    503,
    'The inference server gave no usable answer.',
    'Try again; whoever runs this server finds the reason with "h200-mug doctor", and may allow H200_INFERENCE_FALLBACK=local.',
  ),
  FEEDBACK_001: spec('feedback_not_found', 404, 'There is no feedback with this id.', 'List yours to see the ids.'),
  JOB_001: spec(
    'job_not_found',
    404,
    'There is no job with this id.',
    'List yours. Jobs live in the memory of the server that took them: a restart ends those that are open and forgets the others, an hour after its end each is forgotten.',
  ),
  JOB_002: spec(
    'job_without_result',
    409,
    'The job has no result.',
    'Wait until it has ended; one that was cancelled or failed before anything was done has none.',
  ),
  DELEGATION_001: spec(
    'delegation_not_found',
    404,
    'There is no delegation with this id.',
    'List yours to see the ids.',
  ),
  DELEGATION_002: spec(
    'delegation_loop',
    409,
    'This question was handed on too often.',
    'Answer it here: it has passed through too many agents, or through this one.',
  ),
  DELEGATION_003: spec(
    'peer_not_allowed',
    422,
    'This peer or skill cannot be used.',
    'List the peers: GET /api/v1/delegations/peers, or the tool "delegate" without arguments.',
  ),
  DELEGATION_004: spec(
    'peer_failed',
    502,
    'The peer did not answer as it should.',
    'Try again later, or ask whoever runs the peer.',
  ),
  DELEGATION_005: spec(
    'peer_budget',
    429,
    'The calls of this peer are used up for today.',
    'Try again after the seconds named in retry_after_s; whoever runs this server may raise calls_per_day.',
  ),
  SERVER_001: spec(
    'server_not_found',
    404,
    'There is no such server.',
    'List the servers: GET /api/v1/servers, or the tool "control_server" with the action "status".',
  ),
  SERVER_002: spec(
    'server_state_conflict',
    409,
    'The server is in a state in which this cannot be done.',
    'Look at its state, wait until it has changed, or give "force".',
  ),
  SERVER_003: spec(
    'provider_refused',
    502,
    'The GPU provider refused.',
    'Its own words are in details.provider_says; "h200-mug doctor" checks key and settings.',
  ),
  SERVER_004: spec(
    'provider_unavailable',
    503,
    'The GPU provider cannot be reached, or has none of these GPUs now.',
    'Try again in a minute, or when retry_after_s says so; "h200-mug doctor" asks it.',
  ),
  QUEUE_001: spec(
    'queue_unavailable',
    503,
    'The queue of analyses cannot be reached.',
    'Start the Redis that REDIS_HOST names, or set H200_QUEUE_FALLBACK=local; "h200-mug doctor" says more.',
  ),
  QUEUE_002: spec(
    'no_worker',
    503,
    'No worker takes analyses from the queue.',
    'Start "h200-mug worker" of this version with the same REDIS_ and H200_QUEUE_ variables.',
  ),
  QUEUE_003: spec(
    'dead_analysis_not_found',
    404,
    'There is no such analysis among those that the workers gave up.',
    'List them to see the ids; one that was replayed or has expired is gone.',
  ),
  SERVER_005: spec(
    'fleet_not_configured',
    409,
    'No GPU provider is configured.',
    'Set RUNPOD_API_KEY (docs/configuration.md) and start the program again.',
  ),
  SERVER_006: spec(
    'not_built',
    422,
    'This version cannot do that.',
    'Do what the message says instead; nothing was changed.',
  ),
  SERVER_007: spec(
    'backend_failed',
    502,
    'A server that analyses are routed to gave no usable answer.',
    'Try again; GET /api/v1/servers/routing shows where analyses go and how that came out.',
  ),
  CALIBRATION_001: spec(
    'calibration_impossible',
    422,
    'These calibration values do not describe a camera above a table.',
    'Give four corners in order around the shape, no three on a line, and sizes in millimetres.',
  ),
  CAMERA_001: spec('camera_not_found', 404, 'There is no camera of this name.', 'List the cameras to see their names.'),
  CAMERA_002: spec(
    'camera_unreachable',
    503,
    'The camera gave no picture.',
    'Look whether it is on and whether its address is right; "h200-mug cameras test" asks it once.',
  ),
  CAMERA_003: spec('camera_conflict', 409, 'The camera cannot be made or used so.', 'Do what the message says.'),
  CAMERA_004: spec(
    'ffmpeg_missing',
    503,
    'This needs ffmpeg, which is not installed here.',
    'Install ffmpeg, or name its file in H200_FFMPEG.',
  ),
  CALIBRATION_002: spec(
    'calibration_not_found',
    404,
    'There is no stored calibration with this id.',
    'List the stored calibrations.',
  ),
  RULES_001: spec('rule_not_found', 404, 'There is no rule with this id.', 'List the rules to see the ids.'),
  RULES_002: spec('invalid_definition', 422, 'The rule is not valid.', 'Correct the fields named in the details.'),
  RULES_004: spec(
    'nlp_parse_error',
    422,
    'The sentence was not understood.',
    'Say it in other words: what shall be how far from what, or where.',
  ),
  RULES_005: spec(
    'evaluation_error',
    500,
    'A rule could not be evaluated.',
    'Test the rule on its own, then correct or disable it.',
  ),
  RULES_006: spec(
    'version_conflict',
    409,
    'The rule has changed meanwhile.',
    'Read the rule again and repeat the change.',
  ),
  DB_001: spec(
    'connection',
    503,
    'The record store cannot be reached.',
    'Check the store with "h200-mug doctor" and try again.',
  ),
  DB_002: spec('query', 500, 'The record store refused a request.', 'Run "h200-mug doctor".'),
  DB_003: spec(
    'unreadable_record',
    500,
    'A stored record is damaged and cannot be read; all others can.',
    'Run "h200-mug doctor": it names what cannot be read and says what to do.',
  ),
  CACHE_001: spec(
    'cache_connection',
    503,
    'Redis gives no answer.',
    'Start the Redis that REDIS_HOST names, or correct the REDIS_ variables; answers come without it meanwhile.',
  ),
  STORAGE_001: spec('upload', 500, 'A file could not be stored.', 'Check space and rights of H200_DATA_DIR.'),
  STORAGE_002: spec('blob_not_found', 404, 'The stored file does not exist.', 'Analyse the image again.'),
  STORAGE_003: spec('no_space', 507, 'There is no space left for stored files.', 'Free space under H200_DATA_DIR.'),
  IDEMPOTENCY_001: spec(
    'idempotency_key_reused',
    422,
    'This Idempotency-Key was sent with another request.',
    'Send a new key with each new request, and the same only to send the same request again.',
  ),
  IDEMPOTENCY_002: spec(
    'request_in_progress',
    409,
    'The request with this Idempotency-Key is still being worked on.',
    'Send it again after the seconds named in retry_after_s.',
  ),
  IDEMPOTENCY_003: spec(
    'answer_not_kept',
    409,
    'The request with this Idempotency-Key was done; its answer is not kept any more.',
    'Look at what it made: the details name where, or list it. Send a new key to have it done again.',
  ),
  SECRET_001: spec(
    'secret_unavailable',
    503,
    'A secret cannot be read.',
    'Run "h200-mug secrets check": it says which, and what to do.',
  ),
  SECRET_002: spec(
    'invalid_secret_reference',
    422,
    'This does not say where a secret is.',
    'Write gsm://project/name, gsm://project/name/version or file:///path, with #key behind it for one text of a JSON object.',
  ),
  TLS_001: spec(
    'tls_unusable',
    503,
    'The certificate of the server cannot be used.',
    'Let H200_TLS_CERT name the PEM file of the certificate with its chain, and H200_TLS_KEY that of its key.',
  ),
  STORAGE_004: spec(
    'file_store_unavailable',
    503,
    'The store of files cannot be reached.',
    'Check it with "h200-mug doctor" and try again; it is tried again by itself.',
  ),
  BACKUP_001: spec(
    'backup_in_progress',
    409,
    'Another backup is being made there, or one is being restored or removed.',
    'Wait until it has ended. What a killed one holds is free after ten minutes, on its own machine at once.',
  ),
  BACKUP_002: spec(
    'backup_damaged',
    422,
    'The backup is damaged, or none of this program.',
    'Take an older one ("h200-mug backup list"), or another copy of the place where backups are kept.',
  ),
  BACKUP_003: spec(
    'backup_key_wrong',
    422,
    'The backups there cannot be opened with this key.',
    'Set H200_BACKUP_KEY to the key that they were made with.',
  ),
  BACKUP_004: spec(
    'restore_refused',
    409,
    'The store is not empty, or in use.',
    'Stop its servers. "--force" restores over what is there.',
  ),
  BACKUP_005: spec(
    'backup_not_found',
    404,
    'There is no such backup.',
    'List them with "h200-mug backup list"; "h200-mug backup create" makes one.',
  ),
  NOTIFICATION_001: spec(
    'target_not_configured',
    409,
    'Messages are not sent there: it is not configured.',
    'Set its variables (docs/notifications.md) and start the server again.',
  ),
  NOTIFICATION_002: spec(
    'dead_letter_not_found',
    404,
    'There is no such message among those that could not be delivered.',
    'List them to see the ids; one that was sent again or has expired is gone.',
  ),
  NOTIFICATION_003: spec(
    'render_not_found',
    404,
    'There is no picture of this analysis by Templated.io.',
    'It is made behind each stored analysis where TEMPLATED_API_KEY is set; try again in a few seconds.',
  ),
  RATE_001: spec(
    'rate_limit_exceeded',
    429,
    'Too many requests.',
    'Send fewer at once; try again after the seconds named in retry_after_s.',
  ),
  SYSTEM_001: spec(
    'unavailable',
    503,
    'This part of the server is not available.',
    'Try again, or run "h200-mug doctor".',
  ),
  SYSTEM_002: spec(
    'overloaded',
    503,
    'Too many analyses are waiting.',
    'Try again after the seconds named in retry_after_s.',
  ),
  SYSTEM_003: spec(
    'internal',
    500,
    'Something went wrong in the server.',
    'Try again; the log has the details under the request id.',
  ),
  SYSTEM_004: spec(
    'route_not_found',
    404,
    'There is nothing at this address.',
    'Check the path and the method; GET / lists what is served.',
  ),
  SYSTEM_005: spec(
    'method_not_allowed',
    405,
    'This address does not take that method.',
    'Use one of the methods in the Allow header.',
  ),
} as const satisfies Record<string, ErrorSpec>;

/** Longest text in an error, characters. */
export const MAX_ERROR_TEXT = 2000;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorOptions {
  message?: string;
  advice?: string;
  details?: Record<string, unknown>;
  retryAfterS?: number;
  cause?: unknown;
}

/** An error of the catalogue. `message` and `advice` may be sharpened; the code decides type and status. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly advice: string;
  readonly details: Record<string, unknown>;
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    super(options.message ?? ERRORS[code].message, { cause: options.cause });
    this.code = code;
    this.advice = options.advice ?? ERRORS[code].advice;
    this.details = options.details ?? {};
    this.retryAfterS = options.retryAfterS;
  }

  get type(): string {
    return ERRORS[this.code].type;
  }

  get http(): number {
    return ERRORS[this.code].http;
  }

  /** The form that every surface shows; never a stack, never the cause. What strangers wrote into it is only read. */
  toJSON() {
    return {
      code: this.code,
      type: this.type,
      message: plainText(this.message, MAX_ERROR_TEXT),
      advice: plainText(this.advice, MAX_ERROR_TEXT),
      ...(Object.keys(this.details).length > 0 && {
        details: plainValue(this.details, MAX_ERROR_TEXT) as Record<string, unknown>,
      }),
      ...(this.retryAfterS !== undefined && { retry_after_s: this.retryAfterS }),
    };
  }
}

/** Whether the record store cannot be asked now: nothing is said against what it was asked. */
export const isStoreGone = (thrown: unknown): thrown is AppError =>
  thrown instanceof AppError && (thrown.code === 'DB_001' || thrown.code === 'SYSTEM_002');

/** Whether it was turned away because there is too much to do: nothing is broken. */
export const isRefusal = ({ code }: AppError): boolean => code === 'SYSTEM_002' || code === 'RATE_001';

/** Any thrown value as a catalogue error; unknown ones become SYSTEM_003 and keep their text out of the answer. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new AppError('ANALYSIS_006', { cause: thrown });
  return new AppError('SYSTEM_003', { cause: thrown, ...(isDamaged(thrown) && DAMAGED) });
}

const DAMAGED = {
  message: 'A part of the program is damaged or missing.',
  advice: 'Install it again; in a clone: "npm ci", then "npm run build".',
};

/** Parts are loaded when they are first needed; text that is no program is refused by the loader. */
const isDamaged = (thrown: unknown): boolean =>
  (thrown instanceof SyntaxError && /^file:|node:internal\/modules\//.test(thrown.stack ?? '')) ||
  (thrown as NodeJS.ErrnoException | null)?.code === 'ERR_MODULE_NOT_FOUND';
