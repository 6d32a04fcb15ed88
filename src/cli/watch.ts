import { Command } from 'commander';
import { CameraSettings } from '../contract/camera.ts';
import { AppError } from '../errors.ts';
import { printableJson } from '../plain-text.ts';
import { watchEventLine } from '../presentation/camera-answer.ts';
import { callFor, OWNER } from './caller.ts';
import { sourceOf } from './camera-options.ts';
import { checked } from './checked-options.ts';
import { whole } from './deploy-options.ts';
import { print, tellLine } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withApp } from './with-app.ts';

interface Flags {
  camera?: string;
  source?: string;
  calibration?: string;
  interval: number;
  hold: number;
  clear: number;
  timeZone: string;
  context?: string;
  looks?: number;
  json?: boolean;
  owner?: string;
}

export const watchCommand = (_done: (status: number) => void) =>
  new Command('watch')
    .description('watches one camera in the foreground and writes what changes, until Ctrl-C')
    .option('--camera <name>', 'a stored camera, which no server watches meanwhile')
    .option('--source <source>', 'without storing it: a folder, an http(s) address, mjpeg:…, rtsp://… or /dev/video0')
    .option('--calibration <id>', 'with --source: its stored calibration')
    .option('--interval <seconds>', 'with --source: between two pictures', whole(1, 3600), 10)
    .option('--hold <seconds>', 'with --source: a rule must be broken so long', whole(0, 3600), 20)
    .option('--clear <seconds>', 'with --source: and hold so long', whole(0, 3600), 20)
    .option('--time-zone <zone>', 'with --source: such as Europe/Berlin', 'UTC')
    .option('--context <name>', 'with --source: office, kitchen, …')
    .option('--looks <n>', 'so many looks', whole(1, 1_000_000))
    .option('--json', 'one JSON document on a line for each event')
    .option(...OWNER)
    .action((flags: Flags) => {
      if ((flags.camera === undefined) === (flags.source === undefined)) {
        throw new AppError('VALIDATION_002', {
          message: 'Give either --camera or --source.',
          details: { field: '--camera' },
        });
      }
      return withApp((app) => untilInterrupted((signal) => watch(app, flags, signal)), {}, { delivery: 'always' });
    });

type App = Parameters<Parameters<typeof withApp>[0]>[0];

async function watch({ services, cameras }: App, flags: Flags, signal: AbortSignal): Promise<void> {
  const call = await callFor(services, flags.owner, 'watch');
  const settings = flags.source === undefined ? null : settingsOf(flags.source, flags);
  const off = services.bus.on((event) => {
    if (event.type !== 'camera_event') return;
    print(
      flags.json
        ? `${printableJson({ ...event.event, rule: event.rule, move: event.move })}\n`
        : `${watchEventLine(event.event, event.rule)}\n`,
    );
    if (event.move !== null && !flags.json) print(`  ${event.move}\n`);
  });
  const rules = (await services.rules.active(call)).rules.length;
  const about = settings === null ? `the camera ${flags.camera}` : `${flags.source} every ${flags.interval} s`;
  const what = rules === 0 ? 'no rule is stored, so that nothing can break' : `${rules} rules`;
  tellLine(`h200-mug: watching ${about}; ${what}. Ctrl-C ends it.`);
  try {
    const { followCamera } = await import('../watch/keeper/follow-camera.ts');
    const named = settings === null ? await services.cameras.get(call, flags.camera ?? '') : null;
    await followCamera(cameras, {
      owner: call.principal.id,
      camera: named ?? { camera_id: 'cam_here', ...settings!, created_at: NEVER, updated_at: NEVER },
      isStored: named !== null,
      looks: flags.looks ?? Number.POSITIVE_INFINITY,
      signal,
      waiting: () => tellLine('h200-mug: another process watches this camera; waiting until it ends.'),
      trouble: (reason) => tellLine(`h200-mug: ${reason}`),
    });
  } finally {
    off();
  }
}

const NEVER = new Date(0).toISOString();

function settingsOf(source: string, flags: Flags): CameraSettings {
  const given = {
    ...{ name: 'here', source: sourceOf(source), interval_s: flags.interval, time_zone: flags.timeZone },
    ...{ hold_s: flags.hold, clear_s: flags.clear, picture_every_s: 0 },
    ...(flags.calibration !== undefined && { calibration_id: flags.calibration }),
    ...(flags.context !== undefined && { context: flags.context }),
  };
  return CameraSettings.parse(checked(CameraSettings, given));
}
