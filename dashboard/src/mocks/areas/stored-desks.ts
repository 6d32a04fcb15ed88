import { on, refused } from '../mock.ts';

/** A made-up desk: a mug 60 mm from a laptop, and a rule that wants 100. */
const WIDTH = 960;
const HEIGHT = 720;
const LAPTOP: readonly [number, number, number, number] = [420, 180, 760, 470];
const MUG: readonly [number, number, number, number] = [250, 330, 350, 470];
const SCALE = 0.8;

export const DESK_PICTURE = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="960" height="720" fill="#b8946a"/><path d="M0 600h960v120H0z" fill="#6b5138"/><path d="M420 180h340l30 290H390z" fill="#30343b"/><path d="M450 200h280l8 150H440z" fill="#5f7fa6"/><ellipse cx="300" cy="440" rx="48" ry="26" fill="#d8d3cc"/><rect x="252" y="340" width="96" height="100" fill="#ece8e1"/><ellipse cx="300" cy="340" rx="48" ry="24" fill="#3b2417"/></svg>`,
)}`;

type Box = [number, number, number, number];
const shifted = (box: readonly number[], dx: number, dy: number) => box.map((v, i) => v + (i % 2 ? dy : dx)) as Box;
const ring = (cx: number, cy: number, rx: number, ry: number) =>
  Array.from({ length: 24 }, (_, i) => [
    cx + rx * Math.cos((i * Math.PI) / 12),
    cy + ry * Math.sin((i * Math.PI) / 12),
  ]);

function object(id: string, name: string, bbox: Box, x: number, y: number) {
  const position = {
    x: (bbox[0] + bbox[2]) / 2,
    y: (bbox[1] + bbox[3]) / 2,
    distance_to_edge: 90,
    edge_reference: 'image' as const,
    x_mm: x,
    y_mm: y,
    uncertainty_mm: 6.2,
    measured_from: 'outline' as const,
    distance_to_edge_mm: 140,
  };
  return { id, class: name, confidence: 0.93, bbox, position };
}

export function mockAnalysis(id: string, dx = 0, dy = 0, time = '2026-11-27T09:30:00.000Z') {
  const mug = object('mug-1', 'mug', shifted(MUG, dx, dy), (300 + dx) * SCALE, (440 + dy) * SCALE);
  const laptop = object('laptop-1', 'laptop', [...LAPTOP], 472, 376);
  const measured = Math.max(0, (LAPTOP[0] - 24 - (348 + dx)) * SCALE);
  const verdict = measured < 92 ? 'violated' : measured > 108 ? 'satisfied' : 'uncertain';
  const count = (kind: string) => (kind === verdict ? 1 : 0);
  const move = {
    object_id: 'mug-1',
    type: 'move_left' as const,
    distance_mm: 78,
    vector_mm: [-78, 0] as [number, number],
    vector_px: [-97.5, 0] as [number, number],
    reason: 'too close to laptop-1',
    rule_ids: ['rule_1'],
    verified: true,
  };
  return {
    analysis_id: id,
    timestamp: time,
    image: { width: WIDTH, height: HEIGHT, sha256: 'a'.repeat(64) },
    model: { name: 'desk-detector', version: '1', threshold: 0.4, provider: 'cpu', box_noise: 0.05 },
    detections: [mug],
    objects: [mug, laptop],
    calibration: {
      method: 'marker' as const,
      source: 'reference_object' as const,
      mm_per_pixel: SCALE,
      mm_per_pixel_range: null,
      relative_uncertainty: 0.021,
      residual_mm: 0.4,
      references: ['sheet'],
      assumptions: [],
      reason: null,
    },
    rules: [
      {
        rule_id: 'rule_1',
        condition: 0,
        operator: 'min_distance',
        verdict,
        objects: ['mug-1', 'laptop-1'],
        measured,
        required: 100,
        uncertainty: 8,
        margin: measured - 100,
        probability: verdict === 'satisfied' ? 0.99 : verdict === 'violated' ? 0.01 : 0.5,
        unit: 'mm' as const,
        reason: `${Math.round(measured)} ± 8 mm apart; every mug keeps at least 100 mm from every laptop`,
      },
    ],
    findings: { violated: count('violated'), uncertain: count('uncertain'), satisfied: count('satisfied') },
    positioning: {
      optimal_position: null,
      adjustments_needed: verdict === 'satisfied' ? [] : [move],
      safety_score: verdict === 'satisfied' ? 1 : 0,
      infeasible: null,
      mugs: [],
    },
    feedback: {
      summary: 'One mug.',
      recommendations: verdict === 'satisfied' ? [] : ['Move mug-1 78 mm to the left.'],
    },
    warnings: [] as string[],
    cached: false,
    processing_time_ms: 212,
  };
}

