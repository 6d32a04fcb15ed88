import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_NAMES, type ClientName, type Place, type Scope } from '../../src/setup/clients.ts';
import { readConfigFile, writeConfigFile } from '../../src/setup/config-file.ts';
import { UnfitText } from '../../src/setup/config-text.ts';
import { type Asked, findClients, setUp, spotOf } from '../../src/setup/setup.ts';

let folder: string;
let place: Place;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-setup-'));
  place = {
    platform: 'linux',
    home: join(folder, 'home'),
    env: {},
    project: join(folder, 'project'),
    namesIn: () => [],
  };
  mkdirSync(place.home);
  mkdirSync(place.project);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = { command: '/usr/bin/node', args: ['/opt/h200/bin/h200-mug.js'], env: {}, defaults: { A: '1' } };
const asked = (client: ClientName, more: Partial<Asked> = {}): Asked => ({
  client,
  scope: 'user',
  name: 'h200-mug',
  place,
  entry,
  dryRun: false,
  now: () => new Date('2026-11-28T12:00:00Z'),
  ...more,
});
const fileOf = (client: ClientName, scope: Scope = 'user') => spotOf(client, scope, place).file;
const put = (file: string, text: string, mode = 0o600) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
};
const refusal = (client: ClientName, more: Partial<Asked> = {}) =>
  setUp(asked(client, more)).then(
    () => 'done',
    (cause) => {
      if (!(cause instanceof UnfitText)) throw cause;
      return cause.message;
    },
  );

