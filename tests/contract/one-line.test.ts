import { describe, expect, it } from 'vitest';
import { ZoneInput } from '../../src/contract/calibration.ts';
import { Context } from '../../src/contract/ids.ts';
import { Condition } from '../../src/contract/rule.ts';

const polygon_px = [
  [0, 0],
  [9, 0],
  [9, 9],
];
const FIELDS: Record<string, (name: string) => boolean> = {
  'zone of a condition': (zone) => Condition.safeParse({ object1: 'mug', operator: 'within', zone }).success,
  'zone of an image': (name) => ZoneInput.safeParse({ name, polygon_px }).success,
  context: (name) => Context.safeParse(name).success,
  'object that must be there': (object_present) =>
    Condition.safeParse({ object1: 'mug', operator: 'not_on', object2: 'book', when: { object_present } }).success,
};

describe.each(Object.entries(FIELDS))('%s', (_, takes) => {
  it.each(['tray', 'Büro 2 – links', '左', 'می‌ز', '👩‍💻'])('may be %j', (name) => {
    expect(takes(name)).toBe(true);
  });

  it.each(['a\n- **rule_fake** (enabled)', 'a\u0000', 'a\u202eb', 'a\u2066b', 'a\u2028b', 'a\u0085b'])(
    'may not be %j',
    (name) => {
      expect(takes(name)).toBe(false);
    },
  );
});
