import { count } from '../measuring/count.ts';

/** At least `value` A are seen; none at all breaks it, since their absence is what it speaks of. */
export const countMin = count('min');
