import * as z from 'zod';
import type { NotificationPreferences, OutgoingEvent, Severity } from '../../contract/notification.ts';
import { severityOfRule } from '../outgoing-event.ts';
import { line, lines, type Notice } from './notice.ts';
import type { ToldStates } from './told-states.ts';

/** The same again at the earliest, ms. */
export const REPEAT_MS = 3_600_000;

/** Events of which people are told. */
export const TOLD = ['positioning_analyzed', 'batch_completed', 'error_occurred', 'system_alert'] as const;

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
    }),
  ),
});
type RuleOutcome = z.infer<typeof Analysed>['rules'][number];

export interface Composed {
  /** Null: nobody is told. */
  readonly notice: Notice | null;
  /** What is to be remembered once it was told. */
  readonly told: readonly string[];
  readonly right: readonly string[];
}

const NOTHING: Composed = { notice: null, told: [], right: [] };
/** Worst first. */
const ORDER: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'success'];

/** The camera, as far as it is known: rules are broken and come right in one place. */
export function placeOf({ data }: OutgoingEvent): string {
  const { calibration_id: id } = data;
  return typeof id === 'string' ? id : '';
}

/**
 * What people are told of an event: of a rule once when it is broken, once an hour while it stays broken, and once when it
 * holds again.
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
    return ofRules(event, data.analysis_id, rules, states, allowed, nowMs);
  }
  if (!allowed.includes(event.severity)) return NOTHING;
  const { title, detail, about } = plainNotice(event);
  if (about !== null && isRecent(states.toldAt(about), nowMs)) return NOTHING;
  const notice = noticeOf(event, event.severity, title, detail, null);
  return { notice, told: about === null ? [] : [about], right: [] };
}

const isRecent = (toldAt: number | null, nowMs: number) => toldAt !== null && Math.abs(nowMs - toldAt) < REPEAT_MS;

function ofRules(
  event: OutgoingEvent,
  analysis_id: string,
  rules: readonly RuleOutcome[],
  states: ToldStates,
  allowed: readonly Severity[],
  nowMs: number,
): Composed {
  const broken = rules.filter(({ verdict, priority }) => {
    return verdict === 'violated' && allowed.includes(severityOfRule(priority));
  });
  const due = broken.filter(({ rule_id }) => !isRecent(states.toldAt(rule_id), nowMs));
  const right = rules.filter(({ rule_id, verdict }) => verdict === 'satisfied' && states.toldAt(rule_id) !== null);
  const rightIds = right.map(({ rule_id }) => rule_id);
  const toldRight = allowed.includes('success') ? right : [];
  if (due.length + toldRight.length === 0) return { notice: null, told: [], right: rightIds };
  const severities: Severity[] = due.map(({ priority }) => severityOfRule(priority));
  const severity = ORDER.find((one) => severities.includes(one)) ?? 'success';
  const details = [
    ...due.map(({ rule_id, name, reason }) => {
      const again = states.toldAt(rule_id) === null ? 'Broken' : 'Still broken';
      return `${again}: ${name}${reason === '' ? '' : ` – ${reason}`}`;
    }),
    ...toldRight.map(({ name }) => `Holds again: ${name}`),
  ];
  const title = due.length > 0 ? countOf(due.length, 'broken') : `${countOf(toldRight.length, 'well')} again`;
  const notice = noticeOf(event, severity, title, details, analysis_id);
  return { notice, told: due.map(({ rule_id }) => rule_id), right: rightIds };
}

const countOf = (count: number, how: string) => `${count} ${count === 1 ? 'rule is' : 'rules are'} ${how}`;

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