export function mockDrawing(dx = 0, dy = 0) {
  const { rules } = mockAnalysis('', dx, dy);
  const [verdict] = rules;
  const [x, y] = [348 + dx, 440 + dy];
  return {
    objects: [
      { id: 'mug-1', footprint_px: ring(300 + dx, y, 48, 26), error_px: ring(300 + dx, y, 8, 5), own_error_mm: 4.1 },
      {
        id: 'laptop-1',
        footprint_px: [
          [420, 330],
          [760, 330],
          [790, 470],
          [390, 470],
        ],
        error_px: ring(590, 400, 8, 5),
        own_error_mm: 4.1,
      },
    ],
    links: [
      {
        verdict: verdict?.verdict,
        objects: ['mug-1', 'laptop-1'],
        from: [x, y],
        to: [396, y],
        title: `${Math.round(verdict?.measured ?? 0)} ± 8 mm`,
        detail: 'min 100 mm',
        error_share: verdict?.measured ? 8 / verdict.measured : null,
      },
    ],
    zones: [],
    table: {
      reference: 'visible',
      polygon_px: [
        [10, 40],
        [950, 40],
        [950, 600],
        [10, 600],
      ],
    },
    sheet_px: null,
    homography: [SCALE, 0, 0, 0, SCALE, 0, 0, 0, 1],
  };
}

const KNOWN = /^ana_/;
/** Analyses of the list, newest first. */
export const HISTORY = Array.from({ length: 240 }, (_, i) => {
  const broken = i % 3 === 0 ? 1 : 0;
  return {
    analysis_id: `ana_${i + 1}`,
    timestamp: new Date(Date.UTC(2026, 10, 27, 9, 30) - i * 3_600_000).toISOString(),
    image: { width: WIDTH, height: HEIGHT },
    model: 'desk-detector',
    mugs: 1 + (i % 3),
    objects: 3 + (i % 5),
    findings: { violated: broken, uncertain: i % 4 === 1 ? 1 : 0, satisfied: 1 - broken, not_applicable: 0 },
  };
});

const CAMERA = {
  calibration_id: 'cal_1',
  name: 'Desk by the window',
  created_at: '2026-11-20T08:00:00.000Z',
  width: WIDTH,
  height: HEIGHT,
  method: 'homography',
  mm_per_pixel: SCALE,
  relative_uncertainty: 0.018,
  residual_mm: 0.3,
  zones: ['Coaster'],
};

