import { DecoderLane } from './decoder-lane.ts';
import { decodePlan } from './plan.ts';
import { type Scaled, type Scaling, scaleHere } from './scale-here.ts';

/**
 * A decoder's thread cannot be stopped. So what may take longer than this is decoded in a process that can, and the rest
 * here, on libuv's threads, where it costs no copy. The bound is what others may wait for such a thread.
 */
const MAX_HERE_MS = 200;
/** Above this an image is rarely an honest one: those are decoded one at a time, with what the others leave. */
const MAX_SHORT_MS = 700;

const short = new DecoderLane({ niceness: 0 });
const long = new DecoderLane({ niceness: 10 });

/** Most processor time that `decodeScaled` takes, ms, of an ordinary core. */
export const decodeMs = (bytes: Uint8Array): number => decodePlan(bytes).ms;

/** Whether `decodeScaled` takes so long that nobody should hold a place in a queue for it. */
export function isCostly(bytes: Uint8Array): boolean {
  return decodeMs(bytes) > MAX_HERE_MS;
}

/**
 * The upright image (EXIF) on white ground, scaled to exactly this size, in sRGB or grey. Throws VALIDATION_005 when it cannot be
 * decoded, the signal's reason when that aborts, ANALYSIS_003 when it takes far too long, SYSTEM_002 when too many wait.
 */
export function decodeScaled(bytes: Uint8Array, scaling: Scaling, signal?: AbortSignal): Promise<Scaled> {
  const plan = decodePlan(bytes);
  if (plan.ms <= MAX_HERE_MS) return scaleHere(plan.bytes, scaling);
  return (plan.ms <= MAX_SHORT_MS ? short : long).decode(plan, scaling, signal);
}
