import { GROUPS } from '../../contract/objects.ts';
import type { WatchTiming } from '../../contract/watch.ts';
import type { Scene, SceneObject } from '../../scene/types.ts';
import { placeOf, renamed } from './averaged-scene.ts';
import type { Told } from './event.ts';
import { faintlyAt, latentAfter, latentAt } from './faint.ts';
import type { Faint, Frame } from './frame.ts';
import { insideOf, isPart, type Match, matched } from './match.ts';
import { moveOf } from './moved.ts';
import { type CameraState, type Latent, MAX_TRACKS, type Track } from './state.ts';
import { boxOf, newStay, withFrame } from './stay.ts';

/** How one look continues those before it. */
export interface Look {
  readonly at: string;
  /** Camera time since the look before, ms; 0 after a gap. */
  readonly seen_ms: number;
  /** Length of the gap, ms; 0: there is none. */
  readonly unseen_ms: number;
  /** Nothing is known of what was there before. */
  readonly first: boolean;
  /** The camera stood elsewhere in between: places say nothing about moves. */
  readonly afresh: boolean;
}

export interface Followed {
  readonly tracks: readonly Track[];
  readonly latent: CameraState['latent'];
  readonly numbers: CameraState['numbers'];
  /** The scene with ids of tracks, as this frame measured it; null with a skipped frame. */
  readonly scene: Scene | null;
  readonly told: readonly Told[];
}

/** Who names a track wavers; more frames than this change nothing. */
const MOST_NAMES = 1000;
/** In so many looks the detector has to believe in it. */
const SURE_LOOKS = 2;
/** What all stands on neither comes nor goes: its box is another when somebody leans over it. */
const GROUND = 'table';
/** With so much of it behind something, a thing is covered by that. */
const COVERED = 0.5;

/** What flickers between two places has to stay longer each time, up to so often, before a move is told. */
const MOST_RESTLESS = 8;
/** Who stood for so long somewhere did not flicker, and after so long a rest is as calm as new, ms. */
const SETTLED_MS = 90_000;
const CALM_MS = 600_000;

