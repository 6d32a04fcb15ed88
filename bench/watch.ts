import { existsSync, readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { createCameraPictures } from '../src/image/camera-picture.ts';
import { createImageIntake } from '../src/image/intake.ts';
import { Observer } from '../src/watch/look/observer.ts';
import { smallSize } from '../src/watch/look/small-picture.ts';
import { localCall } from '../tests/support/caller.ts';
import { openRig } from '../tests/watch/rig.ts';

/**
 * `npm run bench -- watch`: what a look costs before any model runs, and how many a day's stand-in needs. `--hour`: eight cameras, 360 pictures
 * each, as in an hour at one in 10 s: memory, and that nothing is missed.
 */
const FOLDER = new URL('../../shared/photos/desk60/', import.meta.url);
const INTERVAL_S = 10;
/** As the watcher has them. */
const SETTLING = 4;
const LOOK_AGAIN = 300 / INTERVAL_S;
const LOOKS = 180;

if (process.argv.includes('--hour')) await eightCameras();
else await oneDay();

/** A desk photo under changing light, with something put down and taken away every half hour of 5 minutes. */
async function oneDay(): Promise<void> {
  if (!existsSync(FOLDER)) return console.log('no photos: ../shared/photos/desk60 is missing');
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.jpg'));
  const read = (at: number) => readFileSync(new URL(names[at % names.length]!, FOLDER));
  const intake = createImageIntake({ allowedRoots: [] });
  const pictures = createCameraPictures(intake);
  let [analysed, seen, changes, noticed, cpuMs] = [0, 0, 0, 0, 0];
  for (let camera = 0; camera < 4; camera += 1) {
    const desk = read(camera * 11);
    const { width, height } = await sharp(desk).metadata();
    const thing = await sharp(read(camera * 11 + 5))
      .resize(70, 80, { fit: 'cover' })
      .png()
      .toBuffer();
    const observer = new Observer(null);
    let [settling, since] = [SETTLING, 0];
    for (let look = 0; look < LOOKS; look += 1) {
      const isThere = look % 60 >= 30;
      const isNew = look > 0 && look % 30 === 0;
      const light = 0.85 + 0.15 * Math.sin(look / 25) + 0.02 * Math.sin(look * 1.7);
      const made = sharp(
        isThere
          ? await sharp(desk)
              .composite([{ input: thing, left: width >> 1, top: height >> 1 }])
              .png()
              .toBuffer()
          : desk,
      );
      const bytes = await made
        .linear(light, 0)
        .modulate({})
        .jpeg({ quality: 80 + (look % 5) })
        .toBuffer();
      const before = process.cpuUsage();
      const image = await pictures.open(bytes, 'bench');
      const size = smallSize(image);
      const grey = await pictures.small(image, size, [], AbortSignal.timeout(60_000));
      const { change } = observer.glance({ ...size, grey }, 1000 * INTERVAL_S * look, true);
      const { user, system } = process.cpuUsage(before);
      cpuMs += (user + system) / 1000;
      seen += 1;
      if (change?.changed !== false) settling = SETTLING;
      if (isNew) changes += 1;
      if (isNew && change?.changed) noticed += 1;
      if (settling === 0 && look - since < LOOK_AGAIN) continue;
      observer.tookIn();
      analysed += 1;
      since = look;
      settling = Math.max(0, settling - 1);
    }
  }
  const each = cpuMs / seen;
  console.log(
    `pictures ${seen}, looked at by a model ${analysed}, left out ${(100 * (1 - analysed / seen)).toFixed(1)} %`,
  );
  console.log(`things put down or taken away ${changes}, noticed in the next picture ${noticed}`);
  console.log(
    `processor for a look ${each.toFixed(1)} ms: ${((100 * each) / (1000 * INTERVAL_S)).toFixed(2)} % of a core at one in ${INTERVAL_S} s`,
  );
}

async function eightCameras(): Promise<void> {
  const rig = openRig();
  const looks = Number(/--looks=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 360);
  const watchers = [];
  const calibration_id = await rig.calibrated();
  for (let n = 0; n < 8; n += 1)
    watchers.push(rig.newWatcher(await rig.camera({ name: `desk-${n}`, picture_every_s: 300, calibration_id })));
  const memory: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    rig.scene.desk = { mug: look % 60 < 30 ? 40 : 200 };
    for (const watcher of watchers) await watcher.look(AbortSignal.timeout(60_000));
    rig.pass(INTERVAL_S);
    if (look % Math.ceil(looks / 12) === 0) {
      globalThis.gc?.();
      memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
    }
  }
  const counts = await Promise.all(watchers.map(({ camera }) => rig.service.status(localCall, camera.name)));
  const sum = (what: 'pictures' | 'analysed' | 'unchanged' | 'missed' | 'failed') =>
    counts.reduce((all, { today }) => all + today[what], 0);
  const moves = rig.kinds().filter((kind) => kind === 'object_moved').length;
  console.log(`memory, MB: ${memory.join(' ')}`);
  console.log(
    `pictures written down ${sum('pictures')} of ${8 * looks}, analysed ${sum('analysed')}, unchanged ${sum('unchanged')}, missed ${sum('missed')}, failed ${sum('failed')}`,
  );
  console.log(`mugs moved ${8 * Math.floor((looks - 1) / 30)}, told ${moves}`);
  await rig.close();
}
