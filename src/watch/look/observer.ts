import { type Change, changeBetween, type Pattern, patternOf } from './change.ts';
import { type SmallPicture, toneOf } from './small-picture.ts';
import { viewShift } from './view-shift.ts';

/** What a small picture says, before any model runs. */
export interface Glance {
  /** Why nothing can be seen; null: something can. */
  readonly unusable: string | null;
  readonly change: Change | null;
  readonly view: 'same' | 'moved' | 'unclear' | 'unknown';
  readonly shift: number | null;
  /** The picture is to become the one that later views are compared with. */
  readonly anchors: boolean;
}

/** A picture this dark and flat, or this flat at all, shows nothing. */
const DARK = { mean: 16, spread: 8 };
const FLAT = 3;
/** So often in a row, and so long, an unclear view is another one: a hand or a head is gone by then, ms. */
const UNCLEAR = { looks: 6, ms: 60_000 };
/** The same view, of which less is found again than this, is remembered anew: things were moved in it. */
const WORN = 0.6;

/** Remembers the small pictures of one camera that later ones are compared with. */
export class Observer {
  private looked: Pattern | null = null;
  private unclear: { looks: number; since: number } | null = null;
  private now: Pattern | null = null;
  reference: SmallPicture | null;

  constructor(reference: SmallPicture | null) {
    this.reference = reference;
  }

  glance(picture: SmallPicture, at: number, watchesView: boolean): Glance {
    const none = { change: null, view: 'unknown', shift: null, anchors: false } as const;
    const { mean, spread } = toneOf(picture);
    if (spread < FLAT || (mean < DARK.mean && spread < DARK.spread)) {
      return { ...none, unusable: mean < DARK.mean ? 'it is too dark to see anything' : 'the view is covered' };
    }
    this.now = patternOf(picture);
    const change = this.looked && changeBetween(this.looked, this.now);
    return { ...this.viewOf(picture, at, watchesView), change, unusable: null };
  }

  /** A model looked at the picture of the last glance. */
  tookIn(): void {
    this.looked = this.now;
  }

  private viewOf(picture: SmallPicture, at: number, watches: boolean): Pick<Glance, 'view' | 'shift' | 'anchors'> {
    if (!watches) return { view: 'unknown', shift: null, anchors: false };
    if (this.reference === null) return { view: 'same', shift: 0, anchors: true };
    const { state, shift, places, found } = viewShift(this.reference, picture);
    if (state !== 'unclear') {
      this.unclear = null;
      return { view: state, shift, anchors: state === 'same' && found < WORN * places };
    }
    this.unclear = { looks: (this.unclear?.looks ?? 0) + 1, since: Math.min(this.unclear?.since ?? at, at) };
    const lasts = this.unclear.looks >= UNCLEAR.looks && at - this.unclear.since >= UNCLEAR.ms;
    return { view: lasts ? 'moved' : 'unclear', shift, anchors: false };
  }
}
