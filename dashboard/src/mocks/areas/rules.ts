import type { Reading, Rule, Statistics, Version } from '../../pages/rules/rules.ts';
import { on, pushLive, refused } from '../mock.ts';

const NOW = new Date().toISOString();

function rule(id: string, text: string, name: string, priority: number, mm: number): Rule {
  return {
    rule_id: id,
    name,
    type: 'distance',
    conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: mm, unit: 'mm' }],
    actions: [],
    priority,
    context: null,
    text,
    canonical: `every mug keeps at least ${mm} mm from every laptop`,
    assumptions: [],
    source: 'grammar',
    enabled: true,
    version: 2,
    created_at: NOW,
    updated_at: NOW,
    created_by: 'local',
    scope: 'mine',
  };
}

let rules: Rule[] = [];
let removed: { rule_id: string; removed_at: string; removed_by: string; reason: string | null; rule: Rule }[] = [];

/** Words that the mocked mode understands: a distance in inches, millimetres or none, and mugs and laptops. */
function reading(text: string): Reading | readonly string[] {
  const unknown = text.match(/\b(flurbs?|keybord)\b/gi) ?? [];
  if (unknown.length > 0) return unknown;
  const inches = Number(/(\d+(?:\.\d+)?) inch/.exec(text)?.[1] ?? Number.NaN);
  const mm = Number.isNaN(inches) ? Number(/(\d+) mm/.exec(text)?.[1] ?? 150) : inches * 25.4;
  const { rule_id: _, enabled: __, version: ___, ...draft } = rule('draft', text, 'Laptop Safety Distance', 8, mm);
  const vague = !/\d/.test(text);
  const first = rules[0];
  const contrary = /at most/.test(text) && first !== undefined;
  return {
    ...draft,
    assumptions: vague ? ['"away from" was read as at least 150 mm'] : [],
    validation: { is_valid: true, issues: [], warnings: [] },
    conflicts: contrary
      ? [
          {
            kind: 'contradiction',
            rule_ids: ['draft', first.rule_id],
            sentences: [draft.canonical, first.canonical],
            explanation: 'a mug and a laptop would have to be apart and together at once',
            counter_example: {
              width_mm: 1600,
              depth_mm: 800,
              objects: [
                { object: 'mug-1', x: 300, y: 300 },
                { object: 'laptop-1', x: 800, y: 400 },
              ],
            },
          },
        ]
      : [],
  } as Reading;
}

const STATISTICS: Omit<Statistics, 'rule_id'> = {
  total_evaluations: 40,
  violations: 10,
  uncertain: 2,
  violation_rate: 0.25,
  last_executed: NOW,
  avg_execution_time_ms: 0.4,
  avg_execution_time_reason: null,
};
const notThere = () => refused(404, 'RULES_001', 'There is no rule with this id.', 'List the rules to see the ids.');

