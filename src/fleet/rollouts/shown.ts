import type { Deployment } from '../../contract/deployment.ts';
import type { Routing } from '../../contract/routing.ts';
import { quotedText } from '../../plain-text.ts';
import type { RolloutRecord } from './record.ts';

/** Phases from which there is a way back. */
const CAN_GO_BACK: readonly RolloutRecord['phase'][] = [
  'parking',
  'creating',
  'checking',
  'shifting',
  'canary',
  'draining',
  'keeping',
];

export const canRollBack = ({ phase, wish }: RolloutRecord): boolean =>
  CAN_GO_BACK.includes(phase) && wish !== 'rollback';

export const canPromote = ({ phase, wish }: RolloutRecord): boolean => CAN_GO_BACK.includes(phase) && wish === null;

/** A rollout as everybody sees it. */
export function shownRollout(record: RolloutRecord, { entries }: Routing, attended: boolean): Deployment {
  const { id, type, strategy, phase, outcome, created_at, created_by, since, ended_at, swaps, steps } = record;
  const mine = swaps.flatMap(({ old, fresh }) => [old, fresh]).filter((one) => one !== null);
  const others = entries.filter((one) => !mine.includes(one.id));
  const weights = [...mine.map((one) => ({ id: one, weight: weightOf(entries, one) })), ...others];
  const from = Date.parse(since);
  const soon = CAN_GO_BACK.includes(phase) ? soonOf(record) : '';
  return {
    ...{ id, type, strategy, phase, outcome, message: `${messageOf(record)}${soon}`, created_at, created_by },
    ...{ phase_since: since, ended_at },
    swaps: swaps.map(({ old, fresh, share, moved, parked }) => ({
      ...{ old_server_id: old, new_server_id: fresh, traffic: share, handed_over: parked ? 0 : moved },
    })),
    weights: weights.map(({ id: name, weight }) => ({ id: name, weight })),
    steps_percent: steps,
    step_until: phase === 'canary' ? new Date(from + record.stepMs).toISOString() : null,
    kept_until: phase === 'keeping' ? new Date(from + record.keepMs).toISOString() : null,
    ...{ health: record.health, smoke: record.smoke, judgement: record.judgement, overlap: record.overlap },
    ...{ can_promote: canPromote(record), can_roll_back: canRollBack(record), attended, notes: record.notes },
  };
}

const weightOf = (entries: Routing['entries'], id: string) => entries.find((one) => one.id === id)?.weight ?? 0;

/** What was asked for by hand, and what that risks. */
function soonOf({ wish, phase, judgement, health_check, health, smoke, swaps }: RolloutRecord): string {
  if (wish === null) return '';
  if (wish === 'rollback') return ' It is being rolled back.';
  if (phase === 'keeping') {
    const ends = swaps.some(({ old }) => old !== null) ? 'the old one is ended now, and ' : '';
    return ` It is promoted: ${ends}there is no way back any more.`;
  }
  const isWell = smoke?.ok === true && (health_check === null || health?.ok === true);
  const risk = isWell
    ? judgement?.verdict === 'good'
      ? ''
      : ' It was not judged to be good by its requests.'
    : ' It was not tried: nobody knows whether it answers.';
  const runs = phase === 'shifting' || phase === 'canary' || phase === 'draining';
  return ` It is promoted: it gets everything ${runs ? 'now' : 'as soon as it runs'}.${risk}`;
}

function messageOf({ phase, outcome, failure, swaps, at, steps, step, health, smoke }: RolloutRecord): string {
  const { old, fresh, share, moved } = swaps[at] ?? { old: null, fresh: null, share: 0, moved: 0 };
  const why = failure === null ? '' : ` (${quotedText(failure, 300)})`;
  const soFar = health?.ok === false ? health.reason : smoke?.ok === false ? smoke.detail : null;
  switch (phase) {
    case 'parking':
      return `${old} is being stopped.`;
    case 'creating':
      return 'The new server is being made.';
    case 'checking':
      return `${fresh} is asked whether it is well${soFar === null ? '' : ` (so far: ${quotedText(soFar, 300)})`}.`;
    case 'shifting':
      return `${fresh} is being given ${moved} % of ${share} % of the analyses.`;
    case 'canary':
      return `${fresh} has ${moved} % of ${share} % of the analyses; step ${step + 1} of ${steps.length}.`;
    case 'draining':
      return `${old} ends what it works on.`;
    case 'keeping':
      return old === null
        ? `${fresh} has its share; a rollback gives that back to who had it before.`
        : `${fresh} has taken over; ${old} is kept for a rollback.`;
    case 'retiring':
      return `${fresh} has taken over; the old one is being ended.`;
    case 'going_back':
      return `It goes back${why}.`;
    case 'over':
      if (outcome === 'deployed') return `${fresh} has taken over.`;
      return outcome === 'rolled_back'
        ? `The new server was not taken${why}; it is as it was.`
        : `The new server was not taken${why}, and it is not as it was.`;
  }
}
