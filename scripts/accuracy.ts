import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SIZE_PRIORS } from '../src/scene/size-priors.ts';
import { desk60Report } from '../tests/scene/truth/desk60.ts';
import { coverage, METHODS, type Outcome, outcomes, photo } from '../tests/scene/truth/methods.ts';
import {
  RENDERED_METHODS,
  rendered,
  renderedOutcomes,
  renderedScenes,
  renderedSupports,
} from '../tests/scene/truth/rendered.ts';

/**
 * Prints the tables of docs/accuracy.md; with --write puts them between the document's markers.
 *   node scripts/accuracy.ts [--photos 300] [--write]
 */
const { values } = parseArgs({
  options: { photos: { type: 'string', default: '300' }, write: { type: 'boolean', default: false } },
});
const photos = Number(values.photos);
const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
const mm = (x: number) => x.toFixed(1);

function row(name: string, noise: number, pictures: number, list: readonly Outcome[]): string {
  const c = coverage(list);
  const sigma = [c.medianSigma, c.medianError, c.bias].map(mm).join(' | ');
  return `| ${name} | ${100 * noise} % | ${pictures} | ${c.n} | ${percent(c.covered)} | ${sigma} |`;
}

const HEAD = [
  '| method | box noise | pictures | distances | inside the 90 % interval | median stated sigma, mm | median error, mm | median shift, mm |',
  '|---|---|---|---|---|---|---|---|',
];

function simulated(): string[] {
  const rows = METHODS.flatMap((method) =>
    [0.02, 0.05].map((noise) => {
      const list: Outcome[] = [];
      let pictures = 0;
      for (let seed = 0; seed < photos; seed++) {
        const p = photo(seed, method, noise);
        if (p === null) continue;
        pictures++;
        list.push(...outcomes(p));
      }
      return row(method, noise, pictures, list);
    }),
  );
  return [...HEAD, ...rows];
}

function renderings(): { distances: string[]; supports: string[] } {
  const scenes = renderedScenes();
  const all = RENDERED_METHODS.map((method) => ({
    method,
    made: scenes.flatMap((t) => rendered(t, method, 0.02) ?? []),
  }));
  const distances = all.map(({ method, made }) => row(method, 0.02, made.length, made.flatMap(renderedOutcomes)));
  const said = all.flatMap(({ made }) => made.flatMap(renderedSupports));
  const bins = [0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.001];
  const supports = bins.slice(1).map((high, i) => {
    const low = bins[i]!;
    const list = said.filter((s) => s.probability >= low && s.probability < high);
    return `| ${low} to ${Math.min(1, high)} | ${list.length} | ${percent(list.filter((s) => s.truth).length / list.length)} |`;
  });
  return {
    distances: [...HEAD, ...distances],
    supports: ['| stated probability of standing on it | cases | true |', '|---|---|---|', ...supports],
  };
}

function priors(): string[] {
  const text = (n: { mean: number; sd: number }) => `${n.mean.toFixed(0)} ± ${n.sd.toFixed(0)}`;
  const rows = Object.entries(SIZE_PRIORS).flatMap(([name, kinds]) =>
    kinds.map((k) => {
      const size =
        k.shape === 'round'
          ? `diameter ${text(k.diameter)}, height ${text(k.height)}, base ${k.foot.join('-')} of the diameter`
          : k.shape === 'slab'
            ? `${text(k.width)} x ${text(k.depth)}, ${k.thickness.join('-')} high`
            : k.shape === 'laptop'
              ? `width ${text(k.width)}, base depth ${k.depthRatio.join('-')} of it, lid ${text(k.lid)} degrees`
              : k.shape === 'block'
                ? `${text(k.width)} thick, ${text(k.height)} high, depth ${k.depthRatio.join('-')} of the height`
                : `panel ${text(k.width)} x ${text(k.panelHeight)}, stand ${k.standWidth.join('-')} x ${k.standDepth.join('-')}`;
      return `| ${name} | ${k.kind} | ${percent(k.share)} | ${size} | ${k.source} |`;
    }),
  );
  return ['| class | kind | share | mm, mean ± one sigma | source |', '|---|---|---|---|---|', ...rows];
}

const assets = resolve(process.env.H200_TEST_ASSETS ?? new URL('../../shared', import.meta.url).pathname);
const file = resolve(assets, 'photos/desk60/expected_dets.json');
const { distances, supports } = renderings();
const parts: Record<string, string[]> = {
  priors: priors(),
  simulated: simulated(),
  rendered: distances,
  supports,
  ...(existsSync(file) && { desk60: desk60Report(resolve(assets, 'photos/desk60')) }),
};

if (values.write) {
  const doc = new URL('../docs/accuracy.md', import.meta.url);
  let text = readFileSync(doc, 'utf8');
  for (const [name, lines] of Object.entries(parts)) {
    const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [i, j] = [text.indexOf(from), text.indexOf(to)];
    if (i < 0 || j < i) throw new Error(`docs/accuracy.md has no place for ${name}`);
    text = `${text.slice(0, i + from.length)}\n${lines.join('\n')}\n${text.slice(j)}`;
  }
  writeFileSync(doc, text);
} else {
  for (const [name, lines] of Object.entries(parts)) console.log(`\n## ${name}\n${lines.join('\n')}`);
}
