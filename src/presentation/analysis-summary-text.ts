import { toCheck, verifiedWords } from '../analysis/feedback/verified.ts';
import { saysWhyNothingMoves } from '../analysis/movable.ts';
import { type Analysis, countFindings } from '../contract/analysis.ts';
import { listItem } from '../contract/analysis-list-item.ts';
import { ruleLabel } from '../contract/request-rule.ts';
import {
  analysisHeadline,
  bareReason,
  briefMove,
  briefVerdict,
  doubtLines,
  isScaleGuess,
  leadsAnswer,
  moveLine,
  openVerdicts,
  proofWords,
  scaleLine,
  verdictLine,
} from './analysis-text.ts';

/** Characters. */
export const MAX_SUMMARY_TEXT = 800;
/** Of a reason in its short form. */
const MAX_WHY = 140;
/** What the counts of left-out lines take at most. */
const COUNTS = {
  violated: '- 99999 more violated: detail "full"\n'.length,
  move: '- 999 more moves in structuredContent\n'.length,
  rest: '… and 9999 more lines: detail "full"\n'.length,
};
/** Room for the moves, which the second broken line may not take. */
const MOVES_ROOM = 210;

/** One line of the text, and how it is said where there is little room; null: then it is left out. */
interface Line {
  readonly kind: 'doubt' | 'violated' | 'uncertain' | 'move' | 'promise' | 'why' | 'scale' | 'note' | 'rest';
  readonly full: string;
  readonly brief: string | null;
}

/**
 * The order is that of what an agent must know: what is broken, every move (one without the others promises nothing), why
 * something has none, the scale; the rest as far as there is room. What does not fit is counted, not cut.
 */
export function summaryText(analysis: Analysis, hints: readonly string[]): string {
  const head = `**${analysis.analysis_id}** · ${analysisHeadline(listItem(analysis))}${analysis.cached ? ' · cached' : ''}`;
  const lines = linesOf(analysis, hints);
  const room = MAX_SUMMARY_TEXT - head.length - 1;
  const { violated } = countFindings(analysis);
  const whole = fitted(lines, room, 0);
  const isWhole = whole.size === lines.length && violated <= lines.filter(({ kind }) => kind === 'violated').length;
  const said = isWhole ? whole : fitted(lines, room, countsRoom(lines));
  const left = (kind: Line['kind'][]) => lines.filter((line) => kind.includes(line.kind) && !said.has(line)).length;
  const told = lines.filter((line) => line.kind === 'violated' && said.has(line)).length;
  const rest = left(['doubt', 'uncertain', 'why', 'scale', 'note', 'rest']);
  const of = (...kinds: Line['kind'][]) =>
    lines.filter((line) => kinds.includes(line.kind)).flatMap((line) => said.get(line) ?? []);
  return [
    head,
    ...of('doubt', 'violated'),
    ...(violated > told ? [`- ${violated - told} more violated: detail "full"`] : []),
    ...of('uncertain', 'move'),
    ...(left(['move']) > 0 ? [`- ${left(['move'])} more moves in structuredContent`] : []),
    ...of('promise', 'why', 'scale', 'note', 'rest'),
    ...(rest > 0 ? [`… and ${rest} more ${rest === 1 ? 'line' : 'lines'}: detail "full"`] : []),
  ].join('\n');
}

/** Why what is broken, or open, has no move. */
export function whyNot(analysis: Analysis): string[] {
  const explanation = analysis.positioning?.infeasible?.explanation;
  return [...(explanation === undefined ? [] : [explanation]), ...analysis.warnings.filter(saysWhyNothingMoves)];
}

function linesOf(analysis: Analysis, hints: readonly string[]): Line[] {
  const line = (kind: Line['kind'], full: string, brief: string | null = null): Line => ({ kind, full, brief });
  const open = openVerdicts(analysis);
  const why = whyNot(analysis);
  const spoken = new Set([...why, analysis.calibration.reason]);
  const warnings = analysis.warnings.filter((warning) => !spoken.has(warning) && !leadsAnswer(warning));
  return [
    ...doubtLines(analysis).map((doubt) => line('doubt', doubt, short(doubt))),
    ...open.map((v) =>
      v.verdict === 'violated'
        ? line('violated', `- ${verdictLine(v)}`, `- ${briefVerdict(v)}`)
        : line('uncertain', `- ${verdictLine(v)}`, `- ${briefVerdict(v)}`),
    ),
    ...moveLines(analysis),
    ...why.map((reason) => line('why', reason, short(reason))),
    ...(isScaleGuess(analysis) ? [] : [line('scale', scaleLine(analysis), short(scaleLine(analysis)))]),
    ...notApplicable(analysis).map((text) => line('rest', text)),
    ...warnings.map((warning) => line('note', `Note: ${warning}`)),
    ...hints.slice(0, 3).map((hint) => line('rest', `Next: ${hint}`)),
  ];
}

