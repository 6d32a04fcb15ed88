import { AppError } from '../../errors.ts';

/**
 * The last line that was read of one machine. Ids are times, which several lines may share: of those of its id it is the nth that
 * reads as `mark` tells.
 */
export interface Place {
  readonly id: string;
  readonly mark: string;
  readonly nth: number;
}

/** Machines whose place is remembered. */
export const MAX_MACHINES = 64;
const PART = /^([\w-]{0,64})@([\w.:+-]{1,64})@([0-9a-f]{12})@(\d{1,6})$/;

/** Where the logs of several machines were read to, by machine. */
export type Places = ReadonlyMap<string, Place>;

export const writeCursor = (places: Places): string =>
  [...places]
    .slice(-MAX_MACHINES)
    .map(([machine, { id, mark, nth }]) => `${machine}@${id}@${mark}@${nth}`)
    .join(',');

/** Throws VALIDATION_002 for text that `writeCursor` did not write. */
export function readCursor(text: string | null): Map<string, Place> {
  if (text === null || text === '') return new Map();
  const parts = text.slice(0, 20_000).split(',');
  const read = parts.map((part) => PART.exec(part));
  if (parts.length > MAX_MACHINES || read.includes(null)) {
    throw new AppError('VALIDATION_002', { message: 'The place in the log is none that was given out.' });
  }
  return new Map(
    read.map((part) => [part?.[1] ?? '', { id: part?.[2] ?? '', mark: part?.[3] ?? '', nth: Number(part?.[4]) }]),
  );
}
