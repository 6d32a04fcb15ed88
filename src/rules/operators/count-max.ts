import { count } from '../measuring/count.ts';

/** At most `value` A are seen. None at all is not a pass: there is nothing to count. */
export const countMax = count('max');
