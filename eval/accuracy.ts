import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SIZE_PRIORS } from '../src/scene/objects/size-priors.ts';
import { desk60Report } from '../tests/scene/truth/desk60.ts';
import { EDGE_SOURCES, edgeOutcomes } from '../tests/scene/truth/edges.ts';
import { measuredReport } from '../tests/scene/truth/measured.ts';
import { coverage, METHODS, type Outcome, outcomes, photo } from '../tests/scene/truth/methods.ts';
import {
  RENDERED_METHODS,
  rendered,
  renderedOutcomes,
  renderedScenes,
  renderedSupports,
} from '../tests/scene/truth/rendered.ts';
import { scaleOutcome } from '../tests/scene/truth/scale.ts';
import { imageTables } from './image-distances.ts';
import { RELIABILITY_HEAD, simulatedRows } from './reliability.ts';

/**
 * Prints the tables of docs/accuracy.md; with --write puts them between the document's markers.
 *   node eval/accuracy.ts [--photos 300] [--images] [--write]
 * --images: also the table for which the installed models look at the rendered desks, some minutes.
 */
const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '300' },
    images: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const photos = Number(values.photos);
const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
const mm = (x: number) => x.toFixed(1);

function row(name: string, noise: number, images: number, list: readonly Outcome[]): string {
  const c = coverage(list);
  const sigma = [c.medianSigma, c.medianError, c.bias].map(mm).join(' | ');
  return `| ${name} | ${100 * noise} % | ${images} | ${c.n} | ${percent(c.covered)} | ${c.sharpness.toFixed(2)} | ${sigma} |`;
}

const HEAD = [
  '| method | box noise | images | distances | inside the 90 % interval | sharpness | median stated sigma, mm | median error, mm | median shift, mm |',
  '|---|---|---|---|---|---|---|---|---|',
];

function simulated(): string[] {
  const rows = METHODS.flatMap((method) =>
    [0.02, 0.05].map((noise) => {
      const list: Outcome[] = [];
      let images = 0;
      for (let seed = 0; seed < photos; seed++) {
        const p = photo(seed, method, noise);
        if (p === null) continue;
        images++;
        list.push(...outcomes(p));
      }
      return row(method, noise, images, list);
    }),
  );
  return [...HEAD, ...rows];
}

/** Draws of the errors for each rendered image. */
const TRIALS = 5;

