import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { WatchEvent } from '../src/contract/watch.ts';
import { start, waitForLine } from '../tests/support/program.ts';
import { deskCalibration } from './watch-calibration.ts';
import type { SequenceTruth } from './watch-events.ts';

/**
 * The built program watches eight cameras, half of them folders and half snapshot addresses, that see rendered sequences change again and
 * again: what it told, what it missed, and its memory. One folder and one address are off for a while; --kill ends the
 * process by force so many minutes from the start.
 *   npm run build && node eval/watch-hour.ts --frames DIR --sequences 00-push,01-take,… [--minutes 60] [--kill 40]
 */
const { values } = parseArgs({
  options: {
    frames: { type: 'string' },
    sequences: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    phase: { type: 'string', default: '180' },
    interval: { type: 'string', default: '10' },
    kill: { type: 'string' },
  },
});
const { frames, sequences } = values;
if (frames === undefined || sequences === undefined) throw new Error('--frames DIR --sequences NAME,NAME,…');
const [MINUTES, PHASE_S, INTERVAL_S] = [Number(values.minutes), Number(values.phase), Number(values.interval)];
/** Of the first two cameras, as shares of the whole time. */
const OFF = { from: 0.45, to: 0.55 };
/** Nothing changes while they are off, or just before. */
const QUIET = { from: OFF.from - 0.06, to: OFF.to + 0.04 };
/** What is told later is missing. */
const PATIENCE_S = 120;

const base = mkdtempSync(join(tmpdir(), 'h200-hour-'));
const begun = Date.now();
const minute = () => (Date.now() - begun) / 60_000;
const share = () => minute() / MINUTES;

interface Desk {
  readonly name: string;
  readonly truth: SequenceTruth;
  readonly folder: string;
  /** Files of each state. */
  readonly states: readonly (readonly string[])[];
  readonly changes: { at: number; to: number }[];
  state: number;
  shown: number;
  isOff: boolean;
}
const desks = sequences.split(',').map((name): Desk => {
  const truth: SequenceTruth = JSON.parse(readFileSync(join(frames, name, 'truth.json'), 'utf8'));
  const of = (state: number) =>
    truth.frames.filter((f) => f.state === state).map(({ file }) => join(frames, name, file));
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  return { name, truth, folder, states: [of(0), of(1)], changes: [], state: 0, shown: 0, isOff: false };
});
const next = (desk: Desk): string => {
  const files = desk.states[desk.state]!;
  desk.shown += 1;
  return files[desk.shown % files.length]!;
};

const snapshots = createServer((request, response) => {
  const desk = desks.find(({ name }) => request.url === `/${name}.jpg`);
  if (desk === undefined || desk.isOff) return void response.writeHead(503).end();
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(readFileSync(next(desk)));
});
await new Promise<void>((resolve) => snapshots.listen(0, '127.0.0.1', resolve));
const { port } = snapshots.address() as { port: number };

let child: ChildProcess;
let url = '';
async function serve(): Promise<void> {
  child = start(['serve', '--port', '0'], {
    env: {
      H200_DATA_DIR: join(base, 'data'),
      H200_ALLOWED_ROOTS: base,
      H200_CAMERA_HOSTS: '127.0.0.1',
      H200_PROVIDERS: 'cpu',
    },
  });
  url = (await waitForLine(child, /listens on (http:\S+)/))[1] as string;
}
async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

await serve();
await ask('/rules', { text: 'Keep mugs at least 10 cm from laptops' });
for (const [i, desk] of desks.entries()) {
  const { width, height } = desk.truth.scenes[0]!;
  const body = { name: desk.name, width, height, calibration: deskCalibration(desk.truth) };
  const { calibration_id } = await ask<{ calibration_id: string }>('/calibrations', body);
  const source =
    i % 2 === 0
      ? { kind: 'folder', address: desk.folder }
      : { kind: 'snapshot', address: `http://127.0.0.1:${port}/${desk.name}.jpg` };
  await ask('/cameras', { name: desk.name, source, calibration_id, interval_s: INTERVAL_S, picture_every_s: 300 });
}

