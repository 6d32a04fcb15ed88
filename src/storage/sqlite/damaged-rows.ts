import { AppError } from '../../errors.ts';

const DAMAGE = /^SQLITE_(CORRUPT|IOERR_READ|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;

/** Whether the driver's error says that a page is damaged or cannot be read from the disk. */
export function isDamage(thrown: unknown): boolean {
  const { code } = thrown as { code?: unknown };
  return typeof code === 'string' && DAMAGE.test(code);
}

/** Reads one row. A damaged page is DB_003: it is the row that cannot be read, not the store. */
export function ofRow<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw isDamage(cause) ? new AppError('DB_003', { cause }) : cause;
  }
}

/** What `read` gives; `insteadOf` where a damaged page is in its way. */
export function orElse<T>(read: () => T, insteadOf: (damage: unknown) => T): T {
  try {
    return read();
  } catch (cause) {
    if (isDamage(cause)) return insteadOf(cause);
    throw cause;
  }
}
