import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import type { SeenTags } from '../src/contract/seen-tag.ts';
import { decodeScaled } from '../src/image/decode/scale.ts';
import { readGradient } from '../src/image/gradient.ts';
import { findTags } from '../src/image/markers/find-tags.ts';
import { CORNER_SIGMA, lookedAt, MAX_SIDE } from '../src/image/markers/read-markers.ts';
import { groupTags } from '../src/scene/markers/group-tags.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { createVision, type Vision } from '../src/vision/vision.ts';
import { coverage } from '../tests/scene/truth/methods.ts';
import { random } from '../tests/scene/truth/random.ts';
import {
  type Rendered,
  renderedOutcomes,
  SCENES,
  sceneFor,
  seenIn,
  type TruthFile,
} from '../tests/scene/truth/rendered.ts';
import { enlarged, type Hanging, type SheetOnDesk, sheetOnDesk } from '../tests/scene/truth/sheet-on-desk.ts';
import { decisionRow } from './decisions.ts';

/**
 * The printed sheet on rendered desks: how often it is found, and what is measured by it, with our own model's detections.
 * Prints the tables of docs/accuracy.md; with --write puts them between the document's markers.
 *   node eval/markers.ts [--scenes FOLDER] [--write]
 */
const { values } = parseArgs({
  options: { scenes: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const folder = values.scenes === undefined ? SCENES : pathToFileURL(`${resolve(values.scenes)}/`);

interface Desk {
  readonly made: SheetOnDesk;
  readonly blur: number;
  readonly found: SeenTags;
  readonly withSheet: Rendered | null;
  readonly without: Rendered | null;
}

function openVision(): Vision {
  const modelsDir = new URL('../models', import.meta.url).pathname;
  const config = loadConfig({ H200_MODELS_DIR: modelsDir, H200_MODEL: 'desk-detector', H200_TIMEOUT_MS: '600000' });
  return createVision({ config, metrics, log: createLog('warn') });
}

const sceneFiles = () =>
  readdirSync(folder)
    .filter((f) => /^scene.*\.json$/.test(f))
    .sort();

async function desks(vision: Vision): Promise<{ desks: Desk[]; noRoom: number }> {
  const list: Desk[] = [];
  let noRoom = 0;
  for (const name of sceneFiles()) {
    const truth: TruthFile = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const r = random(truth.seed + 5);
    const look = {
      blur: r.uniform(0.4, 2),
      noise: r.uniform(2, 6),
      white: r.uniform(170, 235),
      black: r.uniform(20, 60),
    };
    const made = await sheetOnDesk(truth, new URL(truth.image, folder), look);
    if (made === null) {
      noRoom += 1;
      continue;
    }
    const { width, height, data, zoom } = made;
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toBuffer();
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label: name };
    const [seen, gradient, tags] = await Promise.all([vision.detect(image, {}), readGradient(image), tagsIn(bytes)]);
    const found = { tags, sigmaPx: CORNER_SIGMA };
    const all = { ...seen, ...(gradient && { gradient }) };
    const big = enlarged(truth, zoom);
    const withSheet = tags.length === 0 ? null : seenIn(big, 'known objects', { ...all, markers: found });
    list.push({ made, blur: look.blur, found, withSheet, without: seenIn(big, 'known objects', all) });
  }
  return { desks: list, noRoom };
}

/** As the product looks, on this thread. */
async function tagsIn(bytes: Buffer) {
  const { width, height } = await sharp(bytes).metadata();
  const size = lookedAt({ width, height }, MAX_SIDE);
  const { pixels } = await decodeScaled(bytes, { ...size, kernel: 'linear', grey: 'green' });
  return findTags({ data: pixels, ...size });
}

const percent = (n: number, of: number) => (of === 0 ? '–' : `${((100 * n) / of).toFixed(0)} %`);

function foundRow(name: string, list: readonly Desk[]): string {
  const free = list.flatMap(({ made, found }) =>
    made.tags.map((t) => ({ t, got: found.tags.find((g) => g.id === t.id) })),
  );
  const errors = free
    .flatMap(({ t, got }) => got?.corners.map((p, i) => Math.hypot(p.x - t.corners[i]!.x, p.y - t.corners[i]!.y)) ?? [])
    .sort((a, b) => a - b);
  const at = (p: number) => errors[Math.floor(p * errors.length)]?.toFixed(2) ?? '–';
  const tags = `${percent(free.filter((f) => f.got).length, free.length)} of ${free.length}`;
  const measured = list.filter((d) => d.withSheet?.scene.calibration.method === 'marker').length;
  return `| ${name} | ${list.length} | ${tags} | ${at(0.5)} / ${at(0.9)} | ${percent(list.filter((d) => d.found.tags.length > 0).length, list.length)} | ${percent(measured, list.length)} |`;
}

/** What must not measure: every fourth desk with sheets that are not what they seem. */
const WRONG: readonly (readonly [string, readonly Hanging[]])[] = [
  ['upright behind the table', ['upright']],
  ['on the table, and another upright behind it', [{ scale: 1 }, 'upright']],
  ['on the table, and another printed at 60 %', [{ scale: 1 }, { scale: 0.6 }]],
  ['a third of its size, as on a phone', [{ scale: 0.33 }]],
];

async function wrongSheets(vision: Vision): Promise<string[]> {
  const names = sceneFiles().filter((_, i) => i % 4 === 1);
  const rows: string[] = [];
  for (const [what, sheets] of WRONG) {
    const outcomes: string[] = [];
    for (const name of names) {
      const truth: TruthFile = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
      const made = await sheetOnDesk(
        truth,
        new URL(truth.image, folder),
        { blur: 0.7, noise: 3, white: 215, black: 35 },
        sheets,
      );
      if (made === null) continue;
      const { width, height, data, zoom } = made;
      const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 85 })
        .toBuffer();
      const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label: name };
      const [seen, tags] = await Promise.all([vision.detect(image, {}), tagsIn(bytes)]);
      const scene = sceneFor(enlarged(truth, zoom), null, { ...seen, markers: { tags, sigmaPx: CORNER_SIGMA } });
      const { method, reason } = scene.calibration;
      outcomes.push(tags.length === 0 ? 'unseen' : reason?.startsWith('The printed sheet') ? 'refused' : method);
    }
    const share = (kind: string) => percent(outcomes.filter((o) => o === kind).length, outcomes.length);
    rows.push(`| ${what} | ${outcomes.length} | ${share('refused')} | ${share('marker')} |`);
  }
  return rows;
}