const writer = setInterval(() => {
  for (const [i, desk] of desks.entries()) {
    desk.isOff = i < 2 && share() >= OFF.from && share() < OFF.to;
    if (i % 2 === 1 || desk.isOff) continue;
    copyFileSync(next(desk), join(desk.folder, '.next'));
    renameSync(join(desk.folder, '.next'), join(desk.folder, `${desk.shown % 3}.jpg`));
  }
}, 1000 * Math.min(5, INTERVAL_S));
const changer = setInterval(() => {
  for (const [i, desk] of desks.entries()) {
    const phase = Math.floor((minute() * 60 + (i * PHASE_S) / desks.length) / PHASE_S);
    const isQuiet = (i < 2 && share() > QUIET.from && share() < QUIET.to) || minute() > MINUTES - PATIENCE_S / 60;
    if (isQuiet || phase % 2 === desk.state) continue;
    desk.state = phase % 2;
    desk.changes.push({ at: Date.now(), to: desk.state });
  }
}, 1000);

const memory: string[] = [];
let isKilled = values.kill === undefined;
for (let asked = -1; minute() < MINUTES; ) {
  await sleep(1000);
  if (!isKilled && minute() >= Number(values.kill)) {
    isKilled = true;
    child!.kill('SIGKILL');
    await once(child!, 'close');
    await sleep(15_000);
    await serve();
    memory.push('killed');
  }
  if (Math.floor(minute() / 2) === asked) continue;
  asked = Math.floor(minute() / 2);
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child!.pid}/status`, 'utf8'))?.[1] ?? '0';
  memory.push(`${Math.round(Number(rss) / 1024)}`);
  console.log(`minute ${minute().toFixed(0)}: ${memory.at(-1)} MB`);
}
clearInterval(changer);
clearInterval(writer);

const sums = { pictures: 0, analysed: 0, unchanged: 0, missed: 0, failed: 0, unusable: 0 };
let [due, right] = [0, 0];
const wrong: string[] = [];
const ids: string[] = [];
for (const [i, desk] of desks.entries()) {
  const { today } = await ask<{ today: typeof sums }>(`/cameras/${desk.name}/status`);
  for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += today[key];
  const events = (await ask<WatchEvent[]>(`/cameras/${desk.name}/events?limit=500`)).toReversed();
  ids.push(...events.map(({ event_id }) => event_id));
  const open = expectedOf(desk, i < 2);
  due += open.length;
  for (const event of events) {
    const at = open.findIndex(
      ({ kind, after }) =>
        kind === event.kind && Date.parse(event.at) >= after && Date.parse(event.at) <= after + 1000 * PATIENCE_S,
    );
    if (at >= 0) {
      open.splice(at, 1);
      right += 1;
    } else wrong.push(`${desk.name} ${event.kind} ${event.objects.map((o) => o.track_id).join()} at ${event.at}`);
  }
  for (const { kind, after } of open)
    console.log(`missing: ${desk.name} ${kind} after ${new Date(after).toISOString()}`);
}
for (const one of wrong) console.log(`wrong: ${one}`);
console.log(`memory, MB, every two minutes: ${memory.join(' ')}`);
console.log(
  Object.entries(sums)
    .map(([name, n]) => `${name} ${n}`)
    .join(', '),
);
console.log(
  `changes ${desks.reduce((n, d) => n + d.changes.length, 0)}, events due ${due}, told ${right}, missing ${due - right}, wrong ${wrong.length}, twice ${ids.length - new Set(ids).size}`,
);

child!.kill('SIGTERM');
await once(child!, 'close');
snapshots.close();
rmSync(base, { recursive: true, force: true });

function expectedOf({ truth, changes }: Desk, wasOff: boolean): { kind: string; after: number }[] {
  const MEANS: Partial<Record<SequenceTruth['kind'], readonly [there: string[], back: string[]]>> = {
    push: [
      ['object_moved', 'rule_broken'],
      ['object_moved', 'rule_mended'],
    ],
    take: [
      ['object_left', 'rule_mended'],
      ['object_entered', 'rule_broken'],
    ],
    second: [
      ['object_entered', 'rule_broken'],
      ['object_left', 'rule_mended'],
    ],
  };
  const [there, back] = MEANS[truth.kind] ?? [[], []];
  const first = truth.kind === 'take' ? [{ kind: 'rule_broken', after: begun }] : [];
  const told = changes.flatMap(({ at, to }) => (to === 1 ? there : back).map((kind) => ({ kind, after: at })));
  const off = begun + OFF.from * MINUTES * 60_000;
  const on = begun + OFF.to * MINUTES * 60_000;
  const lost = wasOff
    ? [
        { kind: 'camera_lost', after: off },
        { kind: 'camera_back', after: on },
      ]
    : [];
  return [...first, ...told, ...lost];
}
