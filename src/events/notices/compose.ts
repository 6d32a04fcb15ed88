import * as z from 'zod';
import type { NotificationPreferences, OutgoingEvent, Severity } from '../../contract/notification.ts';
import { severityOfRule } from '../outgoing-event.ts';
import { cameraWords } from './camera-words.ts';
import type { Changes } from './held-notices.ts';
import { cut, line, lines, type Notice } from './notice.ts';
import { remark, type Statement } from './statement.ts';
import type { ToldStates } from './told-states.ts';

/** The same again at the earliest, ms. */
export const REPEAT_MS = 3_600_000;

/** Events of which people are told. */
export const TOLD = [
  'positioning_analyzed',
  'batch_completed',
  'error_occurred',
  'system_alert',
  'server_event',
  'camera_event',
  'camera_summary',
] as const;

const Analysed = z.object({
  analysis_id: z.string(),
  calibration_id: z.string().nullable(),
  rules: z.array(
    z.object({
      rule_id: z.string(),
      name: z.string(),
      priority: z.number(),
      verdict: z.string(),
      reason: z.string(),
      // Absent in messages that an older version wrote.
      broken_by: z.array(z.object({ objects: z.array(z.string()), reason: z.string() })).optional(),
      broken_by_not_listed: z.number().optional(),
    }),
  ),
  moves: z
    .array(z.object({ text: z.string().optional(), verified: z.boolean(), rule_ids: z.array(z.string()) }))
    .optional(),
  why_not: z.string().nullish(),
  warnings: z.array(z.string()).optional(),
});
type Analysed = z.infer<typeof Analysed>;
type RuleOutcome = Analysed['rules'][number];

/** Lines of one notice about what is broken, and about what puts it right. */
const MOST = { broken: 12, moves: 4, warnings: 2 };
/** Characters of a name in a title. */
const NAME = 60;

export interface Composed {
  /** Null: nobody is told. */
  readonly notice: Notice | null;
  /** The notice in parts, as it is told later. */
  readonly statements: readonly Statement[];
  /** What is to be remembered once it was told. */
  readonly told: readonly string[];
  readonly right: readonly string[];
  /** What an earlier statement must not contradict. */
  readonly changes: Changes;
}

const NOTHING: Composed = { notice: null, statements: [], told: [], right: [], changes: { broken: [], right: [] } };
/** Worst first. */
const ORDER: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'success'];

/** The camera, as far as it is known: rules are broken and come right in one place. */
export function placeOf({ data }: OutgoingEvent): string {
  const { calibration_id: id, camera_id: camera } = data;
  return typeof camera === 'string' ? `camera ${camera}` : typeof id === 'string' ? id : '';
}

/**
 * What people are told of an event: of a rule once when it is broken, once an hour while it stays broken, and once when it
 * holds again: whoever heard of the one hears of the other, whatever the severities.
 */
export function compose(
  event: OutgoingEvent,
  states: ToldStates,
  allowed: readonly Severity[],
  { muted_rules: muted }: Pick<NotificationPreferences, 'muted_rules'>,
  nowMs: number,
): Composed {
  if (event.event_type === 'positioning_analyzed') {
    const { data } = Analysed.safeParse(event.data);
    if (data === undefined) return NOTHING;
    const rules = data.rules.filter(({ rule_id }) => !muted.includes(rule_id));
    return ofRules(event, { ...data, rules }, states, allowed, nowMs);
  }
  if (event.event_type === 'camera_event' || event.event_type === 'camera_summary') {
    const composed = ofCamera(event, states, muted);
    const { right, changes } = composed;
    const wasTold = right.some((about) => states.toldAt(about) !== null);
    if (wasTold || allowed.includes(event.severity)) return composed;
    // Nobody is told, but what waits is over all the same.
    return { ...NOTHING, changes: { broken: [], right: changes.right } };
  }
  if (!allowed.includes(event.severity)) return NOTHING;
  const { title, detail, about } = plainNotice(event);
  if (about !== null && isRecent(states.toldAt(about), nowMs)) return NOTHING;
  const notice = noticeOf(event, event.severity, title, detail, null);
  return { ...NOTHING, notice, statements: [remark(title, ...detail)], told: about === null ? [] : [about] };
}

