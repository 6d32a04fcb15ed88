import type { Timing } from '../../../src/contract/timing.ts';
import { type WatchEvent, WatchTiming } from '../../../src/contract/watch.ts';
import type { Frame, WatchedRule } from '../../../src/watch/core/frame.ts';
import { observe } from '../../../src/watch/core/observe.ts';
import { CameraState, newCamera } from '../../../src/watch/core/state.ts';
import { desk, type Put } from '../../rules/desk.ts';

export const START = Date.parse('2026-03-02T10:00:00.000Z');

/** Mugs keep at least 100 mm from laptops. */
export const tooNear = (timing?: Timing): WatchedRule => ({
  rule_id: 'rule_near',
  conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 100, unit: 'mm' }],
  context: null,
  ...(timing && { timing }),
});

export const noMug = (timing?: Timing): WatchedRule => ({
  rule_id: 'rule_none',
  conditions: [{ object1: 'mug', operator: 'count_max', value: 0, unit: 'count' }],
  context: null,
  ...(timing && { timing }),
});

export const someMug = (timing?: Timing): WatchedRule => ({
  rule_id: 'rule_some',
  conditions: [{ object1: 'mug', operator: 'count_min', value: 1, unit: 'count' }],
  context: null,
  ...(timing && { timing }),
});

export const LAPTOP: Put = { class: 'laptop', x: 400, y: 400, sigma: 1 };
/** 40 mm of table between the mug's outline (radius 40 mm) and the laptop's. */
export const NEAR: Put = { class: 'mug', x: 640, y: 400, sigma: 1 };
export const FAR: Put = { class: 'mug', x: 900, y: 400, sigma: 1 };

export interface Shot {
  /** Seconds since START. */
  readonly s: number;
  /** Null: nothing changed. */
  readonly things: readonly Put[] | null;
  readonly moved?: boolean;
}

/** A camera that is shown one desk after another. The state goes through JSON each time, as in a store. */
export class Watched {
  state = newCamera('desk');
  readonly events: WatchEvent[] = [];
  readonly rules: WatchedRule[];
  readonly timing: WatchTiming;
  private readonly start: number;

  constructor(rules: readonly WatchedRule[], timing: Partial<WatchTiming> = {}, start = START) {
    this.rules = [...rules];
    this.timing = WatchTiming.parse(timing);
    this.start = start;
  }

  show({ s, things, moved = false }: Shot) {
    const frame: Frame = {
      at: new Date(this.start + Math.round(s * 1000)),
      analysis_id: null,
      scene: things === null ? null : desk(things),
      skipped: things === null,
      calibration_ok: !moved,
    };
    const seen = observe(this.state, frame, this.rules, this.timing);
    this.state = CameraState.parse(JSON.parse(JSON.stringify(seen.state)));
    this.events.push(...seen.events);
    return seen;
  }

  /** The same desk every `step` seconds from `from` to `to`, both included. */
  during(from: number, to: number, things: readonly Put[] | null, step = 1): this {
    for (let s = from; s <= to + 1e-9; s += step) this.show({ s, things });
    return this;
  }

  get kinds(): string[] {
    return this.events.map((e) => e.kind);
  }

  /** Seconds since the start. */
  seconds(text: string): number {
    return (Date.parse(text) - this.start) / 1000;
  }

  only(kind: WatchEvent['kind']): WatchEvent {
    const found = this.events.filter((e) => e.kind === kind);
    if (found.length !== 1) throw new Error(`${found.length} events ${kind}: ${this.kinds.join(', ')}`);
    return found[0]!;
  }
}
