import { type Ref, ref } from 'vue';
import type { useI18n } from 'vue-i18n';
import { type LiveMessage, useLive } from '../../live/live.ts';
import type { Dashboard } from './figures.ts';

export interface Entry {
  readonly id: string;
  readonly time: string;
  readonly icon: string;
  readonly tone: 'plain' | 'bad';
  readonly text: string;
  readonly analysisId: string | null;
}

type Analysis = Dashboard['recent_activity'][number];
type Translate = ReturnType<typeof useI18n>['t'];
const MOST = 30;
const BAD_EVENTS = new Set(['rule_broken', 'camera_lost', 'camera_moved']);

export function ofAnalysis(analysis: Analysis, t: Translate): Entry {
  const { analysis_id: id, timestamp, mugs, findings } = analysis;
  return {
    id,
    time: timestamp,
    icon: findings.violated > 0 ? 'i-lucide-circle-x' : 'i-lucide-scan-search',
    tone: findings.violated > 0 ? 'bad' : 'plain',
    text: [
      t('overview.mugs', mugs),
      ...(['violated', 'uncertain'] as const).flatMap((verdict) =>
        findings[verdict] > 0 ? [t(`overview.${verdict}`, findings[verdict])] : [],
      ),
    ].join(' · '),
    analysisId: id,
  };
}

/** What is told while the page is open, newest first. */
export function useTold(t: Translate): Ref<Entry[]> {
  const told = ref<Entry[]>([]);
  const hear = (message: LiveMessage) => {
    const entry = entryOf(message, t);
    if (entry !== null) told.value = [entry, ...told.value].slice(0, MOST);
  };
  useLive('activity', hear);
  useLive('alerts', hear);
  return told;
}

function entryOf({ data, timestamp }: LiveMessage, t: Translate): Entry | null {
  const id = String(data.event_id ?? timestamp);
  const entry = (icon: string, text: string, tone: Entry['tone'] = 'plain'): Entry => ({
    id,
    time: timestamp,
    icon,
    tone,
    text,
    analysisId: null,
  });
  switch (data.type) {
    case 'positioning_analyzed': {
      const told = ofAnalysis(data.analysis as Analysis, t);
      return typeof data.camera === 'string' ? { ...told, text: `${data.camera}: ${told.text}` } : told;
    }
    case 'rule_changed':
      return entry(
        'i-lucide-scale',
        t(`overview.rule.${String(data.action)}`, { name: String(data.name ?? data.rule_id) }),
      );
    case 'analyses_deleted':
      return entry('i-lucide-trash-2', t('overview.deleted', { count: (data.analysis_ids as unknown[]).length }));
    case 'batch_completed':
      return entry(
        'i-lucide-images',
        t('overview.batch', { successful: Number(data.successful), failed: Number(data.failed) }),
      );
    case 'error_occurred':
      return entry('i-lucide-triangle-alert', `${String(data.code)}: ${String(data.message)}`, 'bad');
    case 'camera_event': {
      const { kind } = data.event as { kind: string };
      const rule = typeof data.rule === 'string' ? ` · ${data.rule}` : '';
      const text = `${String(data.camera)}: ${t(`overview.cameraEvent.${kind}`)}${rule}`;
      return entry('i-lucide-cctv', text, BAD_EVENTS.has(kind) ? 'bad' : 'plain');
    }
    case 'server_event':
      return entry(
        'i-lucide-server',
        `${String(data.name)}: ${String(data.message)}`,
        data.severity === 'error' || data.severity === 'critical' ? 'bad' : 'plain',
      );
    case 'system_alert':
      return entry(
        'i-lucide-bell',
        `${String(data.part)}: ${String(data.message)}`,
        data.severity === 'success' || data.severity === 'info' ? 'plain' : 'bad',
      );
    default:
      return null;
  }
}
