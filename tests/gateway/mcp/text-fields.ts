export const DESK = {
  size: { width: 640, height: 480 },
  calibration: { mm_per_pixel: 1 },
  detections: [
    { class: 'mug', bbox: [100, 260, 160, 330], attributes: ['hot'] },
    { class: 'laptop', bbox: [220, 160, 520, 340] },
  ],
  zones: [
    {
      name: 'mine',
      kind: 'zone',
      polygon_px: [
        [0, 0],
        [300, 0],
        [300, 400],
      ],
    },
  ],
  context: 'office',
} as const;
const CONDITION = { object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 300, unit: 'mm' };
const WITHIN = { object1: 'mug', operator: 'within', zone: 'mine', when: { object_present: 'laptop' } };

/** Calls that together hold every text field of every tool; `{rule}` and `{analysis}` are stored before. */
export const CALLS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  analyze_image: [
    { ...DESK, movable: ['mug'] },
    { image: 'desk.jpg' },
    { ...DESK, calibration: undefined, calibration_id: 'cal_none' },
  ],
  analyze_batch: [{ images: ['desk.jpg'], calibration_id: 'cal_none', context: 'office' }],
  create_rule: [
    { text: 'Keep mugs 30 cm from laptops', context: 'office', name: 'far' },
    { conditions: [CONDITION, WITHIN], name: 'typed', context: 'office' },
  ],
  update_rule: [
    { rule_id: '{rule}', text: 'Keep mugs 20 cm from laptops', name: 'near', context: 'office', reason: 'asked' },
  ],
  test_rule: [
    { ...DESK, text: 'Keep mugs inside the mine zone' },
    { image: 'desk.jpg', text: 'Keep mugs 30 cm from laptops' },
    { ...DESK, calibration: undefined, calibration_id: 'cal_none', text: 'Keep mugs 30 cm from laptops' },
  ],
  calibrate: [
    { name: 'camera', width: 640, height: 480, calibration: { mm_per_pixel: 1 }, zones: DESK.zones },
    { action: 'delete', calibration_id: 'cal_none' },
  ],
  delegate: [
    { peer: 'echo', text: 'Is it fine?', skill: 'judge' },
    { peer: 'echo', image: 'desk.jpg' },
    { peer: 'echo', analysis_id: 'ana_none' },
    { delegation_id: 'del_none' },
  ],
  control_server: [
    { action: 'start', server: 'timed', gpu_type: 'H200' },
    { action: 'deploy', server: 'timed', image: 'ghcr.io/acme/mug:1' },
  ],
  list_cameras: [{ cursor: 'W10' }],
  camera_status: [{ camera: 'desk', since: '12h' }],
  get_analysis: [{ cursor: 'W10' }],
  list_rules: [{ cursor: 'W10' }],
  list_calibrations: [{ cursor: 'W10' }],
  search_analyses: [
    {
      text: 'when was a mug last too close to a laptop?',
      objects: ['mug'],
      about: ['mug', 'laptop'],
      rule_id: '{rule}',
    },
    { objects: ['mug'], since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
    { text: 'mug', cursor: 'W10' },
    { image: 'desk.jpg' },
    { analysis_id: '{analysis}' },
  ],
  // Of nobody: nothing of ours goes.
  delete_analyses: [{ owner: 'nobody', all: true, dry_run: true }],
};

export interface Schema {
  type?: string;
  enum?: unknown;
  const?: unknown;
  pattern?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  prefixItems?: Schema[];
}
/** Paths like `.zones[].name` of all places that take any text. */
export function textFields(schema: Schema, path = ''): string[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => textFields(one, path));
  if (
    schema.type === 'string' &&
    schema.enum === undefined &&
    schema.const === undefined &&
    schema.pattern === undefined
  )
    inner.push(path);
  for (const [name, one] of Object.entries(schema.properties ?? {})) inner.push(...textFields(one, `${path}.${name}`));
  if (schema.items) inner.push(...textFields(schema.items, `${path}[]`));
  if (typeof schema.additionalProperties === 'object')
    inner.push(...textFields(schema.additionalProperties, `${path}{}`));
  return [...new Set(inner)];
}

/** Where a field like `.zones[].name` lies in these arguments. */
export function at(args: unknown, field: string): { holder: Record<string, unknown>; key: string }[] {
  const steps = field.match(/\.\w+|\[\]/g) ?? [];
  let holders: unknown[] = [args];
  for (const step of steps.slice(0, -1)) {
    holders = holders.flatMap((one) =>
      step === '[]' ? (one as unknown[]) : [(one as Record<string, unknown>)?.[step.slice(1)]],
    );
    holders = holders.filter((one) => one !== undefined && one !== null);
  }
  const last = steps.at(-1)!;
  return holders.flatMap((holder) => {
    const keys = last === '[]' ? Object.keys(holder as object) : [last.slice(1)];
    return keys
      .filter((key) => Object.hasOwn(holder as object, key))
      .map((key) => ({ holder: holder as Record<string, unknown>, key }));
  });
}
