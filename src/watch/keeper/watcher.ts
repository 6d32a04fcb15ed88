import { ROLE_PERMISSIONS } from '../../access/can.ts';
import type { SeenScene } from '../../analysis/pipeline.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Camera } from '../../contract/camera.ts';
import type { Rule } from '../../contract/rule.ts';
import type { WatchTiming } from '../../contract/watch.ts';
import { toAppError } from '../../errors.ts';
import type { Image } from '../../image/image.ts';
import type { Grabbed, OpenCamera } from '../../ports/camera-source.ts';
import type { StoredCalibration } from '../../ports/records.ts';
import { sha256 } from '../../sha256.ts';
import { isActive } from '../cameras/active-hours.ts';
import type { Counts, KeptMemory, Memory } from '../cameras/camera-memory.ts';
import { newMemory } from '../cameras/camera-memory.ts';
import type { KeptCamera } from '../cameras/camera-store.ts';
import { warmed } from '../cameras/heat.ts';
import { timingOf } from '../cameras/timing-of.ts';
import { notAfter } from '../core/clock-set-back.ts';
import { FAINT } from '../core/faint.ts';
import type { Observed } from '../core/frame.ts';
import { localTime } from '../core/local-time.ts';
import { observe, unreachable } from '../core/observe.ts';
import { type Glance, Observer } from '../look/observer.ts';
import { smallSize } from '../look/small-picture.ts';
import { keepPicture } from './keep-picture.ts';
import { publish, withPictures } from './publish.ts';
import { summaryDue } from './summary.ts';
import type { WatchParts } from './watch-parts.ts';

/** A model looks at least this often, and at so many pictures behind each change, so that positions are averaged, ms. */
const LOOK_AGAIN_MS = 300_000;
const SETTLING = 4;
/** While nothing happens the memory is written this often, ms. */
const WRITE_MS = 60_000;
/** Longest pause behind failures, ms. */
const LONGEST_PAUSE_MS = 300_000;
/** A folder without a new picture for longer is a camera that is off, ms. */
const STALE_MS = 60_000;
/** Sensors are noisy: who sends the very same bytes for so long, and so often, has frozen, ms. */
const FROZEN_MS = 600_000;
const FROZEN_LOOKS = 10;

/** What one look came to. */
export interface Looked {
  readonly events: readonly { readonly kind: string }[];
  /** Until the next look, besides the interval, ms. */
  readonly pauseMs: number;
  /** Why there is no picture; null: there is one, or none is due. */
  readonly trouble: string | null;
}

/** Looks at one camera, picture by picture. One process at a time: who writes second is told, and reads again. */
export class Watcher {
  private readonly parts: WatchParts;
  private readonly kept: KeptCamera;
  private readonly call: CallContext;
  private readonly timing: WatchTiming;
  private source: OpenCamera | null = null;
  private observer: Observer | null = null;
  private viewOfCalibration: string | null = null;
  private known: KeptMemory | null = null;
  private writtenAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private lastAt = Number.NEGATIVE_INFINITY;
  private settling = SETTLING;
  /** What the last look saw could not be stored. */
  private isUnstored = false;
  private lastSeen: SeenScene | null = null;
  private pictureSince = Number.NEGATIVE_INFINITY;
  private same: { readonly sha256: string; readonly since: number; readonly looks: number } | null = null;
  /** Due looks that were left out. */
  missed = 0;

  constructor(parts: WatchParts, kept: KeptCamera) {
    this.parts = parts;
    this.kept = kept;
    const { owner, camera } = kept;
    this.call = {
      principal: {
        id: owner,
        kind: owner === 'local' ? 'local' : 'user',
        role: 'analyst',
        permissions: ROLE_PERMISSIONS.analyst,
      },
    };
    this.timing = timingOf(camera);
  }

  get camera(): Camera {
    return this.kept.camera;
  }

