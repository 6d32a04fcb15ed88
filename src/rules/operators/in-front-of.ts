import { ordinal } from '../measuring/ordinal.ts';

/** Every A is nearer to the camera than every B. */
export const inFrontOf = ordinal({
  name: 'in_front_of',
  mirror: 'behind',
  axis: 'y',
  sign: 1,
  title: 'in Front of',
  side: 'in front',
  words: 'in front of',
  opposite: 'behind',
  otherSide: 'behind',
});
