import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { localCall } from '../support/caller.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { type Answer, ask, BOUND_MS, type EmbeddedServer, FLOWS, type Known, openServer, prepare } from './flows.ts';

interface Place {
  readonly folder: string;
  readonly disk: SmallDisk | null;
}

/** How the fault ends, where it does not of itself. */
type End = (() => unknown) | undefined;

interface Fault {
  /** The server is started only then. */
  readonly atStart?: boolean;
  /** Megabytes of a disk of its own, where the fault needs one. */
  readonly disk?: number;
  /** What was stored before is gone, by the fault's own nature. */
  readonly loses?: boolean;
  /** Before every flow. */
  readonly strike?: (server: EmbeddedServer) => Promise<unknown>;
  readonly begin: (place: Place, known: Known, server: EmbeddedServer) => End | Promise<End>;
}

const overwrite = (path: string, bytes: Buffer, at: number) => {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
};

function blobsOf({ folder }: Place): string[] {
  const root = join(folder, 'blobs');
  return readdirSync(root, { recursive: true })
    .map((name) => join(root, `${name}`))
    .filter((path) => statSync(path).isFile());
}

const fileOf = ({ folder }: Place) => join(folder, 'records.db');

const FAULTS: Readonly<Record<string, Fault>> = {
  none: { begin: () => undefined },
  'the data folder is removed': {
    loses: true,
    begin({ folder }) {
      rmSync(folder, { recursive: true });
      return undefined;
    },
  },
  'another process holds the lock': {
    begin(place) {
      const other = new Database(fileOf(place));
      other.exec('BEGIN EXCLUSIVE');
      return () => other.close();
    },
  },
  'the disk is full': {
    disk: 24,
    begin({ disk }) {
      disk!.fill();
      return () => disk!.free();
    },
  },
  'the folder is read-only from the start': {
    disk: 24,
    atStart: true,
    begin({ disk }) {
      expect(disk!.readOnly(true)).toBe(true);
      return () => disk!.readOnly(false);
    },
  },
  'the head of records.db is rubbish': {
    loses: true,
    begin(place) {
      overwrite(fileOf(place), Buffer.alloc(8192, 0x5a), 0);
      return () => {
        for (const end of ['', '-wal', '-shm']) rmSync(fileOf(place) + end, { force: true });
      };
    },
  },
  'records.db is cut short': {
    loses: true,
    begin(place) {
      truncateSync(fileOf(place), 1000);
      return () => {
        for (const end of ['', '-wal', '-shm']) rmSync(fileOf(place) + end, { force: true });
      };
    },
  },
  'one analysis and one rule are broken': {
    async begin(place, { analysis, brokenRule }, { watch }) {
      const db = new Database(fileOf(place));
      db.prepare("UPDATE analyses SET analysis = '{', list_item = NULL WHERE id = ?").run(analysis);
      db.prepare("UPDATE rules SET rule = '{' WHERE id = ?").run(brokenRule);
      db.close();
      await watch.check(new AbortController().signal);
      return undefined;
    },
    loses: true,
  },
  "the store's thread dies again and again": {
    strike: async ({ store }) => store.worker?.terminate(),
    begin: () => undefined,
  },
  'the photo is removed': {
    loses: true,
    begin(place) {
      for (const path of blobsOf(place)) rmSync(path);
      return undefined;
    },
  },
  'the head of the photo is rubbish': {
    loses: true,
    begin(place) {
      for (const path of blobsOf(place)) overwrite(path, Buffer.alloc(40, 0x5a), 0);
      return undefined;
    },
  },
  'the content of the photo is rubbish': {
    loses: true,
    begin(place) {
      for (const path of blobsOf(place)) overwrite(path, Buffer.alloc(statSync(path).size - 150, 0x5a), 150);
      return undefined;
    },
  },
};

const rows = new Map<string, readonly Answer[]>();
let skipped = 0;

describe.each(Object.entries(FAULTS))('%s', (name, fault) => {
  it('every flow ends in time, says what is, and works again afterwards', async ({ skip }) => {
    const disk = fault.disk === undefined ? null : smallDisk(fault.disk);
    if (fault.disk !== undefined && disk === null) {
      skipped += 1;
      skip('this process may not mount a file system');
    }
    const base = disk?.path ?? mkdtempSync(join(tmpdir(), 'h200-fault-'));
    const place: Place = { folder: join(base, 'data'), disk };
    mkdirSync(place.folder);
    let server = openServer(place.folder);
    try {
      const known = await prepare(server);
      await server.records.analyses.purge();
      if (fault.atStart) await server.close();
      const end = await fault.begin(place, known, server);
      if (fault.atStart) server = openServer(place.folder);
      const answers: Answer[] = [];
      for (const flow of Object.keys(FLOWS)) {
        await fault.strike?.(server);
        answers.push(await ask(flow, server, known));
      }
      rows.set(name, answers);
      for (const { text, ms } of answers) {
        expect(ms).toBeLessThan(BOUND_MS);
        expect(text).not.toMatch(/SYSTEM_003|without advice/);
      }
      end?.();
      await checkAcknowledged(place, known);
      await checkRecovered(server, known, fault);
    } finally {
      await server.close();
      if (disk) disk.remove();
      else rmSync(base, { recursive: true, force: true });
    }
  }, 120_000);
});

/** Another server finds everything that was acknowledged: nothing was stored into a file that nobody sees. */
async function checkAcknowledged({ folder }: Place, { acknowledged }: Known): Promise<void> {
  const again = openServer(folder);
  try {
    for (const id of acknowledged.analyses) expect(await again.service.get(localCall, id)).toBeDefined();
    for (const id of acknowledged.rules) expect(await again.rules.get(localCall, id)).toBeDefined();
  } finally {
    await again.close();
  }
}

/** Once the fault is gone everything works: on what was stored before, or where that is lost on what is stored now. */
async function checkRecovered(server: EmbeddedServer, known: Known, { loses }: Fault): Promise<void> {
  // One call may still hear of a file that was put back, and a thread that died is not started again without end.
  await server.records.ping().catch(() => {});
  const fresh = loses ? await prepare(server) : { ...known, victim: known.analysis };
  const answers = [];
  for (const flow of Object.keys(FLOWS)) answers.push((await ask(flow, server, fresh)).text);
  expect(answers.slice(0, -1).map((text) => text.split(',')[0])).toEqual(answers.slice(0, -1).map(() => 'done'));
}

const table = () =>
  [
    `| | ${Object.keys(FLOWS).join(' | ')} |`,
    `|---|${Object.keys(FLOWS)
      .map(() => '---|')
      .join('')}`,
    ...[...rows].map(([name, answers]) => `| ${name} | ${answers.map(({ text }) => text).join(' | ')} |`),
  ].join('\n');

const page = () => `# What the store answers when something is broken

Each row breaks one thing under a running server, each column then asks for one thing. \`done\` is done and can be read again
after a restart; a code stands in [error-codes.md](error-codes.md). Every answer comes within ${BOUND_MS / 1000} s, the process lives, and
once the fault is gone everything works again: on what was stored before, or where the fault destroyed that, on what is
stored afterwards. The rows say what a server does that runs: \`h200-mug serve\` does not start on a store that is damaged, read-only or of a
newer version; it ends with status 1 and says why. Written by \`npx vitest run --project unit tests/faults -u\`, which fails where the table is not true any more.

${table()}
`;

it('is what docs/faults.md says', async ({ skip }) => {
  if (skipped > 0 || rows.size < Object.keys(FAULTS).length) skip('not every fault could be tried here');
  await expect(page()).toMatchFileSnapshot('../../docs/faults.md');
});