describe.each(CLIENT_NAMES)('%s', (client) => {
  it('is set up once, changed where something changed, and left as it was', async () => {
    expect(await setUp(asked(client))).toMatchObject({ change: 'added', backup: null });
    const file = fileOf(client);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await setUp(asked(client))).toMatchObject({ change: 'none', backup: null });
    const moved = { ...entry, args: ['/new/bin/h200-mug.js'] };
    const updated = await setUp(asked(client, { entry: moved }));
    expect(updated).toMatchObject({ change: 'updated', backup: `${file}.20261128T120000Z.bak` });
    expect(readFileSync(file, 'utf8')).toContain('/new/bin/h200-mug.js');
    expect(readFileSync(updated.backup as string, 'utf8')).toContain('/opt/h200/bin/h200-mug.js');
    expect(await setUp(asked(client, { entry: null }))).toMatchObject({ change: 'removed' });
    expect(await setUp(asked(client, { entry: null }))).toMatchObject({ change: 'none' });
    expect(readFileSync(file, 'utf8')).not.toContain('h200-mug');
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('shows and writes nothing in a dry run', async () => {
    const { change, shown } = await setUp(asked(client, { dryRun: true }));
    expect(change).toBe('added');
    expect(JSON.stringify(shown)).toContain('h200-mug.js');
    expect(existsSync(fileOf(client))).toBe(false);
  });
});

it('keeps what somebody wrote into the entry, and sets a default only where there is none', async () => {
  const file = fileOf('cursor');
  put(
    file,
    JSON.stringify({ mcpServers: { 'h200-mug': { command: 'h200-mug', env: { A: '2', KEY: 'x' }, note: 1 } } }),
  );
  await setUp(asked('cursor', { entry: { ...entry, env: { B: '3' } } }));
  expect(JSON.parse(readFileSync(file, 'utf8')).mcpServers['h200-mug']).toEqual({
    command: entry.command,
    args: entry.args,
    env: { A: '2', KEY: 'x', B: '3' },
    note: 1,
    type: 'stdio',
  });
});

it('another server of that name is not ours', async () => {
  put(fileOf('cursor'), '{"mcpServers":{"h200-mug":{"url":"https://example.org/mcp"}}}');
  expect(await refusal('cursor')).toContain('another server');
  expect(await refusal('cursor', { entry: null })).toContain('another server');
  expect(await setUp(asked('cursor', { name: 'mugs' }))).toMatchObject({ change: 'added' });
});

it('local is the entry of this folder in the file of Claude Code', async () => {
  await setUp(asked('claude-code', { scope: 'local' }));
  const { projects } = JSON.parse(readFileSync(fileOf('claude-code', 'local'), 'utf8'));
  expect(projects[place.project].mcpServers['h200-mug'].type).toBe('stdio');
});

describe('a file that is not as it should be is left alone', () => {
  it.each([
    ['cut off', '{"mcpServers": {"other": {'],
    ['of something else', 'export PATH=/bin\n'],
    ['a list', '[1]'],
  ])('%s', async (_what, text) => {
    const file = fileOf('claude-desktop');
    put(file, text);
    expect(await refusal('claude-desktop')).not.toBe('done');
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });

  it('no text, a folder, a pipe, far too large, a link to nothing, a loop of links', async () => {
    const file = fileOf('cursor');
    mkdirSync(dirname(file));
    const cases: [() => void, string][] = [
      [() => writeFileSync(file, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 'UTF-8'],
      [() => mkdirSync(file), 'no ordinary file'],
      [() => execFileSync('mkfifo', [file]), 'no ordinary file'],
      [() => execFileSync('truncate', ['-s', '65M', file]), 'larger than 64 MB'],
      [() => symlinkSync(join(folder, 'nowhere'), file), 'leads nowhere'],
      [() => symlinkSync(file, file), 'leads nowhere'],
    ];
    for (const [make, why] of cases) {
      make();
      expect(await refusal('cursor')).toContain(why);
      rmSync(file, { recursive: true });
    }
  });

  it('a folder of settings that is a file', async () => {
    writeFileSync(join(place.home, '.cursor'), 'x');
    expect(await refusal('cursor')).toContain('no folder');
  });

  it('changed by somebody else between reading and writing', async () => {
    const file = fileOf('cursor');
    put(file, '{}');
    const read = await readConfigFile(file);
    writeFileSync(file, '{"theirs": 1}');
    await expect(writeConfigFile(read, '{"ours": 1}', new Date())).rejects.toThrow('changed it meanwhile');
    expect(readFileSync(file, 'utf8')).toBe('{"theirs": 1}');
    expect(readdirSync(dirname(file))).toEqual(['mcp.json']);
  });

  it('that only its owner may read is written, and stays so, with its copy', async () => {
    const file = fileOf('cursor');
    put(file, '{}', 0o444);
    const { backup } = await setUp(asked('cursor'));
    expect([file, backup as string].map((path) => statSync(path).mode & 0o777)).toEqual([0o444, 0o444]);
    expect(readFileSync(backup as string, 'utf8')).toBe('{}');
  });
});

describe('links', () => {
  it('of a person are followed: the link stays, its file changes and keeps its rights', async () => {
    const real = join(folder, 'dotfiles', 'mcp.json');
    put(real, '{"keep": 1}');
    chmodSync(real, 0o640);
    mkdirSync(join(place.home, '.cursor'));
    symlinkSync(real, fileOf('cursor'));
    const { file } = await setUp(asked('cursor'));
    expect(file).toBe(real);
    expect(lstatSync(fileOf('cursor')).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ keep: 1, mcpServers: { 'h200-mug': {} } });
  });

  it('of a project lead nowhere outside it', async () => {
    const outside = join(place.home, 'settings.json');
    writeFileSync(outside, '{}');
    symlinkSync(outside, fileOf('claude-code', 'project'));
    symlinkSync(place.home, join(place.project, '.vscode'));
    expect(await refusal('claude-code', { scope: 'project' })).toContain('out of the project');
    expect(await refusal('vscode', { scope: 'project' })).toContain('out of the project');
    expect(readFileSync(outside, 'utf8')).toBe('{}');
    expect(readdirSync(place.home)).toEqual(['settings.json']);
  });
});

it('finds clients, and where the server is set up', async () => {
  mkdirSync(join(place.home, '.cursor'));
  put(fileOf('zed'), '{ broken');
  await setUp(asked('claude-code', { scope: 'project' }));
  const found = new Map((await findClients(place, 'h200-mug')).map((one) => [one.client, one]));
  expect(found.get('cursor')).toMatchObject({ found: true, scopes: [], problems: [] });
  expect(found.get('claude-code')).toMatchObject({ found: false, scopes: ['project'] });
  expect(found.get('zed')?.problems).toEqual([expect.stringContaining('no valid JSON')]);
  expect(found.get('windsurf')).toMatchObject({ found: false, scopes: [] });
});