/** Each once, also where it comes a second time after a crash. What comes and goes on a desk is for machines. */
function ofCamera(event: OutgoingEvent, states: ToldStates, muted: readonly string[]): Composed {
  const words = cameraWords(event);
  if (words === null || (words.rule_id !== null && muted.includes(words.rule_id))) return NOTHING;
  if (states.toldAt(words.about) !== null) return NOTHING;
  const notice = noticeOf(event, event.severity, words.title, words.lines, words.analysis_id);
  const { key, state } = words.of ?? { key: null, state: null };
  const statements = [{ about: key, state, lines: [words.title, ...words.lines], over: null }];
  const changes = {
    broken: key !== null && state === 'broken' ? [key] : [],
    right: key !== null && state === 'right' ? [key] : [],
  };
  return { notice, statements, told: [words.about, ...changes.broken], right: changes.right, changes };
}

const isRecent = (toldAt: number | null, nowMs: number) => toldAt !== null && Math.abs(nowMs - toldAt) < REPEAT_MS;

function ofRules(
  event: OutgoingEvent,
  { analysis_id, rules, moves = [], why_not = null, warnings = [] }: Analysed,
  states: ToldStates,
  allowed: readonly Severity[],
  nowMs: number,
): Composed {
  const broken = rules.filter(({ verdict, priority }) => {
    return verdict === 'violated' && allowed.includes(severityOfRule(priority));
  });
  const due = broken
    .filter(({ rule_id }) => !isRecent(states.toldAt(rule_id), nowMs))
    .sort((a, b) => b.priority - a.priority);
  const right = rules.filter(({ rule_id, verdict }) => verdict === 'satisfied' && states.toldAt(rule_id) !== null);
  const rightIds = right.map(({ rule_id }) => rule_id);
  const changes = { broken: due.map(({ rule_id }) => rule_id), right: rightIds };
  if (due.length + right.length === 0) return { ...NOTHING, changes };
  const severities: Severity[] = due.map(({ priority }) => severityOfRule(priority));
  const severity = ORDER.find((one) => severities.includes(one)) ?? 'success';
  const broke = (rule: RuleOutcome) =>
    brokenLines(rule, states.toldAt(rule.rule_id) === null ? 'Broken' : 'Still broken');
  const holds = ({ name }: RuleOutcome) => `Holds again: ${name}`;
  // Whoever reads nothing else must know how far to believe it.
  const notes = due.length > 0 ? warnings.slice(0, MOST.warnings).map((warning) => `Note: ${warning}`) : [];
  const details = [
    ...firstOf(MOST.broken, due.flatMap(broke)),
    ...firstOf(MOST.moves, remedies(due, moves, why_not)),
    ...right.map(holds),
    ...notes,
  ];
  const about = ({ rule_id }: RuleOutcome, state: 'broken' | 'right', said: readonly string[]): Statement => ({
    ...{ about: rule_id, state, lines: said.map(line), over: null },
  });
  const statements = [
    ...due.map((rule) =>
      about(rule, 'broken', [
        ...firstOf(MOST.broken, broke(rule)),
        ...firstOf(MOST.moves, remedies([rule], moves, why_not)),
      ]),
    ),
    ...right.map((rule) => about(rule, 'right', [holds(rule)])),
    ...notes.map((note) => remark(line(note))),
  ];
  const title = due.length > 0 ? brokenTitle(due) : rightTitle(right);
  const notice = noticeOf(event, severity, title, details, analysis_id);
  return { notice, statements, told: changes.broken, right: rightIds, changes };
}