export function mockArea(): void {
  removed = [];
  rules = [
    rule('rule_mocked1', 'Keep mugs at least 6 inches away from laptops', 'Laptop Safety Distance', 8, 152.4),
    {
      ...rule('rule_mocked2', 'Keep mugs 80 mm away from laptops', 'Small Distance', 3, 80),
      enabled: false,
      scope: 'everyone',
    },
  ];
  const found = (id: string | undefined) => rules.find(({ rule_id }) => rule_id === id);

  on('GET /api/v1/rules', () => ({ body: rules }));
  on('GET /api/v1/rules/conflicts', () => ({ body: { total: 0, conflicts: [] } }));
  on('GET /api/v1/rules/export', () => ({ body: { version: 1, rules } }));
  on('POST /api/v1/rules/import', () => ({ body: { created: 1, updated: 0 } }));
  on('POST /api/v1/rules/validate', ({ body }) => {
    const read = reading((body as { text: string }).text);
    if (!Array.isArray(read)) return { body: read };
    const suggestions = ['Keep mugs away from the keyboard'];
    return refused(
      422,
      'RULES_004',
      `These words are not understood: "${read.join('", "')}".`,
      `Try: ${suggestions[0]}`,
      {
        unknown: read,
        suggestions,
        question: null,
      },
    );
  });
  on('POST /api/v1/rules/natural-language', ({ body }) => {
    const given = body as { text: string; priority?: number };
    const made = {
      ...rule(`rule_mocked${rules.length + 1}`, given.text, 'New rule', given.priority ?? 8, 200),
      version: 1,
    };
    rules = [...rules, made];
    pushLive({
      type: 'activity',
      topic: 'activity',
      data: { type: 'rule_changed', event_id: made.rule_id, rule_id: made.rule_id, action: 'created', name: made.name },
    });
    return { status: 201, body: made };
  });
  on('PATCH /api/v1/rules/:rule_id', ({ params, body }) => {
    const before = found(params.rule_id);
    if (before === undefined) return notThere();
    const after = { ...before, ...(body as Partial<Rule>), version: before.version + 1 };
    rules = rules.map((one) => (one === before ? after : one));
    return { body: after };
  });
  on('DELETE /api/v1/rules/:rule_id', ({ params }) => {
    const gone = found(params.rule_id);
    if (gone !== undefined) {
      const { rule_id } = gone;
      removed = [{ rule_id, removed_at: NOW, removed_by: 'local', reason: null, rule: gone }, ...removed];
      rules = rules.filter((one) => one !== gone);
    }
    return { body: { rule_id: params.rule_id, deleted: true } };
  });
  on('GET /api/v1/rules/removed', () => ({ body: removed }));
  on('POST /api/v1/rules/:rule_id/restore', ({ params }) => {
    const back = removed.find(({ rule_id }) => rule_id === params.rule_id);
    if (back !== undefined) {
      removed = removed.filter((one) => one !== back);
      rules = [...rules, back.rule];
    }
    return { body: found(params.rule_id) };
  });
  on('GET /api/v1/rules/:rule_id/statistics', ({ params }) => ({ body: { rule_id: params.rule_id, ...STATISTICS } }));
  on('GET /api/v1/rules/:rule_id/history', ({ params }) => {
    const now = found(params.rule_id) ?? removed.find(({ rule_id }) => rule_id === params.rule_id)?.rule;
    if (now === undefined) return notThere();
    const version = (number: number, action: Version['action'], of: Rule): Version => ({
      version: number,
      action,
      rule: of,
      changes: [],
      user_id: 'local',
      reason: null,
      created_at: NOW,
    });
    return {
      body: {
        rule_id: now.rule_id,
        versions: [version(1, 'created', { ...now, priority: 5 }), version(2, 'updated', now)],
        unreadable: [],
      },
    };
  });
  on('POST /api/v1/rules/:rule_id/test', ({ params }) => ({
    body: {
      rule_id: params.rule_id,
      canonical: found(params.rule_id)?.canonical,
      verdict: 'violated',
      counts: { satisfied: 0, violated: 1, uncertain: 0, not_applicable: 0 },
      verdicts: [
        {
          verdict: 'violated',
          reason: 'mug-1 is too close to laptop-1: between 4 and 11 cm apart, needs at least 15 cm',
        },
      ],
      violations: [],
      adjustments: [
        {
          object_id: 'mug-1',
          type: 'move_right',
          distance_mm: 296.2,
          vector_px: [235, -49],
          reason: 'Too close to laptop',
          verified: true,
        },
      ],
      mm_per_pixel: null,
      calibration_reason: null,
      processing_time_ms: 30,
    },
  }));
  on('GET /api/v1/search', () => ({
    body: {
      results: [{ analysis_id: 'ana_mocked1', why: ['violated: mug-1 is too close to laptop-1'] }],
      order: 'newest',
      next_cursor: null,
    },
  }));
}
