/** What detectors call these fields. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  label: 'class',
  class_name: 'class',
  category: 'class',
  box: 'bbox',
  bounding_box: 'bbox',
  score: 'confidence',
};

/** A detection under our names. Where two names give the same field both stay, and the schema refuses the stranger. */
export function namedDetection(given: unknown): unknown {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  const taken = new Set(Object.keys(given));
  const entries = Object.entries(given).map(([name, value]): [string, unknown] => {
    const ours = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name]! : name;
    if (ours === name || taken.has(ours)) return [name, value];
    taken.add(ours);
    return [ours, value];
  });
  return Object.fromEntries(entries);
}
