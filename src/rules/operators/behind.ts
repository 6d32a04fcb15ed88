import { ordinal } from '../measuring/ordinal.ts';

/** Every A is farther from the camera than every B. */
export const behind = ordinal({
  name: 'behind',
  mirror: 'in_front_of',
  axis: 'y',
  sign: -1,
  title: 'Behind',
  side: 'behind',
  words: 'behind',
  opposite: 'in front of',
  otherSide: 'in front',
});
