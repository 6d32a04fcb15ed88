import { ordinal } from '../measuring/ordinal.ts';

/** Every A is to the left of every B, as the camera sees it. */
export const leftOf = ordinal({
  name: 'left_of',
  mirror: 'right_of',
  axis: 'x',
  sign: -1,
  title: 'Left of',
  side: 'to the left',
  words: 'to the left of',
  opposite: 'to the right of',
  otherSide: 'to the right',
});
