import { isPlainName } from '../plain-text.ts';

/** For `refine`: a name is shown inside lines of text, where a line break would begin a line of its own. */
export const isOneLine = isPlainName;
export const ONE_LINE =
  'holds line breaks, control characters, or marks that hide text or turn the direction of writing';
