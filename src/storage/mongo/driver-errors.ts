import { AppError } from '../../errors.ts';
import type { ServerErrors, ServerLost } from '../availability.ts';

/** What of a driver's error may be known: its texts can name hosts, users and contents. */
interface DriverError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly codeName?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly cause?: unknown;
}

const LOST =
  /^Mongo(ServerSelection|Network|NetworkTimeout|PoolCleared|PoolClosed|WaitQueueTimeout|NotConnected|TopologyClosed|ClientClosed|ServerClosed|StalePrimary|ConnectionPool|OperationTimeout|BulkWriteNetwork)/;
/** No primary, shutting down, unreachable, exceeded its time: https://www.mongodb.com/docs/manual/reference/error-codes/ */
const LOST_CODES = new Set([
  6, 7, 50, 64, 89, 91, 112, 134, 189, 202, 262, 358, 402, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436,
]);
const SYSTEM = /^E(CONN|TIMEDOUT|PIPE|HOST|NET|AI_)|^ENOTFOUND|^EAI_|^ESERVFAIL|^ENODATA|^EREFUSED|^ETIMEOUT/;
const ATLAS = 8000;
const REFUSED = new Set([18, ATLAS]);
const NOT_ALLOWED = new Set([13, 33]);
const [BAD_VALUE, INDEX_NOT_FOUND] = [2, 27];
const FULL = new Set([14031, 12501]);
const TOO_LARGE = new Set([10334, 17280, 17419]);

/** A driver's error as a catalogue error; what the driver says stays out of it, for it may name the address. */
export function storeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as DriverError;
  const code = typeof error.code === 'number' ? error.code : Number.NaN;
  const cause = told(error);
  if (FULL.has(code) || isOverQuota(error)) return full(cause);
  if (isRefused(error)) return refused(cause);
  if (NOT_ALLOWED.has(code)) return notAllowed(cause);
  if (TOO_LARGE.has(code) || error.code === 'ERR_OUT_OF_RANGE') return tooLarge(cause);
  if (isLoss(error, code)) return lost(cause, !/^MongoServerSelection|^MongoWaitQueue/.test(`${error.name}`));
  return new AppError('DB_002', { cause });
}

/** What a call that had begun has to say besides: nobody knows how far it came. */
const BEGUN = '; a write may have been done all the same';

/** Nothing can be asked of the server now. */
export class StoreLost extends AppError implements ServerLost {
  /** Somebody has to change something before it can work. */
  readonly refused: boolean;

  constructor(message: string, advice: string, options: { refused?: boolean; cause?: unknown } = {}) {
    const { refused = false, cause } = options;
    super('DB_001', { message, advice, retryAfterS: refused ? 10 : 1, cause });
    this.refused = refused;
  }

  /** The same for a call that was not begun. */
  ofOthers(): StoreLost {
    const { message, advice, refused, cause } = this;
    return new StoreLost(message.replace(BEGUN, ''), advice, { refused, cause });
  }
}

const START = 'Start the server that MONGODB_ATLAS_URI names, or correct the variable; it is tried again by itself.';

const lost = (cause: Error, wasSent: boolean) =>
  new StoreLost(`MongoDB cannot be reached${wasSent ? BEGUN : ''}.`, START, { cause });

const late = () => new StoreLost(`MongoDB gave no answer in time${BEGUN}.`, START);

const refused = (cause: Error) =>
  new StoreLost(
    'MongoDB refuses the user or the password of MONGODB_ATLAS_URI.',
    'Correct the user, the password (special characters percent-encoded) or authSource in MONGODB_ATLAS_URI.',
    { refused: true, cause },
  );

const notAllowed = (cause: Error) =>
  new AppError('DB_001', {
    message: 'The user of MONGODB_ATLAS_URI may not do that in this database.',
    advice: 'Give the user the role readWrite on the database that MONGODB_ATLAS_URI names (h200_production if none).',
    cause,
  });

const full = (cause: Error) =>
  new AppError('STORAGE_003', {
    message: 'The MongoDB server has no space left.',
    advice: 'Free space on the MongoDB server, or delete analyses with delete_analyses.',
    cause,
  });

const tooLarge = (cause: Error) =>
  new AppError('DB_002', {
    message: 'The record is larger than MongoDB takes (16 MB).',
    advice: 'Write less at once: fewer rules in one import, fewer objects in one image.',
    cause,
  });

export const isDuplicate = (thrown: unknown): boolean => (thrown as DriverError).code === 11000;

/** A question named an index that is not there: nothing of it was done. */
export const lacksIndex = (thrown: unknown): boolean => {
  const { code, message } = thrown as DriverError;
  return code === INDEX_NOT_FOUND || (code === BAD_VALUE && /\bhint\b/i.test(`${message}`));
};

/** Of several documents written in their order: the one that was there already; null: something else failed. */
export const duplicateAt = (thrown: unknown): number | null => {
  const { writeErrors } = thrown as { writeErrors?: unknown };
  const [first] = (Array.isArray(writeErrors) ? writeErrors : [writeErrors]) as { code?: unknown; index?: unknown }[];
  return first?.code === 11000 && typeof first.index === 'number' ? first.index : null;
};

/** Atlas has one code for all that it says itself. */
const isOverQuota = ({ code, message }: DriverError) => code === ATLAS && /over your space quota/.test(`${message}`);

/** Authentication fails while a connection is made: the driver wraps it, or names it as the reason. */
function isRefused(error: DriverError | null | undefined, depth = 3): boolean {
  if (error === null || error === undefined || depth === 0) return false;
  if (typeof error.code === 'number' && REFUSED.has(error.code)) return true;
  return isRefused(error.cause as DriverError, depth - 1);
}

function isLoss(error: DriverError, code: number): boolean {
  // Of several writes in one the driver keeps only the words of a connection that broke; of an answer it keeps the code.
  if (error.name === 'MongoBulkWriteError' && error.code === undefined) return true;
  if (LOST_CODES.has(code)) return true;
  if (typeof error.code === 'string' && SYSTEM.test(error.code)) return true;
  return typeof error.name === 'string' && LOST.test(error.name);
}

/** For the log: names and codes alone. */
function told({ name, code, codeName, cause }: DriverError): Error {
  const inner = cause as DriverError | undefined;
  const words = [name, code, codeName, inner?.name, inner?.code].filter(
    (word) => typeof word === 'number' || (typeof word === 'string' && /^[\w.]{1,60}$/.test(word)),
  );
  const error = new Error(words.join(' '));
  error.stack = error.message;
  return error;
}

export const MONGO_ERRORS: ServerErrors = {
  of: storeError,
  isLost: (error) => error instanceof StoreLost,
  // What the server refuses as such (a newer schema, no right) is an answer all the same, and no use to anybody. What a
  // server says that has only just begun may be anything, and is soon another thing.
  asLost: (error) =>
    error instanceof StoreLost
      ? error
      : new StoreLost(error.message, error.advice, { refused: error.code === 'DB_001' }),
  late,
};
