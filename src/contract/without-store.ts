/** What an answer says that was made although the record store could not do its part. */

const NOT_STORED = 'Not stored: ';

/** `reason` is the message of the error. */
export const notStored = (code: string, reason: string): string =>
  `${NOT_STORED}${withoutStop(reason)} (${code}). This answer is all there is of it: it is in no list and cannot be drawn.`;

const RULES_AS_KNOWN = 'Checked by your rules as they were last read: ';
const RULES_UNKNOWN = 'Not checked by your stored rules: ';

/** `known`: they were read before. */
export const rulesNotRead = (code: string, reason: string, known: boolean): string =>
  `${known ? RULES_AS_KNOWN : RULES_UNKNOWN}${withoutStop(reason)} (${code}).`;

export const isWithoutStore = (warning: string): boolean =>
  [NOT_STORED, RULES_AS_KNOWN, RULES_UNKNOWN].some((start) => warning.startsWith(start));

const withoutStop = (text: string) => text.replace(/\.$/, '');
