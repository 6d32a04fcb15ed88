const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** For `refine`: a name is shown inside lines of text, where a line break would begin a line of its own. */
export const isOneLine = (text: string): boolean => !BREAKS.test(text);
export const ONE_LINE = 'holds line breaks, control characters or marks that turn the direction of writing';