const counted = (count: number, what: string) => `${count} more ${what}${count === 1 ? '' : 's'}`;
const shortName = (name: string) => (name.length <= NAME ? name : `${cut(name, NAME - 1)}…`);
const firstOf = (most: number, all: readonly string[]): string[] =>
  all.length <= most ? [...all] : [...all.slice(0, most - 1), `… and ${all.length - most + 1} more`];

/** "Laptop Safety Distance is broken: mug-2 and laptop-1, 2 more pairs; 1 more rule". */
function brokenTitle([first, ...others]: readonly RuleOutcome[]): string {
  const [worst, ...pairs] = first?.broken_by ?? [];
  const more = pairs.length + (first?.broken_by_not_listed ?? 0);
  const who = worst === undefined || worst.objects.length === 0 ? '' : `: ${worst.objects.slice(0, 3).join(' and ')}`;
  return [
    `${shortName(first?.name ?? '')} is broken${who}${more > 0 ? `, ${counted(more, 'pair')}` : ''}`,
    ...(others.length > 0 ? [counted(others.length, 'rule')] : []),
  ].join('; ');
}

const rightTitle = (right: readonly RuleOutcome[]): string =>
  right.length === 1 ? `${shortName(right[0]!.name)} holds again` : `${right.length} rules hold again`;

/** A line for each pair. */
function brokenLines({ name, reason, broken_by, broken_by_not_listed: rest = 0 }: RuleOutcome, how: string): string[] {
  const [first = reason, ...others] = broken_by?.map((one) => one.reason) ?? [];
  return [
    `${how}: ${name}${first === '' ? '' : ` – ${first}`}`,
    ...others.map((one) => `Also: ${one}`),
    ...(rest > 0 ? [`Also: ${counted(rest, 'pair')}`] : []),
  ];
}

/** Verified moves; without one, what helps and what is in the way. */
function remedies(due: readonly RuleOutcome[], moves: NonNullable<Analysed['moves']>, whyNot: string | null): string[] {
  if (due.length === 0) return [];
  const about = moves.filter(({ rule_ids }) => due.some(({ rule_id }) => rule_ids.includes(rule_id)));
  const textsOf = (sure: boolean) => about.flatMap(({ text, verified }) => (text && verified === sure ? [text] : []));
  const sure = textsOf(true);
  if (sure.length > 0) return sure.map((text) => `To put it right: ${text}`);
  const [maybe] = textsOf(false);
  return [
    ...(maybe === undefined ? [] : [`May help, but is not verified: ${maybe}`]),
    ...(whyNot === null ? [] : [`No sure move is known: ${withoutIds(whyNot)}`]),
  ];
}

/** People know a rule by its sentence. */
const withoutIds = (text: string): string => text.replace(/\brule_[\w-]{1,60} \(("[^"]*")\)/g, '$1');

function plainNotice({ event_type, data }: OutgoingEvent): { title: string; detail: string[]; about: string | null } {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
  const count = (name: string) => (typeof data[name] === 'number' ? data[name] : 0);
  switch (event_type) {
    case 'batch_completed': {
      const failed = count('failed');
      const title = `A batch is done: ${count('successful')} analysed${failed > 0 ? `, ${failed} failed` : ''}`;
      return { title, detail: [], about: null };
    }
    case 'error_occurred':
      return {
        title: `An analysis failed (${text('code')})`,
        detail: [text('message')],
        about: `error ${text('code')}`,
      };
    case 'server_event':
      return { title: `GPU server ${text('name')}`, detail: [text('message')], about: null };
    default:
      return { title: `Trouble: ${text('part')}`, detail: [text('message')], about: `alert ${text('part')}` };
  }
}

function noticeOf(
  { event_id: id, timestamp }: OutgoingEvent,
  severity: Severity,
  title: string,
  details: readonly string[],
  analysis_id: string | null,
): Notice {
  return { id, severity, title: line(title), lines: lines(details), timestamp, analysis_id };
}
