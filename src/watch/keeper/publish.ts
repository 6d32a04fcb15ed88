import type { FrameView } from '../../analysis/frames.ts';
import type { SeenScene } from '../../analysis/pipeline.ts';
import type { Analysis } from '../../contract/analysis.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Camera } from '../../contract/camera.ts';
import type { Rule } from '../../contract/rule.ts';
import type { WatchEvent } from '../../contract/watch.ts';
import type { Image } from '../../image/image.ts';
import type { Pending } from '../cameras/camera-memory.ts';
import type { KeptCamera } from '../cameras/camera-store.ts';
import { ruleNames } from '../cameras/rule-names.ts';
import type { Observed } from '../core/frame.ts';
import type { WatchParts } from './watch-parts.ts';

/** Of these a picture is kept. */
const PICTURED: ReadonlySet<WatchEvent['kind']> = new Set(['rule_broken', 'rule_mended', 'rule_ended']);

interface About {
  readonly ctx: CallContext;
  readonly camera: Camera;
  readonly observed: Observed;
  readonly masked: () => Promise<Image>;
  readonly view: FrameView;
  readonly rules: readonly Rule[];
  readonly lastSeen: () => SeenScene | null;
}

/** The events of a look, each with its picture and what puts it right. Without a picture, where none could be kept. */
export async function withPictures(
  { frames, words }: WatchParts,
  { ctx, camera, observed, masked, view, rules, lastSeen }: About,
): Promise<Pending[]> {
  const { events, scene } = observed;
  let analysis: Analysis | null = null;
  if (scene !== null && events.some(({ kind }) => PICTURED.has(kind))) {
    const calibrationId = view.calibration?.calibration_id ?? null;
    try {
      const image = await masked();
      const seen = lastSeen() ?? (await frames.measure(ctx, image, view));
      analysis = await frames.keep(ctx, { image, seen, scene, rules, calibrationId });
    } catch (err) {
      words.warn({ err, camera: camera.camera_id }, 'an event of a camera has no picture');
    }
  }
  const names = ruleNames(rules);
  return events.map((event) => {
    const isPictured = PICTURED.has(event.kind) && analysis !== null && analysis.stored !== false;
    const rule = rules.find(({ rule_id }) => rule_id === event.rule_id);
    return {
      what: 'event',
      event: isPictured ? { ...event, analysis_id: analysis!.analysis_id } : event,
      rule: names.get(event.rule_id ?? '') ?? null,
      priority: rule?.priority ?? null,
      text: event.kind === 'rule_broken' && analysis !== null ? moveFor(analysis, event) : null,
    };
  });
}

/** The sentence of the verified move that puts the rule right; null: there is none. */
function moveFor({ positioning, feedback }: Analysis, { rule_id }: WatchEvent): string | null {
  const moves = positioning?.adjustments_needed ?? [];
  const at = moves.findIndex((move) => move.verified && rule_id !== null && move.rule_ids.includes(rule_id));
  if (at < 0) return null;
  const sentence = feedback?.recommendations[at];
  return sentence?.startsWith('Move ') ? sentence : (moves[at]?.reason ?? null);
}

/** Writes it down and tells it. */
export async function publish({ log, bus, words }: WatchParts, kept: KeptCamera, pending: Pending): Promise<void> {
  const { owner, camera } = kept;
  const { camera_id: cameraId, name, time_zone: timeZone, retention_days: retentionDays } = camera;
  const about = { camera_id: cameraId, camera: name };
  if (pending.what === 'summary') {
    const { summary } = pending;
    const failure = await bus.emit({ type: 'camera_summary', ...about, summary, owner, id: summary.summary_id });
    if (failure !== null) throw failure;
    return;
  }
  const { event, rule, priority = null, text } = pending;
  await log.addEvent({ owner, cameraId, timeZone, retentionDays }, event);
  const failure = await bus.emit({
    type: 'camera_event',
    ...about,
    time_zone: timeZone,
    event,
    rule,
    priority,
    move: text,
    owner,
    id: event.event_id,
  });
  if (failure !== null) throw failure;
  words.info({ camera: cameraId, event: event.kind }, 'a camera saw a change');
}
