import type { Camera } from '../../contract/camera.ts';
import type { WatchTiming } from '../../contract/watch.ts';

/** How patient a camera is; what its owner does not say follows from its interval. */
export const timingOf = ({ hold_s, clear_s, interval_s, time_zone }: Camera): WatchTiming => ({
  ...{ hold_s, clear_s, time_zone },
  hidden_s: Math.max(30, 3 * interval_s),
  gap_s: Math.max(15, 3 * interval_s),
  lost_s: Math.max(60, 3 * interval_s),
  uncertain_s: 900,
});
