import { Command } from 'commander';
import { CameraSettings, type CameraSettingsInput } from '../contract/camera.ts';
import { printableJson } from '../plain-text.ts';
import { cameraLine, listedCameraLine } from '../presentation/camera-answer.ts';
import { callFor, OWNER } from './caller.ts';
import { sourceOf } from './camera-options.ts';
import { checked } from './checked-options.ts';
import { whole } from './deploy-options.ts';
import { print } from './terminal.ts';
import { withApp } from './with-app.ts';

type Done = (status: number) => void;

export const camerasCommand = (done: Done) =>
  new Command('cameras')
    .description('cameras that "serve" watches')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(testCommand(done));

interface AddFlags {
  calibration?: string;
  interval: number;
  timeZone: string;
  hold: number;
  clear: number;
  context?: string;
  summaryAt?: string;
  owner?: string;
}

const addCommand = () =>
  new Command('add')
    .description('has a camera watched')
    .argument('<name>', 'letters, digits, - and _')
    .argument('<source>', 'a folder, an http(s) address of a picture, mjpeg:http(s)://…, rtsp://… or /dev/video0')
    .option('--calibration <id>', 'its stored calibration, so that millimetres are sharp')
    .option('--interval <seconds>', 'between two pictures', whole(1, 3600), 10)
    .option('--time-zone <zone>', 'such as Europe/Berlin', 'UTC')
    .option('--hold <seconds>', 'a rule must be broken so long before it is told', whole(0, 3600), 20)
    .option('--clear <seconds>', 'and hold so long', whole(0, 3600), 20)
    .option('--context <name>', 'office, kitchen, …')
    .option('--summary-at <time>', 'a message about the day, such as 18:00')
    .option(...OWNER)
    .action((name: string, source: string, flags: AddFlags) =>
      withApp(async ({ services }) => {
        const settings: CameraSettingsInput = checked(CameraSettings, {
          ...{ name, source: sourceOf(source), interval_s: flags.interval, time_zone: flags.timeZone },
          ...{ hold_s: flags.hold, clear_s: flags.clear },
          ...(flags.calibration !== undefined && { calibration_id: flags.calibration }),
          ...(flags.context !== undefined && { context: flags.context }),
          ...(flags.summaryAt !== undefined && { summary_at: flags.summaryAt }),
        });
        const call = await callFor(services, flags.owner, 'cameras add');
        const camera = await services.cameras.create(call, settings);
        print(`${cameraLine(camera)}\n`);
      }),
    );

const listCommand = () =>
  new Command('list')
    .description('the cameras, newest first')
    .option('--json', 'one JSON document on stdout')
    .option(...OWNER)
    .action(({ json, owner }: { json?: boolean; owner?: string }) =>
      withApp(async ({ services }) => {
        const call = await callFor(services, owner, 'cameras list');
        const { items } = await services.cameras.list(call, { limit: 100 });
        if (json) print(`${printableJson(items, 2)}\n`);
        else
          print(
            items.length === 0 ? 'There is no camera.\n' : items.map((one) => `${listedCameraLine(one)}\n`).join(''),
          );
      }),
    );

const removeCommand = () =>
  new Command('remove')
    .description('removes a camera and what it saw')
    .argument('<name>')
    .option(...OWNER)
    .action((name: string, { owner }: { owner?: string }) =>
      withApp(async ({ services }) => {
        const call = await callFor(services, owner, 'cameras remove');
        await services.cameras.delete(call, name);
        print(`${name} is removed.\n`);
      }),
    );

const testCommand = (done: Done) =>
  new Command('test')
    .description('asks a source, or a stored camera, for one picture (exit 1: there is none)')
    .argument('<source>', 'as "add" takes it, or the name of a camera')
    .option(...OWNER)
    .action((text: string, { owner }: { owner?: string }) =>
      withApp(async ({ services }) => {
        const call = await callFor(services, owner, 'cameras test');
        const named = /^[A-Za-z0-9_-]+$/.test(text) ? await services.cameras.get(call, text).catch(() => null) : null;
        const found = await services.cameras.test(call, named?.source ?? sourceOf(text));
        const { ok, reason, width, height, taken_at, took_ms } = found;
        print(ok ? `A picture of ${width} x ${height}, taken ${taken_at}, came after ${took_ms} ms.\n` : `${reason}\n`);
        if (!ok) done(1);
      }),
    );
