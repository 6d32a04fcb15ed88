import { AppError } from '../../errors.ts';
import type { ServerErrors, ServerLost } from '../availability.ts';

/** What of an error of the SDK may be known: its texts can name hosts, keys and buckets. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly cause?: unknown;
}

const WRONG_KEY =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurity|TokenRefreshRequired|InvalidToken|ExpiredToken)$/;
const WRONG_REGION = /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException)$/;
const WRONG_BUCKET = /^(InvalidBucketName|BucketAlreadyExists)$/;
/** MinIO, Ceph, Wasabi and others have each their own. */
const FULL = /Full$|Quota|InsufficientStorage|InsufficientCapacity/i;
const NOT_TRUSTED = /CERT|^ERR_TLS|SELF_SIGNED|UNABLE_TO_VERIFY/;
const NETWORK = /^(E[A-Z]{3,}|TimeoutError|NetworkingError)$/;
const ABSENT = /^(NotFound|NoSuchKey)$/;

/** The server has no object of this name. */
export const isAbsent = (thrown: unknown): boolean => nameIs(thrown, ABSENT);

/** The SDK knows the difference of the clocks from now on. */
export const isSkewed = (thrown: unknown): boolean => nameIs(thrown, /^RequestTimeTooSkewed$/);

export const statusOf = (thrown: unknown): number | undefined => (thrown as SdkError)?.$metadata?.httpStatusCode;

const nameIs = (thrown: unknown, pattern: RegExp) => pattern.test(`${(thrown as SdkError)?.name}`);

/** An error of the SDK as a catalogue error; what the server says stays out of it. */
export function s3Error(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as SdkError;
  const [name, status, cause] = [`${error?.name}`, statusOf(thrown), told(error ?? {})];
  if (status === 507 || FULL.test(name)) return full(cause);
  if (WRONG_KEY.test(name))
    return lost('The S3 server refuses the access key or its secret.', KEY, { refused: true, cause });
  if (isSkewed(thrown)) return lost("The S3 server's clock and this machine's are too far apart.", CLOCK, { cause });
  if (WRONG_REGION.test(name) || status === 301)
    return lost('The S3 server expects another region.', REGION, { refused: true, cause });
  if (WRONG_BUCKET.test(name))
    return lost('The bucket cannot be had under this name.', BUCKET, { refused: true, cause });
  if (name === 'NoSuchBucket') return lost('The bucket is gone.', 'It is made again by itself.', { cause });
  if (NOT_TRUSTED.test(`${error?.code}`))
    return lost("The S3 server's certificate is not trusted.", CERTIFICATE, { refused: true, cause });
  if (status === 401 || status === 403) return notAllowed(cause);
  if (status !== undefined && status < 500 && status !== 408 && status !== 429) return refused(cause);
  if (status !== undefined) return lost('The S3 server cannot do it now.', START, { cause });
  if (NETWORK.test(`${error?.code}`) || NETWORK.test(name))
    return lost('The S3 server cannot be reached.', START, { cause });
  return refused(cause);
}

/** Nothing can be asked of the server now. */
class FilesLost extends AppError implements ServerLost {
  readonly refused: boolean;

  constructor(message: string, advice: string, { refused: isRefused = false, cause }: LostOptions = {}) {
    super('STORAGE_004', { message, advice, retryAfterS: isRefused ? 10 : 1, cause });
    this.refused = isRefused;
  }

  ofOthers(): ServerLost {
    return new FilesLost(this.message, this.advice, { refused: this.refused, cause: this.cause });
  }
}

interface LostOptions {
  readonly refused?: boolean;
  readonly cause?: unknown;
}

export const lost = (message: string, advice: string, options?: LostOptions): ServerLost =>
  new FilesLost(message, advice, options);

export const START =
  'Start the server that R2_ENDPOINT_URL names, or correct the variable; it is tried again by itself.';
const KEY = 'Correct R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY.';
const CLOCK = 'Set the clock of this machine.';
const REGION = 'Set R2_REGION to the region of the bucket; for Cloudflare R2 leave it unset.';
const BUCKET = 'Correct R2_BUCKET_NAME: 3 to 63 small letters, digits and hyphens, and not the name of somebody else.';
const CERTIFICATE = 'Correct R2_ENDPOINT_URL, or name the certificate of your own authority in NODE_EXTRA_CA_CERTS.';

const notAllowed = (cause: Error) =>
  new AppError('STORAGE_004', {
    message: 'The access key may not do that in this bucket.',
    advice: 'Give the key the right to read, write, list and delete objects of the bucket that R2_BUCKET_NAME names.',
    cause,
  });

const full = (cause: Error) =>
  new AppError('STORAGE_003', {
    message: 'The S3 server has no space left for this account.',
    advice: 'Free space on the S3 server or raise its quota, or delete analyses with delete_analyses.',
    cause,
  });

const refused = (cause: Error) =>
  new AppError('STORAGE_004', { message: 'The S3 server refused a request.', advice: 'Run "h200-mug doctor".', cause });

/** For the log: names and codes alone. */
function told({ name, code, $metadata, cause }: SdkError): Error {
  const words = [name, code, $metadata?.httpStatusCode, (cause as SdkError | undefined)?.code].filter(
    (word) => typeof word === 'number' || (typeof word === 'string' && /^[\w.]{1,60}$/.test(word)),
  );
  const error = new Error(words.join(' '));
  error.stack = error.message;
  return error;
}

export const S3_ERRORS: ServerErrors = {
  of: s3Error,
  isLost: (error) => error instanceof FilesLost,
  asLost: (error) =>
    error instanceof FilesLost ? error : lost(error.message, error.advice, { refused: true, cause: error.cause }),
  late: () => lost('The S3 server gave no answer in time.', START),
};
