import type { SeenScene } from '../src/analysis/pipeline.ts';
import type { WatchEventKind } from '../src/contract/watch.ts';
import { WatchTiming } from '../src/contract/watch.ts';
import { observe } from '../src/watch/core/observe.ts';
import { newCamera } from '../src/watch/core/state.ts';
import type { TruthFile } from '../tests/scene/truth/rendered.ts';

/** As training/render_watch.py writes it. */
export interface SequenceTruth {
  readonly kind: 'push' | 'take' | 'hidden' | 'light' | 'nudge' | 'second';
  readonly happens_s: number;
  readonly frames: readonly { readonly file: string; readonly s: number; readonly state: number }[];
  readonly scenes: readonly TruthFile[];
}

/** What the camera is given of a frame. */
export type Seen = Pick<SeenScene, 'scene' | 'faint'>;

export interface Expected {
  readonly kind: WatchEventKind;
  /** When it begins. */
  readonly s: number;
}

export interface Judgement {
  readonly name: string;
  readonly of: SequenceTruth['kind'];
  readonly right: readonly Expected[];
  readonly missing: readonly Expected[];
  readonly wrong: readonly Expected[];
  /** From the truth to being told, s. */
  readonly delays: readonly number[];
  readonly moves: readonly { readonly told: number; readonly uncertainty: number; readonly truth: number }[];
}

const REQUIRED = 100;
const START = Date.parse('2026-03-02T10:00:00Z');
/** A beginning may be told one frame off. */
const TOLERANCE_S = 6;
const RULE = {
  rule_id: 'rule_near',
  conditions: [
    { object1: 'mug', object2: 'laptop', operator: 'min_distance' as const, value: REQUIRED, unit: 'mm' as const },
  ],
  context: null,
};

function expected({ kind, happens_s: s }: SequenceTruth): Expected[] {
  const broken = { kind: 'rule_broken', s: 0 } as const;
  switch (kind) {
    case 'push':
      return [
        { kind: 'object_moved', s },
        { kind: 'rule_broken', s },
      ];
    case 'take':
      return [broken, { kind: 'object_left', s }, { kind: 'rule_mended', s: 0 }];
    case 'hidden':
      return [broken];
    case 'light':
      return [];
    case 'nudge':
      return [{ kind: 'camera_moved', s }];
    case 'second':
      return [
        { kind: 'object_entered', s },
        { kind: 'rule_broken', s },
      ];
  }
}

/** Runs one sequence. That the camera was nudged is told by the truth: noticing it is another part's work. */
export function judge(name: string, truth: SequenceTruth, seen: readonly Seen[]): Judgement {
  let state = newCamera('rendered');
  const timing = WatchTiming.parse({});
  const open = expected(truth);
  const right: Expected[] = [];
  const wrong: Expected[] = [];
  const delays: number[] = [];
  const moves: Judgement['moves'][number][] = [];
  truth.frames.forEach(({ s }, i) => {
    const calibration_ok = truth.kind !== 'nudge' || s < truth.happens_s;
    const { state: next, events } = observe(
      state,
      { at: new Date(START + 1000 * s), analysis_id: null, ...seen[i]!, calibration_ok },
      [RULE],
      timing,
    );
    state = next;
    for (const event of events) {
      const since = (Date.parse(event.since) - START) / 1000;
      const at = open.findIndex((e) => e.kind === event.kind && Math.abs(e.s - since) <= TOLERANCE_S);
      if (at < 0) {
        wrong.push({ kind: event.kind, s: since });
        continue;
      }
      const [found] = open.splice(at, 1);
      right.push(found!);
      delays.push(s - Math.max(since, found!.s));
      const told = event.evidence.measured_mm;
      if (event.kind === 'object_moved' && told !== null) {
        moves.push({ told: told.value, uncertainty: told.uncertainty ?? 0, truth: wayOfMug(truth) });
      }
    }
  });
  return { name, of: truth.kind, right, missing: open, wrong, delays, moves };
}

function wayOfMug({ scenes }: SequenceTruth): number {
  const [from, to] = scenes.map((scene) => scene.objects.find((o) => o.class === 'mug')!.base_mm);
  return Math.hypot(to![0] - from![0], to![1] - from![1]);
}

export const WATCH_HEAD = [
  '| what happens | sequences | events that should be told | told | missing | told wrongly | precision | recall | told after, median, s |',
  '|---|---|---|---|---|---|---|---|---|',
];

const percent = (n: number, of: number) => (of === 0 ? '–' : `${((100 * n) / of).toFixed(0)} %`);
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const WORDS: Readonly<Record<SequenceTruth['kind'], string>> = {
  push: 'a mug is pushed towards the laptop',
  take: 'a mug is taken away',
  hidden: 'a hand hides a mug for 15 s',
  light: 'the light changes',
  nudge: 'the camera is nudged',
  second: 'a second mug comes',
};

export function watchRows(all: readonly Judgement[]): { events: string[]; moves: string[] } {
  const row = (name: string, list: readonly Judgement[]): string => {
    const sum = (of: 'right' | 'missing' | 'wrong') => list.reduce((n, j) => n + j[of].length, 0);
    const [right, missing, wrong] = [sum('right'), sum('missing'), sum('wrong')];
    const delay = median(list.flatMap((j) => j.delays));
    return `| ${name} | ${list.length} | ${right + missing} | ${right} | ${missing} | ${wrong} | ${percent(right, right + wrong)} | ${percent(right, right + missing)} | ${delay ?? '–'} |`;
  };
  const kinds = (Object.keys(WORDS) as SequenceTruth['kind'][]).filter((k) => all.some((j) => j.of === k));
  const moves = all.flatMap((j) => j.moves);
  const inside = moves.filter((m) => Math.abs(m.told - m.truth) <= m.uncertainty).length;
  return {
    events: [
      ...kinds.map((k) =>
        row(
          WORDS[k],
          all.filter((j) => j.of === k),
        ),
      ),
      row('all', all),
    ],
    moves: [
      '| moves told | median of the way, mm | median error, mm | median stated ±90 %, mm | inside it |',
      '|---|---|---|---|---|',
      `| ${moves.length} | ${median(moves.map((m) => m.truth))?.toFixed(0) ?? '–'} | ${median(moves.map((m) => Math.abs(m.told - m.truth)))?.toFixed(1) ?? '–'} | ${median(moves.map((m) => m.uncertainty))?.toFixed(1) ?? '–'} | ${percent(inside, moves.length)} |`,
    ],
  };
}
