import type { CallContext } from '../../contract/call-context.ts';
import type { CameraStatus } from '../../contract/camera-answers.ts';
import { localTime } from '../core/local-time.ts';
import { waits } from '../core/run.ts';
import { trackedObjects } from '../core/tracked-objects.ts';
import { NO_COUNTS, newMemory } from './camera-memory.ts';
import type { CameraParts } from './camera-parts.ts';
import { stateOf } from './camera-state.ts';
import type { KeptCamera } from './camera-store.ts';
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
  const { date: day } = localTime(at, time_zone);
  const memory = (await memories.read(camera_id)).memory ?? newMemory(camera_id, day);
  const rules = await parts.rules(ctx);
  const names = ruleNames(rules);
  const events = [];
  for (let back = 0; back < LOOK_BACK_DAYS && events.length < LAST_EVENTS; back += 1) {
    const past = localTime(new Date(at.getTime() - back * 86_400_000), time_zone).date;
    events.push(...(await log.events(camera_id, past)).reverse());
  }
  const { state, trouble } = stateOf(camera, memory, at);
  return {
    camera_id,
    name,
    time_zone,
    state,
    trouble,
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
