import { basename, dirname, parse, resolve } from 'node:path';

/** One more idea of a name per step, until no two inputs have the same. */
const STEPS: readonly ((folder: string, file: string) => string)[] = [
  (_folder, file) => parse(file).name,
  (folder, file) => `${folder}-${parse(file).name}`,
  (folder, file) => `${folder}-${file}`,
];

/**
 * A file name for each input's annotated image: no two the same, also where a file system does not tell A from a, and
 * none that `taken` knows. Inputs of the same name get their folder in front, else a number.
 */
export function imageNames(inputs: readonly string[], taken: (name: string) => boolean = () => false): string[] {
  const parts = inputs.map(partsOf);
  const at = (step: number) => parts.map(({ folder, file }) => STEPS[step]?.(folder, file) ?? file);
  const levels = STEPS.map((_, step) => at(step));
  const used = new Set<string>();
  return inputs.map((_, i) => {
    const alone = levels.find((names) => names.filter((name) => same(name, names[i] ?? '')).length === 1);
    const stem = safe((alone ?? levels[1])?.[i] ?? '') || 'image';
    for (let n = 1; ; n += 1) {
      const name = `${stem}${n === 1 ? '' : `-${n}`}.annotated.jpg`;
      if (used.has(folded(name)) || taken(name)) continue;
      used.add(folded(name));
      return name;
    }
  });
}

function partsOf(input: string): { folder: string; file: string } {
  const url = URL.canParse(input) && /^https?:/i.test(input) ? new URL(input) : null;
  const path = url ? `/${url.hostname}${url.pathname}` : resolve(input);
  return { folder: basename(dirname(path)), file: basename(path) };
}

const folded = (name: string) => name.normalize('NFC').toLowerCase();
const same = (a: string, b: string) => folded(a) === folded(b);

// biome-ignore lint/suspicious/noControlCharactersInRegex: no file system takes them all
const safe = (name: string) => name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_');
