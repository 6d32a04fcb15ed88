import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { createEmbedder } from '../src/vision/embed/embedder.ts';

/**
 * How often a photo finds the same desk: each photo of desk60 is taken again (cropped by up to 20 %, brighter or darker; turned
 * by 2 to 5 degrees) and looks for its first one among all. `node eval/same-desk.ts [folder of NAME_x.jpg]` adds pictures of
 * which those with the same NAME show one desk; NAME_a is its first.
 */
const folder = testAsset('photos', 'desk60');
if (folder === null) throw new Error('H200_TEST_ASSETS has no photos/desk60');

interface Picture {
  readonly desk: string;
  readonly kind: string;
  readonly vector: Float32Array;
}

const embedder = createEmbedder({
  config: loadConfig({ H200_DATA_DIR: `${tmpdir()}/h200-same-desk`, LOG_LEVEL: 'error' }),
  metrics: new Metrics(),
  log: createLog('error'),
});
const pictures: Picture[] = [];

async function add(desk: string, kind: string, bytes: Buffer): Promise<void> {
  const { autoOrient } = await sharp(bytes).metadata();
  pictures.push({ desk, kind, vector: (await embedder.ofImage({ bytes, ...autoOrient })).vector });
}

for (const [k, name] of readdirSync(folder)
  .filter((file) => file.endsWith('.jpg'))
  .entries()) {
  const bytes = readFileSync(`${folder}/${name}`);
  const { width, height } = await sharp(bytes).metadata();
  const side = 0.96 - 0.04 * (k % 5);
  const [w, h] = [Math.round(width * side), Math.round(height * side)];
  const [left, top] = [Math.round((width - w) * ((k * 0.37) % 1)), Math.round((height - h) * ((k * 0.61) % 1))];
  const cropped = sharp(bytes).extract({ left, top, width: w, height: h });
  const turned = await sharp(bytes)
    .rotate((k % 2 ? 1 : -1) * (2 + (k % 4)))
    .toBuffer({ resolveWithObject: true });
  const inner = { width: Math.round(width * 0.88), height: Math.round(height * 0.88) };
  const place = {
    left: (turned.info.width - inner.width) >> 1,
    top: (turned.info.height - inner.height) >> 1,
  };
  await add(name, 'first', bytes);
  await add(
    name,
    'cropped',
    await cropped
      .modulate({ brightness: k % 2 ? 1.2 : 0.8 })
      .jpeg({ quality: 60 })
      .toBuffer(),
  );
  await add(
    name,
    'turned',
    await sharp(turned.data)
      .extract({ ...place, ...inner })
      .jpeg({ quality: 75 })
      .toBuffer(),
  );
}
const [, , more] = process.argv;
for (const file of more === undefined ? [] : readdirSync(more).filter((name) => name.endsWith('.jpg'))) {
  const [desk = '', kind = ''] = file.replace('.jpg', '').split('_');
  await add(`${more} ${desk}`, kind === 'a' ? 'first' : kind, readFileSync(`${more}/${file}`));
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const first = pictures.filter(({ kind }) => kind === 'first');
for (const kind of new Set(pictures.map((one) => one.kind).filter((one) => one !== 'first'))) {
  const again = pictures.filter((one) => one.kind === kind);
  const found = again.filter(({ desk, vector }) => {
    const nearest = first.toSorted((a, b) => dot(vector, b.vector) - dot(vector, a.vector))[0];
    return nearest?.desk === desk;
  });
  console.log(`${kind}: ${found.length} of ${again.length} find their desk first among ${first.length}`);
}
const pairs = pictures.flatMap((a, at) =>
  pictures.slice(at + 1).map((b) => ({ same: a.desk === b.desk, likeness: dot(a.vector, b.vector) })),
);
for (const least of [0.8, 0.84, 0.88, 0.92, 0.96]) {
  const share = (same: boolean) => {
    const those = pairs.filter((pair) => pair.same === same);
    return `${those.filter(({ likeness }) => likeness >= least).length} of ${those.length}`;
  };
  console.log(`at least ${least}: ${share(true)} pairs of one desk, ${share(false)} of two`);
}
await embedder.close();
process.exit();