/** Photos without our sheet: tags that are read all the same, and sheets. */
async function falseAlarms(): Promise<string[]> {
  const rows: string[] = [];
  for (const [folder, what] of [
    ['photos/desk60', 'real photos of desks, none of our sheets in them'],
    ['photos/markers', 'real photos full of AprilTags 36h11'],
  ] as const) {
    const path = testAsset(folder);
    if (path === null || !existsSync(path)) continue;
    const files = readdirSync(path).filter((f) => /\.(jpe?g|png)$/i.test(f));
    let tags = 0;
    let sheets = 0;
    for (const file of files) {
      const found = await tagsIn(readFileSync(`${path}/${file}`));
      tags += found.length;
      sheets += groupTags(found).length;
    }
    rows.push(`| ${what} | ${files.length} | ${tags} | ${sheets} |`);
  }
  return rows;
}

const metrics = new Metrics();
const vision = openVision();
const { desks: all, noRoom } = await desks(vision);
const wrong = await wrongSheets(vision);
await vision.close();
metrics.close();
const tilt = (from: number, to: number) => all.filter(({ made: { tiltDeg } }) => tiltDeg >= from && tiltDeg < to);
const blurred = (from: number, to: number) => all.filter(({ blur }) => blur >= from && blur < to);
const side = (from: number, to: number) => all.filter(({ made: { leastSide } }) => leastSide >= from && leastSide < to);
const made = (of: (d: Desk) => Rendered | null) => all.flatMap((d) => of(d) ?? []);
const rows = [
  [
    'the sheet, found by itself',
    made((d) => (d.withSheet?.scene.calibration.method === 'marker' ? d.withSheet : null)),
  ],
  ['the same pictures without looking for it', made((d) => d.without)],
] as const;
const parts: Record<string, string[]> = {
  sheets: [
    '| pictures | number | tags found | corners off, median / 90th percentile, pixels | a tag found | measured by the sheet |',
    '|---|---|---|---|---|---|',
    foundRow('all', all),
    foundRow('camera tilted less than 35°', tilt(0, 35)),
    foundRow('35° to 50°', tilt(35, 50)),
    foundRow('50° to 65°', tilt(50, 65)),
    foundRow('more than 65°', tilt(65, 90)),
    foundRow('blur below 1 pixel (one sigma)', blurred(0, 1)),
    foundRow('blur of 1 to 2 pixels', blurred(1, 9)),
    foundRow("the tags' shortest side below 28 pixels", side(0, 28)),
    foundRow('28 to 50 pixels', side(28, 50)),
    foundRow('more', side(50, 9999)),
  ],
  sheetalarms: ['| pictures | number | tags of ours read | sheets |', '|---|---|---|---|', ...(await falseAlarms())],
  sheetrefusals: ['| the sheet | pictures | refused with a reason | measured by it |', '|---|---|---|---|', ...wrong],
  sheetdecisions: [
    '| calibrated by | pictures | distances | inside the 90 % interval | verdicts | decided | of those wrong | half width, median, mm | error, median / 90th percentile, mm | inside | half width ÷ 90th percentile |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(([name, list]) => {
      const c = coverage(list.flatMap(renderedOutcomes));
      return `| ${name} | ${list.length} | ${c.n} | ${(100 * c.covered).toFixed(1)} % | ${decisionRow(list)} |`;
    }),
  ],
};
console.error(`${all.length} desks with a sheet, ${noRoom} without room for one`);
for (const { made: m, found, withSheet } of all) {
  if (withSheet?.scene.calibration.method === 'marker') continue;
  console.error(
    `${m.truth.image}: ${found.tags.length} of ${m.tags.length} tags, tilt ${m.tiltDeg.toFixed(0)}, side ${m.leastSide.toFixed(0)}`,
  );
}
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