/** What is in sight, what is hidden, what came, left and was moved. `scene` null: all is as in the frame before. */
export function follow(
  state: CameraState,
  { scene, faint: unsure = [] }: Pick<Frame, 'scene' | 'faint'>,
  look: Look,
  timing: WatchTiming,
): Followed {
  const told: Told[] = [];
  /** What was there and cannot be seen just now: whatever covers it may be nothing but a hand. */
  let covered: readonly Track[] = state.tracks.filter((t) => t.known && t.absent);
  if (scene === null) {
    const tracks = state.tracks.flatMap((t) => next(t.absent ? missed(t, look) : stays(t, look)));
    const latent = state.latent.map((one) => (one.last_seen === state.last_at ? { ...one, last_seen: look.at } : one));
    return { tracks, latent, numbers: state.numbers, scene: null, told };
  }
  const believed = [...scene.objects].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_TRACKS);
  const objects = believed.filter((one, i) => !isSeenTwice(one, believed.slice(0, i)));
  const faint = [...unsure, ...believed.filter((one) => !objects.includes(one))];
  const pairs = new Map(matched(state.tracks, objects).map((m) => [m.track, m]));
  covered = state.tracks.filter((t, i) => t.known && !pairs.has(i) && !isStillThere(t, faint));
  const names = new Map<string, string>();
  const tracks: Track[] = state.tracks.flatMap((track, i) => {
    const match = pairs.get(i);
    if (match === undefined) return next(isStillThere(track, faint) ? glimpsed(track, look) : missed(track, look));
    const object = objects[match.object]!;
    names.set(object.id, track.track_id);
    return next(seen(track, object, match, look));
  });
  const numbers = { ...state.numbers };
  const taken = new Set([...pairs.values()].map((m) => m.object));
  objects.forEach((object, i) => {
    if (taken.has(i) || tracks.length >= MAX_TRACKS) return;
    const number = (numbers[object.class] ?? 0) + 1;
    numbers[object.class] = number;
    const track_id = `${object.class.replaceAll(' ', '_')}-${number}`;
    names.set(object.id, track_id);
    const before = latentAt(state.latent, object.class, boxOf(object));
    tracks.push(...next(newTrack(track_id, object, look, before)));
  });
  const own = renamed({ ...scene, objects }, names);
  const byId = new Map(own.objects.map((o) => [o.id, o]));
  return {
    tracks: tracks.map((t) => ({ ...t, object: byId.get(t.track_id) ?? t.object })),
    latent: latentAfter(state.latent, [...objects, ...faint], look, 1000 * timing.hidden_s),
    numbers,
    scene: own,
    told,
  };

  function tell(one: Told): void {
    if (one.objects[0]?.class !== GROUND) told.push(one);
  }

  /** Stands before something that is waited for. */
  function inFront(track: Track): boolean {
    const { px } = placeOf(track);
    return covered.some((one) => one.track_id !== track.track_id && insideOf(placeOf(one).px, px) >= COVERED);
  }

  /** After a look: told what is sure, gone what has left. */
  function next(track: Track): Track[] {
    const { calibration } = scene ?? state.view ?? {};
    if (track.absent) {
      const patience = track.known ? timing.hidden_s : Math.min(timing.hidden_s, timing.hold_s);
      if (track.absent_ms < 1000 * patience || track.absent_ms === 0) return [track];
      if (track.known) tell(change('object_left', track, look, track.last_seen));
      return [];
    }
    let now = track;
    if (!now.known && placeOf(now).seen_ms >= 1000 * timing.hold_s && timesNamed(now) >= SURE_LOOKS && !inFront(now)) {
      now = { ...now, known: true };
      tell(change('object_entered', now, look, now.first_seen));
    }
    const to = now.elsewhere;
    if (to === null || calibration === undefined || (!look.afresh && to.seen_ms < patienceOf(now) * timing.hold_s))
      return [now];
    const anchor = { px: to.px, mm: to.mm };
    if (look.afresh || track.known === false) return [{ ...now, stay: to, elsewhere: null, anchor }];
    const move = moveOf(now, to, calibration);
    if (move === null) return [{ ...now, stay: to, elsewhere: null }];
    now = { ...now, stay: to, elsewhere: null, anchor, moved: move.mm, restless: restlessAfter(now) };
    tell({ ...change('object_moved', now, look, to.since), measured: move.mm, seen_ms: to.seen_ms });
    return [now];
  }
}

/** For each second of patience, ms. */
const patienceOf = ({ restless }: Track): number => 1000 * (1 + restless);

function restlessAfter({ restless, stay }: Track): number {
  if (stay.seen_ms >= CALM_MS) return 0;
  return stay.seen_ms >= SETTLED_MS ? restless : Math.min(MOST_RESTLESS, restless + 1);
}

function change(kind: Told['kind'], track: Track, look: Look, since: string): Told {
  return {
    kind,
    subject: track.track_id,
    since,
    objects: [{ track_id: track.track_id, class: track.class }],
    measured: null,
    seen_ms: kind === 'object_left' ? track.absent_ms : placeOf(track).seen_ms,
    unseen_ms: kind === 'object_left' ? track.unseen_ms : look.unseen_ms,
  };
}

const missed = (track: Track, look: Look): Track => ({
  ...track,
  absent: true,
  absent_ms: track.absent_ms + look.seen_ms,
  unseen_ms: track.unseen_ms + look.unseen_ms,
});

/** The detector does not believe it just now, but there is something where it stands. */
function isStillThere(track: Track, faint: readonly Faint[]): boolean {
  const names = Object.keys(track.named);
  return faintlyAt(faint, names, placeOf(track).px);
}