  /** One look. Throws what the record store does; nothing of it is lost then. */
  async look(signal: AbortSignal): Promise<Looked> {
    try {
      return await this.lookOnce(signal);
    } catch (thrown) {
      if (!(thrown instanceof Superseded) && !signal.aborted) this.isUnstored = true;
      throw thrown;
    }
  }

  private async lookOnce(signal: AbortSignal): Promise<Looked> {
    const { now } = this.parts;
    const { camera } = this.kept;
    const at = now();
    const { date: day } = localTime(at, camera.time_zone);
    this.known ??= await this.remembered(day);
    this.keepTime(at);
    if (this.known.memory.pending.length > 0) await this.tell();
    let memory = await this.onDay(this.known.memory, day, at);
    const summary = await summaryDue(this.parts, this.kept, memory, at);
    if (summary !== null) memory = { ...memory, summed: day, pending: [...memory.pending, ...summary] };
    if (!isActive(camera.active_hours, camera.time_zone, at)) {
      if (summary !== null || memory.day !== this.known.memory.day) await this.write(memory);
      return { events: [], pauseMs: 0, trouble: null };
    }
    if (this.isUnstored) memory = this.wasBlind(memory, at);
    if (this.missed > 0) memory = counted(memory, 'missed', this.missed);
    this.missed = 0;
    const grabbed = await this.grab(signal).catch((thrown: unknown) => toAppError(thrown));
    if (signal.aborted) return { events: [], pauseMs: 0, trouble: null };
    if (grabbed instanceof Error) return this.failed(memory, grabbed.message, at);
    if (grabbed === null) return this.nothingNew(memory, at);
    // A clock that is ahead of ours tells of no future.
    const takenAt = new Date(Math.min(grabbed.takenAt.getTime(), at.getTime()));
    if (at.getTime() - takenAt.getTime() > this.staleMs) return this.stale(memory, at);
    if (await this.hasFrozen(grabbed.bytes, at)) return this.unusable(counted(memory, 'pictures'), FROZEN, at);
    return this.takeIn(memory, { ...grabbed, takenAt }, at, signal);
  }

  async close(): Promise<void> {
    await this.source?.close().catch(() => undefined);
    this.source = null;
  }

  private async remembered(day: string): Promise<KeptMemory> {
    const { camera_id: id } = this.kept.camera;
    const { memory, version } = await this.parts.memories.read(id);
    return { memory: memory ?? newMemory(id, day), version };
  }

  /** A clock that was set back leaves times behind that would not be over for as long as it was set back. */
  private keepTime(at: Date): void {
    const { memory, version } = this.known!;
    const last = memory.core.last_at;
    const isAhead = [last, memory.last_at, memory.trouble_since].some(
      (time) => time !== null && Date.parse(time) > at.getTime(),
    );
    if (!isAhead && at.getTime() >= this.lastAt) {
      this.lastAt = at.getTime();
      return;
    }
    this.lastAt = at.getTime();
    this.lookedAt = Number.NEGATIVE_INFINITY;
    this.writtenAt = Number.NEGATIVE_INFINITY;
    this.pictureSince = Number.NEGATIVE_INFINITY;
    this.same = null;
    const { pending, ...rest } = memory;
    const core = notAfter(rest.core, new Date(at.getTime() - 1));
    this.known = { memory: { ...notAfter(rest, at), core, pending }, version };
  }

  /** It saw, and could write nothing down: as good as a camera that was lost, and told as one now that it can be. */
  private wasBlind(memory: Memory, at: Date): Memory {
    if (memory.core.last_at === null) return memory;
    const { state, events } = unreachable(memory.core, at, UNSTORED, this.timing);
    if (events.length === 0) return memory;
    const lost = events.map((event) => ({ what: 'event' as const, event, rule: null, text: null }));
    return { ...memory, core: state, pending: [...memory.pending, ...lost] };
  }

