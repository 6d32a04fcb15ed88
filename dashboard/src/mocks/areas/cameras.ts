import type { Camera, Heat, Status, Timeline } from '../../pages/cameras/watched/watched.ts';
import { on, refused } from '../mock.ts';
import { DESK_PICTURE } from './stored-desks.ts';

const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const camera = (given: Partial<Camera> & Pick<Camera, 'camera_id' | 'name'>): Camera => ({
  ...{ state: 'watching', trouble: null, last_picture_at: null, broken: 0 },
  source: { kind: 'snapshot', address: `https://cameras.example/${given.name}.jpg` },
  calibration_id: 'cal_1',
  interval_s: 10,
  time_zone: 'Europe/Berlin',
  active_hours: null,
  privacy_zones: [],
  enabled: true,
  hold_s: 20,
  clear_s: 20,
  rule_ids: null,
  context: null,
  picture_every_s: 300,
  retention_days: 30,
  summary_at: null,
  created_at: at(-10_000),
  updated_at: at(-10_000),
  ...given,
});

const NO_COUNTS = { pictures: 0, analysed: 0, unchanged: 0, unusable: 0, missed: 0, failed: 0 };
const COUNTS = { pictures: 2340, analysed: 61, unchanged: 2271, unusable: 2, missed: 4, failed: 2 };
const CORNER: Camera['privacy_zones'][number] = [
  [0.7, 0],
  [1, 0],
  [1, 0.25],
  [0.7, 0.25],
];
const event = (
  minutes: number,
  kind: Status['last_events'][number]['kind'],
  reason: string,
): Status['last_events'][number] => ({
  event_id: `wev_${String(-minutes).padStart(24, '0')}`,
  kind,
  camera: 'window',
  at: at(minutes),
  since: at(minutes - 1),
  until: kind === 'rule_mended' ? at(minutes) : null,
  rule_id: kind.startsWith('rule') ? 'rule_1' : null,
  rule: kind.startsWith('rule') ? 'Laptop Safety Distance' : null,
  objects: [{ track_id: 'mug-3', class: 'mug' }],
  evidence: { reason, measured_mm: null, required_mm: null, seen_s: 20, unseen_s: 0 },
  analysis_id: kind === 'rule_broken' ? 'ana_1' : null,
});

const idle = (one: Camera, state: Status['state']): Status => ({
  camera_id: one.camera_id,
  name: one.name,
  state,
  trouble: null,
  last_picture_at: null,
  calibration: 'unknown',
  view_shift: null,
  time_zone: 'Europe/Berlin',
  pending: [],
  objects: [],
  broken: [],
  today: NO_COUNTS,
  last_events: [],
});

function statusOf(one: Camera): Status {
  if (!one.enabled) return idle(one, 'off');
  if (one.name === 'door')
    return { ...idle(one, 'moved'), calibration: 'moved', view_shift: 0.012, last_picture_at: at(-1), today: COUNTS };
  if (one.name !== 'window') return idle(one, 'waiting');
  const rule = { rule_id: 'rule_1', rule: 'every mug keeps at least 100 mm from every laptop' };
  return {
    ...idle(one, 'watching'),
    last_picture_at: at(-0.1),
    calibration: 'holds',
    view_shift: 0.001,
    broken: [
      { ...rule, since: at(-4), objects: ['mug-3', 'laptop-1'], reason: '58 ± 8 mm apart; 100 mm are required' },
    ],
    today: COUNTS,
    last_events: [
      event(-4, 'rule_broken', '58 ± 8 mm apart; 100 mm are required'),
      event(-5, 'object_moved', 'mug-3 was moved by 74 ± 9 mm'),
      event(-180, 'rule_mended', '140 ± 8 mm apart'),
      event(-240, 'object_entered', 'mug-3 stands on the table'),
    ],
  };
}

const timeline = (): Timeline => ({
  from: at(-1440),
  to: at(0),
  rules: [
    {
      rule_id: 'rule_1',
      rule: 'every mug keeps at least 100 mm from every laptop',
      broken: 3,
      broken_s: 5040,
      unseen_s: 0,
      spans: [
        { objects: ['mug-1', 'laptop-1'], from: at(-1200), to: at(-1150) },
        { objects: ['mug-3', 'laptop-1'], from: at(-210), to: at(-180) },
        { objects: ['mug-3', 'laptop-1'], from: at(-4), to: null },
      ],
    },
    {
      rule_id: 'rule_2',
      rule: 'every mug stands on a coaster',
      broken: 1,
      broken_s: 600,
      unseen_s: 120,
      spans: [{ objects: ['mug-2'], from: at(-700), to: at(-690) }],
    },
  ],
  days: [],
});

const CELL = 25;
const heat = (): Heat => {
  const cells = Array.from({ length: 90 }, (_, i): [number, number, number] => {
    const [x, y] = [(i % 15) - 7, Math.floor(i / 15) - 3];
    return [CELL * (x + 10), CELL * (y + 12), Math.round(40_000 * Math.exp(-(x * x) / 14 - (y * y) / 4))];
  }).filter(([, , seconds]) => seconds > 200);
  const total_s = cells.reduce((sum, [, , seconds]) => sum + seconds, 0);
  return { from: at(-10_080), to: at(0), cell_mm: CELL, cells, cells_not_listed: 0, total_s };
};

export function mockArea(): void {
  const all = [
    camera({ camera_id: 'cam_window', name: 'window', privacy_zones: [CORNER] }),
    camera({ camera_id: 'cam_door', name: 'door' }),
    camera({
      camera_id: 'cam_shelf',
      name: 'shelf',
      enabled: false,
      source: { kind: 'folder', address: '/srv/shelf' },
    }),
  ];
  const found = (id = '') => all.find(({ camera_id }) => camera_id === id);
  const none = () => refused(404, 'CAMERA_001', 'There is no such camera.', 'List them: it may be removed.');
  const told = (id: string | undefined, tell: (one: Camera) => unknown) => {
    const one = found(id);
    return one === undefined ? none() : { body: tell(one) };
  };
  on('GET /api/v1/cameras', () => ({ body: all }));
  on('GET /api/v1/cameras/:camera/status', ({ params }) => told(params.camera, statusOf));
  on('GET /api/v1/cameras/:camera/timeline', ({ params }) =>
    told(params.camera, ({ name }) => ({ ...timeline(), ...(name !== 'window' && { rules: [] }) })),
  );
  on('GET /api/v1/cameras/:camera/heatmap', ({ params }) =>
    told(params.camera, ({ name }) => ({ ...heat(), ...(name !== 'window' && { cells: [], total_s: 0 }) })),
  );
  on('GET /api/v1/cameras/:camera/snapshot', async () => ({ body: await (await fetch(DESK_PICTURE)).blob() }));
  on('POST /api/v1/cameras/test', () => ({
    body: { ok: true, reason: null, width: 960, height: 720, taken_at: at(0), took_ms: 84 },
  }));
  on('POST /api/v1/cameras', ({ body }) => {
    const made = camera({ ...(body as Camera), camera_id: `cam_${all.length + 1}` });
    all.unshift(made);
    return { status: 201, body: made };
  });
  on('PATCH /api/v1/cameras/:camera', ({ params, body }) =>
    told(params.camera, (one) => Object.assign(one, body as Partial<Camera>)),
  );
  on('POST /api/v1/cameras/:camera/confirm', ({ params }) => told(params.camera, (one) => one));
  on('DELETE /api/v1/cameras/:camera', ({ params }) =>
    told(params.camera, (one) => {
      all.splice(all.indexOf(one), 1);
      return { camera: one.camera_id, deleted: true };
    }),
  );
}