export function mockArea(): void {
  const answers = new Map<string, ReturnType<typeof mockAnalysis>>();
  let next = 1000;
  const analysed = (dx = 0, dy = 0) => {
    const made = mockAnalysis(`ana_${next++}`, dx, dy, new Date().toISOString());
    answers.set(made.analysis_id, made);
    return made;
  };
  const known = (id = '') => (KNOWN.test(id) ? (answers.get(id) ?? mockAnalysis(id, id === 'ana_2' ? -60 : 0)) : null);
  const missing = () => refused(404, 'ANALYSIS_008', 'There is no such analysis.', 'List them: it may be deleted.');

  on('POST /api/v1/analyze/with-feedback', () => ({ body: analysed() }));
  on('POST /api/v1/analyze/reanalyze/:id', () => ({ body: analysed() }));
  on('GET /api/v1/analyze/history', ({ query }) => {
    const camera = query.get('calibration_id');
    if (camera !== null) return { body: camera === CAMERA.calibration_id ? HISTORY.slice(0, 3) : [] };
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 20);
    const headers = {
      'x-total-count': String(HISTORY.length),
      ...(to < HISTORY.length && { 'x-next-cursor': String(to) }),
    };
    return { body: HISTORY.slice(from, to), headers };
  });
  on('GET /api/v1/search', ({ query }) => {
    const hits = HISTORY.filter(({ findings }) => query.get('verdict') !== 'violated' || findings.violated > 0).slice(
      0,
      query.get('rule_id') ? 1 : 20,
    );
    const results = hits.map(({ analysis_id, timestamp }) => ({
      analysis_id,
      timestamp,
      headline: '1 mug · 2 other objects',
      uri: `analysis://${analysis_id}`,
      similarity: null,
      why: ['violated: 58 ± 8 mm apart'],
      same_desk: [],
    }));
    const text = query.get('text');
    return {
      body: { results, order: 'newest', next_cursor: null, ...(text && { read_as: { about: ['mug', 'laptop'] } }) },
    };
  });
  on('GET /api/v1/analyze/results/:id', ({ params }) => {
    const found = known(params.id);
    return found ? { body: found } : missing();
  });
  on('DELETE /api/v1/analyze/results/:id', ({ params }) => {
    const at = HISTORY.findIndex(({ analysis_id }) => analysis_id === params.id);
    if (at < 0) return missing();
    HISTORY.splice(at, 1);
    return { body: { deleted: 1, remaining: HISTORY.length, complete: true, dry_run: false } };
  });
  on('GET /api/v1/analyze/results/:id/scene', ({ params }) => {
    const found = known(params.id);
    if (!found) return missing();
    const dx = (found.detections[0]?.bbox[0] ?? MUG[0]) - MUG[0];
    return { body: mockDrawing(dx) };
  });
  on('POST /api/v1/analyze/results/:id/what-if', ({ params, body }) => {
    const { moves } = body as { moves: { vector_px?: number[]; vector_mm?: number[] }[] };
    const sum = (i: number) =>
      moves.reduce((all, one) => all + (one.vector_px?.[i] ?? (one.vector_mm?.[i] ?? 0) / SCALE), 0);
    return { body: { analysis: mockAnalysis(params.id ?? '', sum(0), sum(1)), drawing: mockDrawing(sum(0), sum(1)) } };
  });
  on('GET /api/v1/analyze/results/:id/link', ({ query }) => ({
    body: {
      url: query.get('of') === 'photo' ? DESK_PICTURE : 'http://localhost:8000/files/mocked',
      expires_at: new Date(Date.now() + 900_000).toISOString(),
      content_type: 'image/svg+xml',
      size_bytes: 1000,
    },
  }));
  on('GET /api/v1/analyze/results/:id/image', async () => ({ body: await (await fetch(DESK_PICTURE)).blob() }));
  on('GET /api/v1/analyze/feedback', () => ({ body: [] }));
  on('POST /api/v1/analyze/feedback', ({ body }) => ({
    status: 201,
    body: { feedback_id: 'fb_1', about: 'analysis', object_id: null, rule_id: null, ...(body as object) },
  }));
  on('GET /api/v1/calibrations', () => ({ body: [CAMERA] }));
  on('POST /api/v1/calibrations', ({ body }) => ({ status: 201, body: { ...CAMERA, ...(body as object), zones: [] } }));
  on('GET /api/v1/calibrations/:id', () => ({
    body: {
      ...CAMERA,
      homography: [0.8, 0.05, -40, 0, 1.1, -60, 0, 0.0004, 0.8],
      zone_shapes: [
        {
          name: 'Coaster',
          kind: 'coaster',
          polygon_px: [
            [120, 420],
            [220, 420],
            [230, 500],
            [110, 500],
          ],
        },
      ],
      table_corners: [
        [60, 120],
        [900, 120],
        [955, 690],
        [5, 690],
      ],
      assumptions: ['the lens does not bend straight lines'],
    },
  }));
  on('DELETE /api/v1/calibrations/:id', () => ({ body: { calibration_id: 'cal_1', deleted: true } }));
  on('POST /api/v1/calibrations/:id/measure', ({ body }) => {
    const {
      from_px,
      to_px,
      known_mm = null,
    } = body as {
      from_px: [number, number];
      to_px: [number, number];
      known_mm?: number | null;
    };
    const length = Math.hypot(to_px[0] - from_px[0], to_px[1] - from_px[1]) * SCALE;
    const difference = known_mm === null ? null : length - known_mm;
    return {
      body: {
        length_mm: length,
        uncertainty_mm: length * 0.018,
        known_mm,
        difference_mm: difference,
        agrees: difference === null ? null : Math.abs(difference) <= length * 0.018,
      },
    };
  });
  let polled = 0;
  const job = (state: string, done: number) => ({
    job_id: 'job_1',
    kind: 'export',
    state,
    progress: { done, total: 240, message: 'exported' },
    error: null,
  });
  on('GET /api/v1/export', () => {
    polled = 0;
    return { status: 202, body: job('running', 0) };
  });
  on('GET /api/v1/jobs/:id', () => {
    polled += 1;
    return { body: polled < 3 ? job('running', 80 * polled) : job('done', 240) };
  });
  on('GET /api/v1/jobs/:id/result', () => ({
    body: 'analysis_id,timestamp\r\n',
    headers: { 'content-type': 'text/csv' },
  }));
}