/** Each move was checked with all others made: one alone promises nothing. */
function moveLines({ positioning, units }: Analysis): Line[] {
  const moves = positioning?.adjustments_needed ?? [];
  const [only] = moves;
  if (only === undefined) return [];
  if (moves.length === 1) {
    const full = `Move ${moveLine(only, units)}`;
    return [{ kind: 'move', full, brief: `Move ${briefMove(only, units, proofWords(only))}` }];
  }
  const open = moves.flatMap((move) => (move.verified ? [] : toCheck(move)));
  const undecided = moves.flatMap((move) => (move.verified ? (move.unverified ?? []) : []));
  const numbered = moves.map((move, i): Line => {
    const brief = `Move ${i + 1} of ${moves.length}: ${briefMove(move, units)}`;
    // What is open about all alike is said once, behind them.
    const reason = new Set(move.verified ? undecided : open).size === 1 ? bareReason(move) : move.reason;
    return { kind: 'move', full: reason === '' ? brief : `${brief} · ${reason}`, brief };
  });
  const checks = several(open);
  const promise = [
    'All moves are to be made together',
    ...(moves.some((move) => move.verified)
      ? [
          verifiedWords(leastSight(moves), {
            undecided: several(undecided),
          }),
        ]
      : []),
    ...(checks === undefined ? [] : [`not verified: ${checks}`]),
  ].join('; ');
  return [...numbered, { kind: 'promise', full: `${promise}.`, brief: `${promise}.` }];
}

/** Which lines are said, and how: all that must be in brief, then in full, then the rest. */
function fitted(lines: readonly Line[], most: number, counts: number): Map<Line, string> {
  const said = new Map<Line, string>();
  const of = (...kinds: Line['kind'][]) => lines.filter((line) => kinds.includes(line.kind));
  let room = most;
  const say = (line: Line, text: string | null, spare: number) => {
    const more = text === null ? 0 : text.length + 1 - (said.has(line) ? said.get(line)!.length + 1 : 0);
    if (text === null || more > room - spare) return;
    said.set(line, text);
    room -= more;
  };
  const [violated, moves] = [of('violated'), of('move')];
  const mustBe = [
    ...of('doubt'),
    ...violated.slice(0, 1),
    ...of('promise'),
    ...moves.slice(0, 1),
    ...of('why'),
    ...of('scale'),
  ];
  for (const line of mustBe) say(line, line.brief, counts);
  for (const line of violated)
    if (!said.has(line)) say(line, line.brief, counts + Math.min(MOVES_ROOM, lengthOf(moves.slice(1))));
  for (const line of moves) if (!said.has(line)) say(line, line.brief, counts);
  for (const line of [...violated, ...moves, ...of('doubt', 'why', 'scale')])
    if (said.has(line)) say(line, line.full, counts);
  const doubtful = of('uncertain');
  for (const line of doubtful.slice(0, 2)) say(line, line.brief, counts);
  // What the answer rests on, the model's own note among it, comes before the third thing that nobody knows.
  for (const line of of('note')) if (line.full.length <= MAX_WHY) say(line, line.full, counts);
  for (const line of doubtful) if (said.has(line)) say(line, line.full, counts);
  for (const line of doubtful) if (!said.has(line)) say(line, line.brief, counts);
  for (const line of of('rest', 'note')) if (!said.has(line)) say(line, line.full, counts);
  return said;
}

function countsRoom(lines: readonly Line[]): number {
  const several = (kind: Line['kind']) => lines.filter((line) => line.kind === kind).length > 1;
  return (several('violated') ? COUNTS.violated : 0) + (several('move') ? COUNTS.move : 0) + COUNTS.rest;
}

const lengthOf = (lines: readonly Line[]) => lines.reduce((sum, { brief }) => sum + (brief?.length ?? 0) + 1, 0);

const short = (text: string) => (text.length <= MAX_WHY ? text : `${text.slice(0, MAX_WHY - 1)}…`);

/** A rule that judged nothing is named, so that its silence is not taken for "all is well". */
function notApplicable(analysis: Analysis): string[] {
  const { not_applicable: count } = countFindings(analysis);
  const first = analysis.rules.find((v) => v.verdict === 'not_applicable');
  if (count === 0 || first === undefined) return [];
  return [`Not applicable: ${count}${count > 1 ? ', among them' : ','} ${ruleLabel(first.rule_id)} · ${first.reason}`];
}

/** The first of what is told of several moves; the others say it with their reasons. */
function several(words: readonly string[]): string | undefined {
  const [first, ...rest] = new Set(words);
  return first === undefined || rest.length === 0 ? first : `${first} (of others more: see their reasons)`;
}

/** Of several moves, what holds for the place of each that is verified. */
const leastSight = (moves: readonly { verified: boolean; sight?: string | undefined }[]): string | undefined =>
  moves.every((move) => !move.verified || move.sight === 'plain') ? 'plain' : undefined;
