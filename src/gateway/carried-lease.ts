import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lease } from './byte-budget.ts';

const carried = new AsyncLocalStorage<Lease>();

/** Whatever `deliver` hands on, also later, may hold the lease of the message that it came in. */
export const carry = <T>(lease: Lease | undefined, deliver: () => T): T =>
  lease === undefined ? deliver() : carried.run(lease, deliver);

/** Holds the lease of the message that is being delivered; undefined where it has none. */
export const holdCarried = (): (() => void) | undefined => carried.getStore()?.hold();
