import type { Move } from '../placement/types.ts';
import { idLabel } from '../rules/label.ts';
import { dimensionLabel, dimensionNumber, inkOn } from './dimension.ts';
import type { Label } from './labels.ts';
import type { LegendEntry } from './legend.ts';
import { type Link, rank } from './links.ts';
import { type DrawnMove, moveLabel, moveNumber, moveWords } from './moves.ts';
import type { DrawnVerdict } from './state.ts';
import { COLOUR, colourOf, type Measures } from './style.ts';
import { cleanText } from './text.ts';

/** More words than these in one image hide what they speak of. */
const SPELLED_FINDINGS = 2;
const SPELLED_MOVES = 1;
/** Names in a line of the legend; of more, their number is said. */
const MAX_NAMES = 5;
/** Characters; the width of the image cuts it, too. */
const MAX_REASON = 200;

/** Who has its words in the image itself. */
export type Spelled = ReadonlySet<Link | DrawnMove>;

/** The two worst findings and the first move. */
export const spelledFirst = (loud: readonly Link[], moves: readonly DrawnMove[]): Spelled =>
  new Set([...loud.filter((link) => link.inSight).slice(0, SPELLED_FINDINGS), ...moves.slice(0, SPELLED_MOVES)]);

export interface Wording {
  readonly labels: readonly Label[];
  readonly legend: readonly LegendEntry[];
  /** Whose words a label of the image holds. */
  readonly speakers: ReadonlyMap<Label, Link | DrawnMove>;
}

/** Words in the image for what is spelled out; for the rest a number there and the words in the legend. */
export function wordingOf(
  loud: readonly Link[],
  drawn: readonly DrawnMove[],
  moves: readonly Move[],
  spelled: Spelled,
  untold: readonly DrawnVerdict[],
  measures: Measures,
): Wording {
  const words: Label[] = [];
  const numbers: Label[] = [];
  const legend: LegendEntry[] = [];
  const speakers = new Map<Label, Link | DrawnMove>();
  const say = (label: Label, who: Link | DrawnMove) => {
    words.push(label);
    speakers.set(label, who);
  };
  for (const link of loud.filter((l) => l.inSight)) {
    if (spelled.has(link)) {
      say(dimensionLabel(link, measures), link);
      continue;
    }
    const number = legend.length + 1;
    numbers.push(dimensionNumber(link, number, measures));
    legend.push({ number, ...inkOfLink(link), text: `${joined(link.objects, ' – ')}: ${wordsOf(link)}` });
  }
  for (const one of drawn) {
    if (spelled.has(one)) {
      say(moveLabel(one, measures), one);
      continue;
    }
    const number = legend.length + 1;
    numbers.push(moveNumber(one, number, measures));
    legend.push({ number, ...MOVE_INK, text: moveText(one.move, measures) });
  }
  legend.push(...unseen(loud));
  for (const move of moves) {
    if (!drawn.some((one) => one.move === move))
      legend.push({ number: null, ...MOVE_INK, text: moveText(move, measures) });
  }
  legend.push(...inWordsOnly(untold));
  return { labels: [...words, ...numbers], legend, speakers };
}

const MOVE_INK = { colour: COLOUR.move, ink: COLOUR.ink };
const inkOfLink = ({ kind }: Link) => ({ colour: colourOf(kind), ink: inkOn(kind) });

/** One line for all objects of which the same is said and nothing can be drawn. */
function unseen(loud: readonly Link[]): LegendEntry[] {
  const groups = new Map<string, Link[]>();
  for (const link of loud.filter((l) => !l.inSight)) {
    const key = `${link.kind} ${wordsOf(link)}`;
    groups.set(key, [...(groups.get(key) ?? []), link]);
  }
  return [...groups.values()].map((group) => ({
    number: null,
    ...inkOfLink(group[0]!),
    text: `${joined(
      group.flatMap((link) => link.objects),
      ', ',
    )}: ${wordsOf(group[0]!)}`,
  }));
}

/** What is broken or open and has no line in the image, the worst first: a line for all of which the same is said. */
function inWordsOnly(untold: readonly DrawnVerdict[]): LegendEntry[] {
  const groups = Map.groupBy(untold.toSorted(rank), (verdict) => `${verdict.verdict} ${saidOfFirst(verdict)}`);
  return [...groups.values()].map((group) => {
    const [first] = group as [DrawnVerdict];
    const names = joined([...new Set(group.flatMap(({ objects }) => objects.slice(0, 1)))], ', ');
    return {
      number: null,
      colour: colourOf(first.verdict),
      ink: inkOn(first.verdict),
      text: cleanText(group.length === 1 ? first.reason : `${names}: ${saidOfFirst(first)}`, MAX_REASON),
    };
  });
}

/** The reason without the name of whom it is about. */
function saidOfFirst({ reason, objects: [first] }: DrawnVerdict): string {
  const name = first === undefined ? '' : `${idLabel(first)} `;
  return name !== '' && reason.startsWith(name) ? reason.slice(name.length) : reason;
}

const wordsOf = ({ title, detail, small }: Link) =>
  detail === null ? title : `${title}${small ? ' ' : ', '}${detail}`;

function moveText(move: Move, { units }: Measures): string {
  const { title, detail } = moveWords(move, units);
  return detail === null ? title : `${title}, ${detail}`;
}

function joined(ids: readonly string[], by: string): string {
  const names = ids.slice(0, MAX_NAMES).map((id) => cleanText(id));
  const more = ids.length - names.length;
  return more > 0 ? `${names.join(by)} and ${more} more` : names.join(by);
}