function renderings() {
  const scenes = renderedScenes();
  const all = RENDERED_METHODS.map((method) => ({
    method,
    made: Array.from({ length: TRIALS }, (_, k) => scenes.flatMap((t) => rendered(t, method, 0.02, k) ?? [])).flat(),
  }));
  const odd = new Set(scenes.filter((_, i) => i % 2 === 1));
  const distances = all.flatMap(({ method, made }) => {
    const other = made.filter((p) => odd.has(p.truth));
    return [
      row(method, 0.02, made.length / TRIALS, made.flatMap(renderedOutcomes)),
      row(`${method}, odd numbers only`, 0.02, other.length / TRIALS, other.flatMap(renderedOutcomes)),
    ];
  });
  const cells = all.map(({ made }) => made.flatMap(renderedOutcomes));
  const classes = [...new Set(cells.flat().map((o) => o.pair))].sort();
  const pairs = classes.map((name) => {
    const each = cells.map((list) => list.filter((o) => o.pair === name));
    const said = each.map((list) => {
      const c = coverage(list);
      return `${percent(c.covered)} | ${c.sharpness.toFixed(2)} | ${mm(c.bias)} | ${mm(c.medianSigma)}`;
    });
    return `| ${name} | ${Math.round(Math.max(...each.map((l) => l.length)) / TRIALS)} | ${said.join(' | ')} |`;
  });
  const objects = all.find(({ method }) => method === 'known objects')!.made;
  const counts = [2, 3, 4, 5].map((n) => {
    const some = objects.filter(({ scene }) => Math.min(5, scene.calibration.references.length) === n);
    const c = coverage(some.flatMap(renderedOutcomes));
    const sigmas = some.map(({ scene }) => scene.calibration.scaleSigma!).sort((a, b) => a - b);
    const sigma = percent(sigmas[Math.floor(sigmas.length / 2)]!);
    return `| ${n === 5 ? '5 and more' : n} | ${(some.length / TRIALS).toFixed(0)} | ${sigma} | ${c.n} | ${percent(c.covered)} | ${c.sharpness.toFixed(2)} |`;
  });
  const edges = EDGE_SOURCES.map((source) => {
    const made = scenes.map((t) => edgeOutcomes(t, source)).filter((list) => list.length > 0);
    return row(source, 0.02, made.length, made.flat());
  });
  const said = all.flatMap(({ made }) => made.flatMap(renderedSupports));
  const bins = [0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.001];
  const supports = bins.slice(1).map((high, i) => {
    const low = bins[i]!;
    const list = said.filter((s) => s.probability >= low && s.probability < high);
    return `| ${low} to ${Math.min(1, high)} | ${list.length} | ${percent(list.filter((s) => s.truth).length / list.length)} |`;
  });
  const edgeHead = HEAD[0]!.replace('method', 'edge');
  const triple = RENDERED_METHODS.map((m) => `${m}: inside | sharpness | shift, mm | sigma, mm`).join(' | ');
  return {
    distances: [...HEAD, ...distances],
    pairs: [`| mug and | pairs | ${triple} |`, '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|', ...pairs],
    references: [
      '| objects of known size | images | median stated error of the scale | distances | inside the 90 % interval | sharpness |',
      '|---|---|---|---|---|---|',
      ...counts,
    ],
    edges: [edgeHead, HEAD[1]!, ...edges],
    supports: ['| stated probability of standing on it | cases | true |', '|---|---|---|', ...supports],
  };
}

/** What objects of known size say of the scale when their boxes are as noisy as a detector's. */
function scales(): string[] {
  const scenes = renderedScenes();
  const classes = Object.keys(SIZE_PRIORS);
  const all = Array.from({ length: TRIALS }, (_, k) => scenes.flatMap((t) => scaleOutcome(t, classes, 0.08, k) ?? []));
  const rows = [1, 2, 3, 4, 5].map((n) => {
    const list = all.flat().filter((s) => Math.min(5, s.references) === n);
    const c = coverage(list);
    const cells = [list.length / TRIALS, percent(c.medianSigma), percent(c.medianError), Math.exp(c.bias).toFixed(2)];
    return `| ${n === 5 ? '5 and more' : n} | ${cells.join(' | ')} | ${percent(c.covered)} | ${c.sharpness.toFixed(2)} |`;
  });
  return [
    '| objects of known size | images | median stated error of the scale | median error | median of measured over true | inside the 90 % interval | sharpness |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ];
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
                : `panel ${text(k.width)}, height ${k.panelRatio.mean.toFixed(2)} ± ${k.panelRatio.sd.toFixed(2)} of it, stand ${k.standWidth.join('-')} x ${k.standDepth.join('-')}`;
      return `| ${name} | ${k.kind} | ${percent(k.share)} | ${size} | ${k.source} |`;
    }),
  );
  return ['| class | kind | share | mm, mean ± one sigma | source |', '|---|---|---|---|---|', ...rows];
}

const assets = resolve(process.env.H200_TEST_ASSETS ?? new URL('../../shared', import.meta.url).pathname);
const file = resolve(assets, 'photos/desk60/expected_dets.json');
const measured = resolve(assets, 'photos/measured');
const { distances, supports, pairs, references, edges } = renderings();
const parts: Record<string, string[]> = {
  priors: priors(),
  scales: scales(),
  simulated: simulated(),
  'simulated reliability': [...RELIABILITY_HEAD, ...simulatedRows(photos)],
  rendered: distances,
  pairs,
  references,
  edges,
  supports,
  ...(values.images && (await imageTables())),
  ...(existsSync(file) && { desk60: desk60Report(resolve(assets, 'photos/desk60')) }),
  ...(existsSync(measured) && { measured: await measuredReport(measured) }),
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
