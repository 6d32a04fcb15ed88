import { listItem } from '../contract/analysis-list-item.ts';
import type { OutgoingEvent, Severity } from '../contract/notification.ts';
import { isRequestRule } from '../contract/request-rule.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { WatchEventKind } from '../contract/watch.ts';
import { shortfallRatio } from '../placement/safety-score.ts';
import type { BusEvent } from '../ports/bus.ts';
import { moveText } from './move-text.ts';

/** Rules and moves of one analysis that a message tells of; the rest is in the analysis. */
const MOST = 50;
/** Pairs of one rule. */
const MOST_PAIRS = 5;
const MOST_WARNINGS = 5;

/** An event as it leaves the house; null: nobody outside is told. Priorities are those of the manual: 10 is a safety alert. */
export function outgoing(event: BusEvent): OutgoingEvent | null {
  const what = contentOf(event);
  if (what === null) return null;
  const { id: event_id, type: event_type, time: timestamp, owner } = event;
  return { event_id, event_type, timestamp, owner, severity: what.severity, data: what.data };
}

interface Content {
  readonly severity: Severity;
  readonly data: Record<string, unknown>;
}

function contentOf(event: BusEvent): Content | null {
  switch (event.type) {
    case 'positioning_analyzed':
      return analysed(event);
    case 'mug_detected':
      return { severity: 'info', data: { analysis_id: event.analysis_id, count: event.count } };
    case 'rule_triggered': {
      const { analysis_id, rule_id, name, priority, reason } = event;
      return { severity: severityOfRule(priority), data: { analysis_id, rule_id, name, priority, reason } };
    }
    case 'rule_changed':
      return {
        severity: 'info',
        data: { rule_id: event.rule_id, action: event.action, name: event.name ?? null, text: event.text ?? null },
      };
    case 'analyses_deleted':
      return { severity: 'info', data: { analysis_ids: event.analysis_ids } };
    case 'batch_completed': {
      const { batch_id, successful, failed } = event;
      return { severity: failed > 0 ? 'warning' : 'success', data: { batch_id, successful, failed } };
    }
    case 'error_occurred':
      return { severity: 'error', data: { code: event.code, message: event.message } };
    case 'model_updated':
      return { severity: 'info', data: { model: event.model, previous: event.previous } };
    case 'system_alert':
      return { severity: event.severity, data: { part: event.part, message: event.message } };
    case 'server_event': {
      const { event: what, server_id, server_type, name, message, deployment } = event;
      const data = { event: what, server_id, server_type, name, message, ...(deployment && { deployment }) };
      return { severity: event.severity, data };
    }
    case 'camera_event':
      return cameraEvent(event);
    case 'camera_summary': {
      const { camera_id, camera, summary } = event;
      return { severity: 'info', data: { ...summary, camera_id, camera } };
    }
    case 'camera_changed':
    case 'job_changed':
      return null;
  }
}

function cameraEvent({
  camera_id,
  camera,
  time_zone,
  event,
  rule,
  priority,
  move,
}: BusEvent & { type: 'camera_event' }): Content {
  const { event_id: _, camera: __, ...what } = event;
  // A broken rule is as severe over a camera as on a photo that was sent.
  const ofRule = event.kind === 'rule_broken' && priority !== null ? severityOfRule(priority) : undefined;
  const severity = ofRule ?? CAMERA_SEVERITY[event.kind] ?? 'info';
  return { severity, data: { camera_id, camera, ...(time_zone && { time_zone }), rule, priority, move, ...what } };
}

const CAMERA_SEVERITY: Readonly<Partial<Record<WatchEventKind, Severity>>> = {
  rule_broken: 'warning',
  rule_mended: 'success',
  camera_moved: 'warning',
  camera_lost: 'warning',
  camera_back: 'success',
};

export const severityOfRule = (priority: number): Severity =>
  priority >= 10 ? 'critical' : priority >= 7 ? 'warning' : 'info';

function analysed({ analysis, outcomes, calibration_id }: BusEvent & { type: 'positioning_analyzed' }): Content {
  const stored = outcomes.filter(({ rule_id, verdict }) => !isRequestRule(rule_id) && verdict !== 'not_applicable');
  const broken = stored.filter(({ verdict }) => verdict === 'violated');
  const listed = [...broken, ...stored.filter(({ verdict }) => verdict !== 'violated')];
  return {
    severity: broken.length > 0 ? 'warning' : 'info',
    data: {
      ...listItem(analysis),
      calibration_id,
      summary: analysis.feedback?.summary ?? null,
      rules: listed.slice(0, MOST).map((one) => ({ ...one, ...pairs(one.rule_id, analysis.rules) })),
      rules_not_listed: Math.max(0, listed.length - MOST),
      moves: (analysis.positioning?.adjustments_needed ?? []).slice(0, MOST).map((move, at) => ({
        object_id: move.object_id,
        type: move.type,
        distance_mm: move.distance_mm,
        text: moveText(analysis, at),
        verified: move.verified,
        rule_ids: move.rule_ids,
      })),
      why_not: analysis.positioning?.infeasible?.explanation ?? null,
      safety_score: analysis.positioning?.safety_score ?? null,
      warnings: analysis.warnings.slice(0, MOST_WARNINGS),
    },
  };
}

/** Which pairs break a rule, the worst first, as the summary has them; empty where it is not broken. */
function pairs(rule_id: string, verdicts: readonly Verdict[]) {
  const broken = verdicts
    .filter((one) => one.rule_id === rule_id && one.verdict === 'violated')
    .sort((a, b) => shortfallRatio(b) - shortfallRatio(a));
  if (broken.length === 0) return {};
  return {
    broken_by: broken.slice(0, MOST_PAIRS).map(({ objects, reason }) => ({ objects, reason })),
    broken_by_not_listed: Math.max(0, broken.length - MOST_PAIRS),
  };
}
