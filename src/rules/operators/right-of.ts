import { ordinal } from '../measuring/ordinal.ts';

/** Every A is to the right of every B, as the camera sees it. */
export const rightOf = ordinal({
  name: 'right_of',
  mirror: 'left_of',
  axis: 'x',
  sign: 1,
  title: 'Right of',
  side: 'to the right',
  words: 'to the right of',
  opposite: 'to the left of',
  otherSide: 'to the left',
});
