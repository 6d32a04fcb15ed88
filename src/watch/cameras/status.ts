import type { CallContext } from '../../contract/call-context.ts';
import type { Camera } from '../../contract/camera.ts';
import type { CameraStatus } from '../../contract/camera-answers.ts';
import { waits } from '../core/run.ts';
import { trackedObjects } from '../core/tracked-objects.ts';
import { isActive } from './active-hours.ts';
import { NO_COUNTS, newMemory } from './camera-memory.ts';
import type { CameraParts } from './camera-parts.ts';
import type { KeptCamera } from './camera-store.ts';
import { localTime } from './local-day.ts';
import { ruleNames } from './rule-names.ts';
import { timingOf } from './timing-of.ts';

const idsOf = (objects: readonly { readonly track_id: string }[]) => objects.map(({ track_id }) => track_id);
const MOST_PENDING = 100;
const LAST_EVENTS = 10;
const LOOK_BACK_DAYS = 3;

export async function statusOf(
  parts: Pick<CameraParts, 'memories' | 'log' | 'rules' | 'now'>,
  ctx: CallContext,
  { camera }: KeptCamera,
): Promise<CameraStatus> {
  const { memories, log } = parts;
  const { camera_id, name, time_zone } = camera;
  const at = parts.now();
  const { day } = localTime(at, time_zone);
  const memory = (await memories.read(camera_id)).memory ?? newMemory(camera_id, day);
  const rules = await parts.rules(ctx);
  const names = ruleNames(rules);
  const events = [];
  for (let back = 0; back < LOOK_BACK_DAYS && events.length < LAST_EVENTS; back += 1) {
    const past = localTime(new Date(at.getTime() - back * 86_400_000), time_zone).day;
    events.push(...(await log.events(camera_id, past)).reverse());
  }
  const isWatched = watched(camera, memory.last_at, at);
  const trouble = memory.trouble ?? (isWatched ? null : NOT_WATCHED);
  const state = !camera.enabled
    ? 'off'
    : !isActive(camera.active_hours, time_zone, at)
      ? 'resting'
      : (memory.trouble !== null && (memory.last_at !== null || memory.failures > 0)) || !isWatched
        ? 'in_trouble'
        : memory.last_at === null
          ? 'waiting'
          : memory.view === 'moved'
            ? 'moved'
            : 'watching';
  return {
    camera_id,
    name,
    time_zone,
    state,
    trouble: state === 'off' || state === 'resting' ? memory.trouble : trouble,
    last_picture_at: memory.last_at,
    calibration:
      camera.calibration_id === null
        ? 'none'
        : memory.view === 'moved'
          ? 'moved'
          : memory.view === 'same'
            ? 'holds'
            : 'unknown',
    view_shift: memory.shift === null ? null : Number(memory.shift.toFixed(4)),
    objects: [...trackedObjects(memory.core)],
    broken: memory.core.cells
      .filter(({ broken, broken_since }) => broken && broken_since !== null)
      .map(({ rule_id, broken_since, last }) => ({
        rule_id,
        rule: names.get(rule_id) ?? rule_id,
        since: broken_since ?? at.toISOString(),
        objects: idsOf(last.objects),
        reason: last.reason,
      }))
      .slice(0, 100),
    pending: memory.core.cells
      .flatMap((cell) => {
        const rule = rules.find(({ rule_id }) => rule_id === cell.rule_id);
        const waiting = waits(cell, timingOf(camera), rule?.timing?.for_seconds);
        if (waiting === null) return [];
        const { objects, reason } = cell.last;
        const about = { rule_id: cell.rule_id, rule: names.get(cell.rule_id) ?? cell.rule_id, reason };
        return [{ ...about, since: cell.run_since ?? at.toISOString(), objects: idsOf(objects), ...waiting }];
      })
      .slice(0, MOST_PENDING),
    today: memory.day === day ? memory.counts : NO_COUNTS,
    last_events: events
      .slice(0, LAST_EVENTS)
      .map((event) => ({ ...event, rule: names.get(event.rule_id ?? '') ?? null })),
  };
}

/** What is seen is stored at least once a minute, so that it cannot be older while somebody looks, ms. */
const UNSEEN_MS = 180_000;

const NOT_WATCHED =
  'no look at it was stored of late: "h200-mug serve" has to run and be able to store, and its owner to be allowed to analyse photos';

/** Whether somebody may well look at it: the last picture, a change of the camera or its hours began not long ago. */
function watched(
  { updated_at, interval_s, active_hours, time_zone }: Camera,
  last_at: string | null,
  at: Date,
): boolean {
  const longest = UNSEEN_MS + 3000 * interval_s;
  const isOfLate = (time: string) => Math.abs(at.getTime() - Date.parse(time)) <= longest;
  if (isOfLate(updated_at) || (last_at !== null && isOfLate(last_at))) return true;
  return !isActive(active_hours, time_zone, new Date(at.getTime() - longest));
}