  /** What a day came to is kept before the next one begins. */
  private async onDay(memory: Memory, day: string, at: Date): Promise<Memory> {
    if (memory.day === day) return memory;
    const { day: over, counts, heat } = memory;
    await this.parts.log.addDay(this.whose, { day: over, counts, heat }, at);
    return { ...memory, day, counts: newMemory(memory.core.camera, day).counts, heat: {} };
  }

  private async grab(signal: AbortSignal): Promise<Grabbed | null> {
    this.source ??= await this.parts.sources.open(this.camera.source);
    return this.source.grab(signal);
  }

  private async failed(memory: Memory, reason: string, at: Date, isPicture = true): Promise<Looked> {
    const failures = memory.failures + 1;
    const isNews = memory.trouble !== reason;
    const lost = unreachable(memory.core, at, reason, this.timing);
    const next: Memory = {
      ...(isPicture ? counted(memory, 'failed') : memory),
      core: lost.state,
      failures,
      trouble: reason.slice(0, 500),
      trouble_since: memory.trouble_since ?? at.toISOString(),
    };
    const events = await this.decide(next, lost, null, at, isNews);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, 1000 * this.camera.interval_s * (2 ** Math.min(failures - 1, 12) - 1));
    return { events, pauseMs, trouble: reason };
  }

  private async nothingNew(memory: Memory, at: Date): Promise<Looked> {
    const since = memory.last_at ?? memory.trouble_since;
    const waits = since === null ? 0 : at.getTime() - Date.parse(since);
    if (since !== null && waits > this.staleMs) return this.stale(memory, at);
    if (since === null) await this.write({ ...memory, trouble_since: at.toISOString(), trouble: 'no picture yet' });
    return { events: [], pauseMs: 0, trouble: null };
  }

  private get staleMs(): number {
    return Math.max(STALE_MS, 3000 * this.camera.interval_s);
  }

  /** What the newest picture shows was long ago. */
  private async stale(memory: Memory, at: Date): Promise<Looked> {
    const { pauseMs: _, ...looked } = await this.failed(memory, 'no new picture comes', at, false);
    return { ...looked, pauseMs: 0 };
  }

  private async hasFrozen(bytes: Buffer, at: Date): Promise<boolean> {
    const digest = await sha256(bytes);
    const { same } = this;
    this.same =
      same?.sha256 === digest ? { ...same, looks: same.looks + 1 } : { sha256: digest, since: at.getTime(), looks: 1 };
    return this.same.looks >= FROZEN_LOOKS && at.getTime() - this.same.since >= FROZEN_MS;
  }

  private async takeIn(before: Memory, { bytes, takenAt }: Grabbed, at: Date, signal: AbortSignal): Promise<Looked> {
    const { pictures } = this.parts;
    const { camera } = this.kept;
    const image = await pictures.open(bytes, camera.name).catch((thrown: unknown) => toAppError(thrown));
    if (image instanceof Error) return this.failed(before, image.message, at);
    const size = smallSize(image);
    const grey = await pictures
      .small(image, size, camera.privacy_zones, signal)
      .catch((thrown: unknown) => toAppError(thrown));
    if (grey instanceof Error) return this.failed(before, grey.message, at);
    const calibration = await this.calibration();
    const observer = await this.observerFor(calibration);
    const small = { ...size, grey };
    const glance = observer.glance(small, at.getTime(), calibration !== null);
    const came = counted(before, 'pictures');
    if (glance.unusable !== null) return this.unusable(came, glance.unusable, at);
    // Something large is in front, or the camera was pushed far: nobody can tell where anything stands.
    if (glance.view === 'unclear') return this.unusable(came, UNCLEAR, at);
    if (glance.anchors) await this.anchor(observer, small, at);
    const memory: Memory = {
      ...came,
      failures: 0,
      trouble: null,
      trouble_since: null,
      last_at: takenAt.toISOString(),
      view: glance.view,
      shift: glance.shift,
    };
    return this.observed(before, memory, { image, takenAt, glance, calibration, observer }, at, signal);
  }

  private async observed(
    before: Memory,
    memory: Memory,
    { image, takenAt, glance, calibration, observer }: Taken,
    at: Date,
    signal: AbortSignal,
  ): Promise<Looked> {
    const { frames, pictures } = this.parts;
    const { camera } = this.kept;
    const rules = await this.rules();
    const isMoved = memory.view === 'moved';
    const isDue = at.getTime() - this.lookedAt >= LOOK_AGAIN_MS;
    if (glance.change?.changed !== false) this.settling = SETTLING;
    const looks = !isMoved && (this.settling > 0 || isDue || this.lastSeen === null);
    const isPictureDue = this.isPictureDue(memory, at);
    const masked = await onlyOnce(() => pictures.blackened(image, camera.privacy_zones, signal));
    const view = { calibration, doubt: isMoved ? MOVED : null, context: camera.context, faint: FAINT };
    const ctx = { ...this.call, signal };
    if (looks) {
      const measured = await frames.measure(ctx, await masked(), view).catch((thrown: unknown) => toAppError(thrown));
      if (signal.aborted) return { events: [], pauseMs: 0, trouble: null };
      if (measured instanceof Error) return this.failed(before, `${measured.message} ${measured.advice}`, at);
      this.lastSeen = measured;
      observer.tookIn();
      this.settling -= 1;
      this.lookedAt = at.getTime();
    }
    const seen = observe(
      memory.core,
      {
        at: takenAt,
        analysis_id: null,
        scene: looks ? (this.lastSeen?.scene ?? null) : null,
        faint: looks ? (this.lastSeen?.faint ?? []) : [],
        skipped: !looks,
        calibration_ok: !isMoved,
      },
      rules,
      this.timing,
    );
    if (seen.ignored !== null) {
      this.known = { memory: { ...before, core: seen.state }, version: this.known!.version };
      return { events: [], pauseMs: 0, trouble: null };
    }
    const passed = memory.core.last_at === null ? 0 : (takenAt.getTime() - Date.parse(memory.core.last_at)) / 1000;
    const stood = !isMoved && seen.scene !== null && passed <= this.timing.gap_s ? Math.max(0, passed) : 0;
    let next: Memory = {
      ...counted(memory, looks ? 'analysed' : 'unchanged'),
      core: seen.state,
      heat: seen.scene === null ? memory.heat : warmed(memory.heat, seen.scene, stood),
    };
    if (isPictureDue || looks || at.getTime() - this.pictureSince >= WRITE_MS) {
      const kept = await keepPicture(
        this.parts,
        this.kept,
        { image: await masked(), at: takenAt, lasts: isPictureDue },
        signal,
      );
      if (kept) this.pictureSince = at.getTime();
      if (kept && isPictureDue) next = { ...next, picture_at: at.toISOString() };
    }
    const about = { masked, view, rules, lastSeen: () => this.lastSeen };
    const pending = await withPictures(this.parts, { ctx, camera, observed: seen, ...about });
    const events = await this.decide({ ...next, pending: [...next.pending, ...pending] }, seen, pending, at, looks);
    return { events, pauseMs: 0, trouble: null };
  }

  private async unusable(memory: Memory, reason: string, at: Date): Promise<Looked> {
    const lost = unreachable(memory.core, at, reason, this.timing);
    const isNews = memory.trouble !== reason;
    const since = memory.trouble_since ?? at.toISOString();
    const next = { ...counted(memory, 'unusable'), core: lost.state, trouble: reason, trouble_since: since };
    return { events: await this.decide(next, lost, null, at, isNews), pauseMs: 0, trouble: reason };
  }

  /** State and what is to be told in one write; then it is told. */
  private async decide(
    memory: Memory,
    { events }: Pick<Observed, 'events'>,
    pending: Memory['pending'] | null,
    at: Date,
    isNews: boolean,
  ): Promise<readonly { readonly kind: string }[]> {
    const added = pending ?? events.map((event) => ({ what: 'event' as const, event, rule: null, text: null }));
    const next = pending === null ? { ...memory, pending: [...memory.pending, ...added] } : memory;
    const isDue = at.getTime() - this.writtenAt >= WRITE_MS;
    if (next.pending.length === 0 && !isNews && !isDue) {
      this.known = { memory: next, version: this.known!.version };
      return [];
    }
    await this.write(next);
    this.writtenAt = at.getTime();
    if (next.pending.length > 0) await this.tell();
    return added.flatMap((one) => (one.what === 'event' ? [one.event] : []));
  }

  private async write(memory: Memory): Promise<void> {
    const { memories, now } = this.parts;
    const { owner, camera } = this.kept;
    const { version } = this.known!;
    if (await memories.write(owner, camera.camera_id, memory, version, now())) {
      this.known = { memory, version: version + 1 };
      this.isUnstored = false;
      return;
    }
    // Somebody else watches it: what this process saw is not told twice.
    this.known = null;
    throw new Superseded();
  }

  /** Done twice it is the same, but for messages, which keep their ids. */
  private async tell(): Promise<void> {
    const { memory } = this.known!;
    for (const one of memory.pending) await publish(this.parts, this.kept, one);
    await this.write({ ...memory, pending: [] });
  }

  private async rules(): Promise<readonly Rule[]> {
    const { rule_ids } = this.camera;
    const active = await this.parts.rules(this.call);
    return rule_ids === null ? active : active.filter(({ rule_id }) => rule_ids.includes(rule_id));
  }

  private async calibration(): Promise<StoredCalibration | null> {
    const { calibration_id: id } = this.camera;
    return id === null ? null : this.parts.calibration(this.call, id);
  }

  private async observerFor(calibration: StoredCalibration | null): Promise<Observer> {
    const id = calibration?.calibration_id ?? null;
    if (this.observer === null) {
      const stored = await this.parts.views.get(this.camera.camera_id);
      this.observer = new Observer(stored?.calibrationId === id ? stored : null);
    } else if (this.viewOfCalibration !== id) this.observer.reference = null;
    this.viewOfCalibration = id;
    return this.observer;
  }

  private async anchor(observer: Observer, small: Parameters<Observer['glance']>[0], at: Date): Promise<void> {
    observer.reference = small;
    const view = { ...small, calibrationId: this.viewOfCalibration };
    await this.parts.views.put(this.kept.owner, this.camera.camera_id, view, at);
  }

  private isPictureDue({ picture_at }: Memory, at: Date): boolean {
    const { picture_every_s: every } = this.camera;
    return every > 0 && (picture_at === null || at.getTime() - Date.parse(picture_at) >= 1000 * every);
  }

  private get whose() {
    const { camera_id: cameraId, time_zone: timeZone, retention_days: retentionDays } = this.camera;
    return { owner: this.kept.owner, cameraId, timeZone, retentionDays };
  }
}

interface Taken {
  readonly image: Image;
  readonly takenAt: Date;
  readonly glance: Glance;
  readonly calibration: StoredCalibration | null;
  readonly observer: Observer;
}

/** Another process wrote what this one remembers. */
export class Superseded extends Error {}

const FROZEN = 'every picture is the same to the last bit: the camera seems to have frozen';

const UNSTORED = 'what it saw could not be stored';

const UNCLEAR = 'most of what the camera showed before is hidden, or elsewhere';

export const MOVED =
  'The camera was moved since it was calibrated: put it back, confirm the calibration, or calibrate it anew.';

const counted = (memory: Memory, what: keyof Counts, by = 1): Memory => ({
  ...memory,
  counts: { ...memory.counts, [what]: memory.counts[what] + by },
});

function onlyOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