/** As if it was hidden in part: only that it is there. */
function glimpsed(track: Track, look: Look): Track {
  const lasting = track.absent ? 0 : look.seen_ms;
  return {
    ...stays(track, { ...look, seen_ms: lasting }),
    absent: false,
    absent_ms: 0,
    unseen_ms: 0,
  };
}

/** Its upper half once more, or its handle: what lies within something of such a name that is surer is that. */
const isSeenTwice = (one: SceneObject, surer: readonly SceneObject[]): boolean =>
  surer.some((whole) => isOneKind(whole.class, one.class) && isPart(boxOf(one), boxOf(whole)));

/** Phones lie on laptops; nothing that one drinks from stands in another. */
const isOneKind = (a: string, b: string): boolean => a === b || [a, b].every((name) => GROUPS.beverage?.includes(name));

/** In sight as in the frame before. */
function stays(track: Track, look: Look): Track {
  const longer = <T extends { readonly seen_ms: number }>(stay: T): T => ({
    ...stay,
    seen_ms: stay.seen_ms + look.seen_ms,
  });
  const { stay, elsewhere } = track;
  return {
    ...track,
    last_seen: look.at,
    ...(elsewhere === null ? { stay: longer(stay) } : { elsewhere: longer(elsewhere) }),
  };
}

function seen(track: Track, object: SceneObject, { as }: Match, look: Look): Track {
  /** Between two frames that both saw it. */
  const lasting = track.absent ? 0 : look.seen_ms;
  const wasThere = track.elsewhere !== null;
  const { stay } = track;
  const place =
    as === 'stay'
      ? { stay: { ...withFrame(stay, object), seen_ms: stay.seen_ms + (wasThere ? 0 : lasting) }, elsewhere: null }
      : as === 'part'
        ? { stay: { ...stay, seen_ms: stay.seen_ms + (wasThere ? 0 : lasting) }, elsewhere: null }
        : as === 'elsewhere' && track.elsewhere !== null
          ? { elsewhere: { ...withFrame(track.elsewhere, object), seen_ms: track.elsewhere.seen_ms + lasting } }
          : { elsewhere: newStay(object, look.at) };
  return {
    ...track,
    ...place,
    ...called(track, object.class),
    last_seen: look.at,
    absent: false,
    absent_ms: 0,
    unseen_ms: 0,
    // Of a part, only that it is there.
    object: as === 'part' ? track.object : object,
  };
}

/** Looks in which the detector believed in it. */
const timesNamed = ({ named }: Track): number => Object.values(named).reduce((sum, n) => sum + n, 0);

function called(track: Track, name: string): Pick<Track, 'class' | 'named'> {
  const before = timesNamed(track);
  const kept =
    before < MOST_NAMES
      ? track.named
      : Object.fromEntries(Object.entries(track.named).map(([c, n]) => [c, Math.ceil(n / 2)]));
  const named = { ...kept, [name]: (kept[name] ?? 0) + 1 };
  return { named, class: named[name]! > (named[track.class] ?? 0) ? name : track.class };
}

function newTrack(track_id: string, object: SceneObject, look: Look, before: Latent | undefined): Track {
  const since = before?.since ?? look.at;
  const seen_ms = Math.max(0, Date.parse(look.at) - Date.parse(since));
  const stay = { ...newStay(object, since), seen_ms };
  return {
    track_id,
    class: object.class,
    named: { [object.class]: 1 },
    first_seen: since,
    last_seen: look.at,
    known: look.first || look.afresh || before?.always === true,
    absent_ms: 0,
    absent: false,
    unseen_ms: 0,
    object,
    stay,
    anchor: { px: boxOf(object), mm: stay.mm },
    elsewhere: null,
    moved: null,
    restless: 0,
  };
}

export const isHidden = (track: Track): boolean => track.absent;

/** What is or was there a moment ago. */
export const inScene = (track: Track): boolean => !track.absent || track.known;
