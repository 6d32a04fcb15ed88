import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { levelOf } from '../../src/fleet/logs.ts';
import { ann, World } from './open-fleet.ts';

let world: World;
let fleet: Fleet;
let id: string;
beforeEach(async () => {
  world = new World();
  fleet = world.process();
  id = (await fleet.service.create(ann, { type: 'timed' })).server.id;
  world.cloud.lines = Array.from({ length: 300 }, (_, at) => ({
    cursor: `c${at}`,
    at: new Date(Date.parse('2026-11-20T12:00:00Z') + at * 1000).toISOString(),
    source: at % 10 === 0 ? ('system' as const) : ('container' as const),
    text: at % 50 === 0 ? `ERROR Model ${at} is broken` : `line ${at}`,
  }));
});
afterEach(() => world.close());

const cursors = async (request: object) =>
  (await fleet.service.logs(ann, id, request)).lines.map(({ cursor }) => cursor);

it('the last lines, and those after a line', async () => {
  expect(await fleet.service.logs(ann, id, { lines: 3 })).toMatchObject({ cursor: 'c299', cut: false });
  expect(await cursors({ lines: 3 })).toEqual(['c297', 'c298', 'c299']);
  expect(await cursors({ after: 'c298' })).toEqual(['c299']);
});

it('filtered by level, words, source and time; what is left out is said', async () => {
  expect(await cursors({ level: 'warn' })).toEqual(['c0', 'c50', 'c100', 'c150', 'c200', 'c250']);
  expect(await cursors({ search: 'model 2' })).toEqual(['c200', 'c250']);
  expect(await cursors({ source: 'system', since: '2026-11-20T12:04:45Z' })).toEqual(['c290']);
  expect(await fleet.service.logs(ann, id, { level: 'error', lines: 2 })).toMatchObject({ cut: true });
});

it('lines of strangers are capped, one line each, and hold nothing that a terminal obeys', async () => {
  world.cloud.lines = [{ cursor: 'x', at: 'now', source: 'system', text: `\u001b[2J\n${'y'.repeat(9000)}` }];
  const { lines } = await fleet.service.logs(ann, id);
  expect(lines[0]!.text.length).toBeLessThanOrEqual(2000);
  expect(lines[0]!.text).not.toMatch(/\p{Cc}/u);
});

it('goes on with what comes, until the caller has had enough', async () => {
  const end = new AbortController();
  const seen: string[] = [];
  setTimeout(() => world.cloud.lines.push({ cursor: 'new', at: 'now', source: 'container', text: 'INFO new' }), 30);
  for await (const { cursor } of fleet.service.follow({ ...ann, signal: end.signal }, id, { lines: 2 })) {
    seen.push(cursor);
    if (cursor === 'new') end.abort();
  }
  expect(seen).toEqual(['c298', 'c299', 'new']);
});

it.each([
  ['{"level":50,"msg":"x"}', 'error'],
  ['{"level":"WARNING"}', 'warn'],
  ['2026-11-20 INFO up', 'info'],
  ['CRITICAL it burns', 'fatal'],
  ['just words', null],
])('%s says %s', (text, level) => {
  expect(levelOf(text)).toBe(level);
});
