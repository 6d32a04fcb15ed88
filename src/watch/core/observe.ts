import type { WatchEvent, WatchTiming } from '../../contract/watch.ts';
import type { Scene } from '../../scene/types.ts';
import { averagedScene } from './averaged-scene.ts';
import { eventOf, type Told } from './event.ts';
import type { Frame, Observed, WatchedRule } from './frame.ts';
import { judge } from './kinds.ts';
import { movedCamera } from './moved-camera.ts';
import { inForce, rulesInTime, type Sight } from './rules-in-time.ts';
import { type CameraState, MAX_CELLS, type Track } from './state.ts';
import { follow, inScene, type Look } from './tracks.ts';

/** So many frames in a row with an older time: the clock was set back, and counts from there. */
const OLDER_FRAMES = 3;

/** What one look changes: pure, and bounded in what it remembers. */
export function observe(
  state: CameraState,
  frame: Frame,
  rules: readonly WatchedRule[],
  timing: WatchTiming,
): Observed {
  const order = inOrder(state, frame);
  if (order.ignored !== null) return { ...order, events: [], scene: sceneOf(state) };
  const before = order.state;
  const at = frame.at.toISOString();
  const passed = before.last_at === null || order.clockSetBack ? 0 : frame.at.getTime() - Date.parse(before.last_at);
  const isGap = passed > 1000 * timing.gap_s;
  const now = { at, seen_ms: isGap ? 0 : passed, unseen_ms: isGap ? passed : 0 };
  const { moved, told: cameraTold, afresh } = movedCamera(before, frame.calibration_ok, now, timing);
  const told: Told[] = [...backAgain(before, now), ...cameraTold];
  const look: Look = { ...now, first: before.last_at === null, afresh };
  const seen = { ...before, last_at: at, lost_since: null, lost_told: false, moved };
  const force = inForce(before, rules, now, timing);
  const blind = !frame.calibration_ok || moved.on;
  const scene = frame.skipped === true || blind ? null : frame.scene;
  const followed = blind ? null : follow(before, { ...frame, scene }, look, timing);
  const tracks = [...(followed?.tracks ?? before.tracks)];
  const view = scene === null ? before.view : withoutObjects(followed?.scene ?? scene);
  const after = {
    ...seen,
    tracks,
    view,
    latent: followed?.latent ?? before.latent,
    numbers: followed?.numbers ?? before.numbers,
  };
  const sight = blind ? 'unclear' : sightOf(after, before, scene === null, force.rules);
  const ruled = rulesInTime(before, force, sight, now, timing);
  told.push(...(followed?.told ?? []), ...force.told, ...ruled.told);
  const judged = sight === 'unclear' ? [] : force.rules.map((r) => r.rule_id).slice(0, MAX_CELLS);
  return finished({ ...after, cells: ruled.cells, deadlines: ruled.deadlines, judged }, told, frame);
}

/** No frame could be read; told once when that lasts. */
export function unreachable(state: CameraState, at: Date, reason: string, timing: WatchTiming): Observed {
  const since = state.lost_since ?? state.last_at ?? at.toISOString();
  const lost = { ...state, lost_since: since };
  const lasts = at.getTime() - Date.parse(since);
  const quiet = { state: lost, events: [], scene: sceneOf(state), ignored: null };
  if (state.lost_told || lasts < 1000 * timing.lost_s) return quiet;
  const told: Told = { kind: 'camera_lost', ...NOTHING, since, seen_ms: 0, unseen_ms: lasts, reason };
  return {
    ...quiet,
    state: { ...lost, lost_told: true },
    events: [eventOf(state.camera, told, at.toISOString(), null)],
  };
}

const NOTHING = { subject: null, objects: [] as Told['objects'], measured: null } as const;

function backAgain(state: CameraState, now: { readonly unseen_ms: number; readonly seen_ms: number }): Told[] {
  if (!state.lost_told || state.lost_since === null) return [];
  const unseen_ms = now.unseen_ms + now.seen_ms;
  return [
    { kind: 'camera_back', ...NOTHING, since: state.lost_since, seen_ms: 0, unseen_ms, reason: 'it can be seen again' },
  ];
}

type Order = { readonly state: CameraState; readonly clockSetBack: boolean; readonly ignored: Observed['ignored'] };

function inOrder(state: CameraState, { at }: Frame): Order {
  const plain = { ...state, older: 0, older_at: null };
  if (state.last_at === null) return { state: plain, clockSetBack: false, ignored: null };
  const time = at.toISOString();
  if (time === state.last_at || time === state.older_at) return { state, clockSetBack: false, ignored: 'duplicate' };
  if (time > state.last_at) return { state: plain, clockSetBack: false, ignored: null };
  const goesOn = state.older_at !== null && time > state.older_at;
  const older = goesOn ? state.older + 1 : 1;
  if (older >= OLDER_FRAMES) return { state: plain, clockSetBack: true, ignored: null };
  return { state: { ...state, older, older_at: time }, clockSetBack: false, ignored: 'older' };
}

function sightOf(state: CameraState, before: CameraState, skipped: boolean, rules: readonly WatchedRule[]): Sight {
  const scene = sceneOf(state);
  if (scene === null) return 'unclear';
  const shown = state.tracks.filter(inScene);
  if (skipped && sameRules(before, rules) && sameTracks(before.tracks.filter(inScene), shown)) return 'as before';
  const known = new Set(before.tracks.map((t) => t.track_id));
  const isNew = (t: Track) => !known.has(t.track_id);
  const hidden = new Set(shown.filter((t) => t.absent).map((t) => t.track_id));
  const present = new Map(shown.map((t) => [t.track_id, isNew(t) ? t.first_seen : (state.last_at ?? t.last_seen)]));
  return { judged: judge(rules, scene, hidden), present };
}

const sameTracks = (a: CameraState['tracks'], b: CameraState['tracks']): boolean =>
  a.length === b.length && a.every((t, i) => t.track_id === b[i]!.track_id && t.absent === b[i]!.absent);

/** Until every rule was judged on what is seen, it has to be. */
const sameRules = (state: CameraState, rules: readonly WatchedRule[]): boolean =>
  state.judged.length === rules.length && rules.every((r, i) => r.rule_id === state.judged[i]);

function sceneOf({ view, tracks }: CameraState): Scene | null {
  return view === null ? null : averagedScene(view, tracks.filter(inScene));
}

function withoutObjects({ objects: _, ...view }: Scene): Omit<Scene, 'objects'> {
  return view;
}

function finished(state: CameraState, told: readonly Told[], frame: Frame): Observed {
  const at = frame.at.toISOString();
  const events: WatchEvent[] = told.map((one) => eventOf(state.camera, one, at, frame.analysis_id));
  return { state, events, scene: sceneOf(state), ignored: null };
}
