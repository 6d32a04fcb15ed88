import { bombSet } from './sets/bombs.ts';
import { faultSet } from './sets/faults.ts';
import { forgedAddressSet } from './sets/forged-addresses.ts';
import { hostileImageSet } from './sets/hostile-images.ts';
import { injectedTextSet } from './sets/injected-text.ts';
import { jsonTextSet } from './sets/json-text.ts';
import { mutatedImageSet } from './sets/mutated-images.ts';
import { naughtyStringSet } from './sets/naughty-strings.ts';
import { orientationSet } from './sets/orientations.ts';
import { protocolSet } from './sets/protocol.ts';
import { soakSet } from './sets/soak.ts';
import { tooMuchSet } from './sets/too-much.ts';
import type { AttackSet } from './support/set.ts';

/** In the order in which they run. */
export const SETS: readonly AttackSet[] = [
  hostileImageSet,
  orientationSet,
  mutatedImageSet,
  bombSet,
  jsonTextSet,
  protocolSet,
  naughtyStringSet,
  forgedAddressSet,
  injectedTextSet,
  faultSet,
  soakSet,
  tooMuchSet,
];
