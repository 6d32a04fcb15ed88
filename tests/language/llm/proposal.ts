/** What a language model answers to "mugs six inches from laptops", in the form that it is asked for. */
export const condition = {
  object1: 'mug',
  object2: 'laptop',
  operator: 'min_distance',
  value: 152.4,
  unit: 'mm',
  reference: null,
  attribute: null,
  zone: null,
  when: null,
  when_object: null,
};

export const proposal = (conditions: readonly object[] = [condition], more: object = {}): string =>
  JSON.stringify({ conditions, context: null, priority: null, incomplete: false, ...more });
